import type { Clock } from '#domain/ports.ts';
import type { ExchangeClient } from '#exchange/client.ts';
import { describe, ExchangeError } from '#exchange/failure.ts';
import type { Database } from '#prisma/client.ts';
import { noteCheck } from '#prisma/credentials.ts';

/** One thing that was looked at. `unknown`: the exchange does not say. */
export interface Finding {
  readonly name: 'accepted' | 'trading' | 'withdrawals' | 'address' | 'clock';
  readonly state: 'ok' | 'warn' | 'failed' | 'unknown';
  readonly text: string;
}

/** What the exchange says of a key; `state` is the worst of it. JSON-true. */
export interface CredentialCheck {
  readonly state: 'ok' | 'warn' | 'failed';
  readonly findings: readonly Finding[];
}

interface CheckDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** A client that signs with that key, to be closed; null when there is no such key. */
  readonly exchangeOf: (credentialId: string) => Promise<ExchangeClient | null>;
}

/** Orders carry a receive window of a second at most: a clock further off is refused. */
const CLOCK_OFF_MAX_MS = 500;

/**
 * Asks the exchange what a key may do, and keeps what it says. May repeat: it only reads. A refusal
 * is an answer; throws when the exchange does not answer at all.
 */
export const checkCredential =
  ({ db, clock, exchangeOf }: CheckDeps) =>
  async ({ credentialId }: { credentialId: string }): Promise<CredentialCheck | null> => {
    const exchange = await exchangeOf(credentialId);
    if (exchange === null) return null;
    try {
      const check = conclude(await rightsOf(exchange));
      const findings = check.findings.map((finding) => ({ ...finding }));
      await noteCheck(db, credentialId, { atMs: clock.now(), result: { ...check, findings } });
      return check;
    } finally {
      await exchange.close();
    }
  };

/** What the exchange says of the key that a client signs with. A refusal is a finding. */
export const rightsOf = async (exchange: ExchangeClient): Promise<Finding[]> => {
  await exchange.clock.refresh();
  const off = Math.round(Math.abs(exchange.clock.offsetMs()));
  const clock: Finding = {
    name: 'clock',
    state: off > CLOCK_OFF_MAX_MS ? 'warn' : 'ok',
    text: `The clocks of this machine and the exchange differ by ${off} ms.`,
  };
  try {
    return [...rightsFindings(await exchange.rights()), clock];
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.failure.kind !== 'refused') throw error;
    return [{ name: 'accepted', state: 'failed', text: describe(error.failure) }, clock];
  }
};

type Rights = Awaited<ReturnType<ExchangeClient['rights']>>;

const rightsFindings = ({ canTrade, canWithdraw }: Rights): Finding[] => [
  { name: 'accepted', state: 'ok', text: 'The exchange takes the key and its signature.' },
  canTrade === null
    ? { name: 'trading', state: 'unknown', text: 'The exchange does not say whether it may trade.' }
    : canTrade
      ? { name: 'trading', state: 'ok', text: 'It may trade.' }
      : { name: 'trading', state: 'failed', text: 'It may not trade: allow spot trading for it.' },
  canWithdraw === null
    ? {
        name: 'withdrawals',
        state: 'unknown',
        text: 'The exchange does not say whether it may withdraw: look at its settings there.',
      }
    : canWithdraw
      ? {
          name: 'withdrawals',
          state: 'warn',
          text: 'It may withdraw. Whoever gets hold of it can take everything: forbid it.',
        }
      : { name: 'withdrawals', state: 'ok', text: 'It may not withdraw.' },
  // The API has no question for it. https://www.mexc.com/api-docs/spot-v3/introduction (read 2026-11-20)
  {
    name: 'address',
    state: 'unknown',
    text: 'Whether it is bound to an address cannot be read. Bind it to this one: without, anybody can use it, and it ends after 90 days.',
  },
];

const conclude = (findings: readonly Finding[]): CredentialCheck => {
  const has = (state: Finding['state']) => findings.some((each) => each.state === state);
  return { state: has('failed') ? 'failed' : has('warn') ? 'warn' : 'ok', findings };
};
