import type { TradingOptions } from './configuration.ts';
import type { Venue } from './mode.ts';

/** Everything that must hold before an order may spend money; the order is the way to go live. */
export const gateParts = [
  'exchange',
  'liveTrading',
  'key',
  'preflight',
  'autoTrade',
  'confirmation',
] as const;
export type GatePartName = (typeof gateParts)[number];

/** `unknown` keeps the gate shut as `notMet` does. */
export interface GatePart {
  readonly name: GatePartName;
  readonly state: 'met' | 'notMet' | 'unknown';
  /** What is true now, one sentence. */
  readonly text: string;
  /** What to do about it; null when it is met. */
  readonly todo: string | null;
}

/** What the gate is judged by. */
export interface GateFacts {
  readonly venue: Venue;
  /** Whether there is a key to sign with. */
  readonly hasKey: boolean;
  /** The last pre-flight of the key in use; null when it was never asked. */
  readonly preflight: { readonly passed: boolean; readonly checkedAtMs: number } | null;
  /** Of the run's configuration, else of the active one; null when there is none. */
  readonly autoTrade: TradingOptions['autoTrade'] | null;
  /** The last one typed, whatever became of it; null when there was none. */
  readonly confirmation: { readonly expiresAtMs: number; readonly withdrawn: boolean } | null;
  readonly nowMs: number;
}

export interface Gate {
  /** True only when every part is met: entries may be sent. Exits never ask. */
  readonly open: boolean;
  readonly parts: readonly GatePart[];
}

/** A key that is bound to no address ends after 90 days: what it could do is asked again before. */
export const PREFLIGHT_HOLDS_MS = 30 * 24 * 3_600_000;

/** Judges every part. Pure; missing knowledge shuts the gate. */
export const judgeGate = (facts: GateFacts): Gate => {
  const parts = [
    exchangePart(facts),
    liveTradingPart(facts),
    keyPart(facts),
    preflightPart(facts),
    autoTradePart(facts),
    confirmationPart(facts),
  ];
  return { open: parts.every((part) => part.state === 'met'), parts };
};

/** Why the gate is shut, for people: the first part that is not met. Null when it is open. */
export const gateProblem = (gate: Gate): string | null =>
  gate.open
    ? null
    : (gate.parts.find((part) => part.state !== 'met')?.text ?? 'The live gate is shut.');

const met = (name: GatePartName, text: string): GatePart => ({
  name,
  state: 'met',
  text,
  todo: null,
});
const notMet = (name: GatePartName, text: string, todo: string): GatePart => ({
  name,
  state: 'notMet',
  text,
  todo,
});

const exchangePart = ({ venue }: GateFacts): GatePart =>
  venue.orders === 'play'
    ? notMet(
        'exchange',
        'It trades the bundled simulator.',
        'Stop the bot and close what is open, set EXCHANGE=live, and start again.',
      )
    : met(
        'exchange',
        venue.mode === 'test'
          ? 'EXCHANGE=live, at a host that is not the exchange’s own.'
          : 'EXCHANGE=live: market data is the exchange’s own.',
      );

const liveTradingPart = ({ venue }: GateFacts): GatePart =>
  venue.orders === 'gated'
    ? met('liveTrading', 'LIVE_TRADING is set.')
    : notMet(
        'liveTrading',
        venue.orders === 'paper'
          ? 'LIVE_TRADING is not set: a dry run, no order is sent, and fills are optimistic guesses.'
          : 'LIVE_TRADING is not set: no order is sent.',
        'Stop the bot and close what is open, set LIVE_TRADING=yes-i-mean-it, and start again.',
      );

const keyPart = ({ venue, hasKey }: GateFacts): GatePart =>
  hasKey && venue.orders !== 'play'
    ? met('key', 'A key of the exchange is in use.')
    : notMet(
        'key',
        'There is no key of the exchange.',
        'Make one at the exchange that may trade and may not withdraw, bound to this address, and enter it here.',
      );

const preflightPart = ({ hasKey, preflight, nowMs }: GateFacts): GatePart => {
  const name = 'preflight';
  const todo = 'Run the pre-flight and mend what it names.';
  if (!hasKey || preflight === null)
    return { name, state: 'unknown', text: 'The key was not put to the test yet.', todo };
  if (!preflight.passed) return notMet(name, 'The pre-flight found what must be mended.', todo);
  return nowMs - preflight.checkedAtMs > PREFLIGHT_HOLDS_MS
    ? notMet(name, 'The pre-flight is older than 30 days.', todo)
    : met(name, 'The key has passed the pre-flight.');
};

const autoTradePart = ({ autoTrade }: GateFacts): GatePart => {
  const name = 'autoTrade';
  if (autoTrade === null)
    return notMet(
      name,
      'There is no configuration: live starts without one.',
      'Write a configuration with your own limits and activate it.',
    );
  return autoTrade === 'off'
    ? notMet(name, 'autoTrade is off: nothing is bought.', 'Set it to armedByHand or all.')
    : met(
        name,
        autoTrade === 'all'
          ? 'Whatever passes the rules is bought.'
          : 'What a person arms is bought.',
      );
};

const confirmationPart = ({ confirmation, nowMs }: GateFacts): GatePart => {
  const name = 'confirmation';
  const todo = 'Type the sentence. Positions are guarded and sold without it.';
  if (confirmation === null)
    return notMet(name, 'Nobody has confirmed that real money may be spent.', todo);
  if (confirmation.withdrawn) return notMet(name, 'The confirmation was withdrawn.', todo);
  return nowMs >= confirmation.expiresAtMs
    ? notMet(name, 'The confirmation has expired.', todo)
    : met(name, 'A person has confirmed that real money may be spent.');
};
