import { ActivityFailure, sleep, TimeoutFailure, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '#activities/index.ts';
import { compare, isZero, most, type Price } from '#domain/amount.ts';
import type { ExitOptions, TradingOptions } from '#domain/configuration.ts';
import type { ExitMemory } from '#domain/exit-rule.ts';
import { breakEvenPrice } from '#domain/position.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import { clientOrderIdFor } from '#domain/order.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import type { Outcome } from '#domain/trade.ts';
import type { Position } from './enter-position.ts';
import { guards, notices } from './proxies.ts';
import { restTarget, takeBack } from './resting-target.ts';
import { sellLeg, type LegResult, type Resting } from './sell-leg.ts';
import type { TradeState } from './trade-state.ts';

type HoldResult = Awaited<ReturnType<Activities['holdUntilExit']>>;
type Sale = Extract<HoldResult, { kind: 'sell' }>;
type Decided = Exclude<HoldResult, { kind: 'renew' }>;

/** What is carried from one guard to the next, and into a run that continues as new. */
export interface Guarded {
  readonly openedAtMs: number;
  /** Null when the purchase was found by asking: the first sale asks for them. */
  readonly rules: SymbolRules | null;
  position: Position;
  memory: ExitMemory;
  exits: ExitOptions;
  /** Exit legs so far. */
  legs: number;
  /** The first target's order in the book; null without one. */
  resting: Resting | null;
  /** The first target's order was tried: when the exchange takes none, the guard sells it instead. */
  restTried: boolean;
}

export type Exit =
  | { readonly kind: 'ended'; readonly outcome: Outcome; readonly because: string }
  /** The history is long: go on with `guarded` in a new run. */
  | { readonly kind: 'continue' };

/** What a new position begins with. */
export const guardedFrom = (
  position: Position,
  rules: SymbolRules | null,
  exits: ExitOptions,
): Guarded => ({
  openedAtMs: Date.now(),
  rules,
  position,
  memory: { highWater: priceOf(position), targetsDone: 0, stopCrossedAtMs: null },
  exits,
  legs: 0,
  resting: null,
  restTried: false,
});

/** Guards and sells until nothing sellable is left, or until the history is long. */
export const exitPosition = async (
  trade: TradeState,
  options: TradingOptions,
  guarded: Guarded,
): Promise<Exit> => {
  for (;;) {
    // Without a wait where nothing rests: open trades of before replay the same steps.
    if (guarded.exits.restingTarget) await restTarget(trade, options, guarded);
    const sale = await guard(trade, options, guarded);
    if (sale === null) return { kind: 'continue' };
    guarded.exits = sale.exits;
    guarded.memory = sale.memory;
    if (guarded.resting !== null) await takeBack(trade, options, guarded);
    if (isZero(guarded.position.held)) return soldAll('target');
    if (sale.kind === 'rested') {
      guarded.restTried = !sale.planChanged;
      continue;
    }
    trade.recorder.record({
      kind: 'exit',
      text: `Selling (${sale.decision.reason}): ${sale.decision.because}`,
      phase: 'selling',
      exitReason: sale.decision.reason,
      times: { exitDecidedAt: sale.decidedAtMs },
    });
    const end = await sell(trade, options, { guarded, sale });
    if (end !== null) return end;
    trade.recorder.record({ kind: 'phase', text: 'Holding the rest', phase: 'holding' });
  }
};

const priceOf = (position: Position): Price => {
  if (position.entryPrice === null) throw new Error('a position without an entry price');
  return position.entryPrice;
};

/** A guard that fails at once is not started more often than this. */
const GUARD_PAUSE_MS = 500;

/** Keeps a guard alive until it decides; null when the history is long. */
const guard = async (
  trade: TradeState,
  options: TradingOptions,
  guarded: Guarded,
): Promise<Decided | null> => {
  while (!workflowInfo().continueAsNewSuggested) {
    try {
      const result = await guards.holdUntilExit({
        listingId: trade.input.listingId,
        installationId: trade.input.installationId,
        symbol: trade.input.symbol as MarketSymbol,
        entryPrice: priceOf(guarded.position),
        breakEven: breakEvenPrice(guarded.position.bought),
        bought: guarded.position.bought.size,
        held: guarded.position.held,
        openedAtMs: guarded.openedAtMs,
        memory: guarded.memory,
        exits: guarded.exits,
        resting:
          guarded.resting === null
            ? null
            : clientOrderIdFor(trade.input, `exit-${guarded.resting.n}`, 0),
        stalePrice: options.stalePrice,
      });
      if (result.kind !== 'renew') return result;
      guarded.memory = result.memory;
      guarded.exits = result.exits;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      guarded.memory = rescued(guarded.memory, error);
      trade.recorder.record({ kind: 'note', text: `The guard was lost, a new one starts` });
      if (!(error.cause instanceof TimeoutFailure)) await sleep(GUARD_PAUSE_MS);
    }
  }
  return null;
};

/** What the lost guard remembered last; its high-water mark never falls. */
const rescued = (memory: ExitMemory, failure: ActivityFailure): ExitMemory => {
  const details: unknown =
    failure.cause instanceof TimeoutFailure ? failure.cause.lastHeartbeatDetails : null;
  if (typeof details !== 'object' || details === null || !('highWater' in details)) return memory;
  const seen = details as ExitMemory; // written by holdUntilExit alone
  return { ...memory, highWater: most(memory.highWater, seen.highWater) };
};

/** After the last step each further attempt waits longer, up to this. */
const BACK_OFF_MAX_MS = 5000;

/**
 * Sells what the rule decided: an attempt per slack step, then on and on. A target sale is one
 * attempt, because its price may come back; everything else goes on until it is out. Null: guard on.
 */
const sell = async (
  trade: TradeState,
  options: TradingOptions,
  { guarded, sale }: { guarded: Guarded; sale: Sale },
): Promise<Exit | null> => {
  const { decision } = sale;
  let last: LegResult | null = null;
  for (let attempt = 0; ; attempt += 1) {
    // A new guard decides the same again: nothing is lost by going on in a new run.
    if (workflowInfo().continueAsNewSuggested) return { kind: 'continue' };
    guarded.legs += 1;
    const before = guarded.position;
    const result: LegResult = await sellLeg(trade, {
      n: guarded.legs,
      quantity: decision.reason === 'target' ? decision.quantity : guarded.position.held,
      slackPercent: slackOf(guarded.exits, attempt, last),
      restAt: null,
      floor: decision.floor,
      rules: guarded.rules,
      // The price that was decided on is fresh for the first attempt; later ones ask.
      bid: attempt === 0 ? sale.bid : null,
      checkBalance: last !== null && refusedFor(last, 'funds'),
      options,
    });
    last = result;
    guarded.position = result.position;
    const end = endOf(guarded.position, result, decision.reason);
    if (end !== null) return end;
    if (decision.reason === 'target') {
      const sold = compare(guarded.position.sold.size, before.sold.size) > 0;
      if (sold || result.kind === 'dust')
        guarded.memory = { ...sale.memory, targetsDone: sale.memory.targetsDone + 1 };
      return null;
    }
    if (result.kind === 'suspended') told(trade, result.because);
    await sleep(pauseOf(guarded.exits, attempt));
  }
};

const refusedFor = (result: LegResult, refusal: string): boolean =>
  result.kind === 'settled' && result.refusal === refusal;

/**
 * Deeper each time; a price outside of the exchange's band is not tried again, but the first one.
 * After the last step by market where that is allowed, until the exchange says that it takes none.
 */
const slackOf = (
  exits: ExitOptions,
  attempt: number,
  last: LegResult | null,
): number | 'market' => {
  const steps = exits.slackSteps;
  if (
    exits.market &&
    attempt >= steps.length &&
    !(last !== null && refusedFor(last, 'marketOrderDisabled'))
  )
    return 'market';
  const index = last !== null && refusedFor(last, 'priceBand') ? 0 : attempt;
  return steps[Math.min(index, steps.length - 1)] ?? 0;
};

const pauseOf = (exits: ExitOptions, attempt: number): number => {
  const extra = Math.max(0, attempt - exits.slackSteps.length + 1);
  return Math.min(BACK_OFF_MAX_MS, exits.stepEvery * 2 ** Math.min(extra, 6));
};

const soldAll = (reason: string): Exit => ({
  kind: 'ended',
  outcome: 'traded',
  because: `Sold (${reason})`,
});

const endOf = (position: Position, result: LegResult, reason: string): Exit | null => {
  const ended = (outcome: Outcome, because: string): Exit => ({ kind: 'ended', outcome, because });
  if (isZero(position.held)) return soldAll(reason);
  if (result.kind === 'soldOutside') return ended('soldOutside', result.because);
  // A target's part may be too small to sell while the whole position is not.
  if (result.kind !== 'dust' || reason === 'target') return null;
  return ended(
    isZero(position.sold.size) ? 'dust' : 'traded',
    `Sold (${reason}), ${position.held} is left as dust`,
  );
};

/** Selling is impossible for now: said in the record and to people, and tried for ever. */
const told = (trade: TradeState, because: string): void => {
  const { symbol, listingId } = trade.input;
  trade.recorder.record({
    kind: 'exit',
    text: `Cannot sell: ${because}; trying again`,
    phase: 'cannotSell',
  });
  notices
    .raiseAlert({
      severity: 'critical',
      episodeKey: `cannot-sell:${listingId}`,
      title: `${symbol} cannot be sold`,
      text: `The exchange refuses to sell ${symbol}: ${because}. It is tried again until it works.`,
      listingId,
    })
    .catch(() => undefined); // people are told by the dashboard too; trading never waits for it
};
