import { ActivityFailure, sleep, TimeoutFailure } from '@temporalio/workflow';
import type { Activities } from '#activities/index.ts';
import { compare, isZero, most, type Price } from '#domain/amount.ts';
import type { ExitOptions, TradingOptions } from '#domain/configuration.ts';
import type { ExitMemory } from '#domain/exit-rule.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { Outcome } from '#domain/trade.ts';
import type { Position } from './enter-position.ts';
import { guards, notices } from './proxies.ts';
import { sellLeg, type LegResult } from './sell-leg.ts';
import type { TradeState } from './trade-state.ts';

type HoldResult = Awaited<ReturnType<Activities['holdUntilExit']>>;
export type Sale = Extract<HoldResult, { kind: 'sell' }>;

export interface ExitTerms {
  readonly options: TradingOptions;
  readonly position: Position;
}

export interface Exit {
  readonly outcome: Outcome;
  readonly because: string;
}

/** What is carried from one guard to the next. */
interface Guarded {
  position: Position;
  memory: ExitMemory;
  exits: ExitOptions;
  legs: number;
}

/** Guards and sells until nothing sellable is left. */
export const exitPosition = async (trade: TradeState, terms: ExitTerms): Promise<Exit> => {
  const entryPrice = priceOf(terms.position);
  const guarded: Guarded = {
    position: terms.position,
    memory: { highWater: entryPrice, targetsDone: 0, stopCrossedAtMs: null },
    exits: terms.options.exit,
    legs: 0,
  };
  const openedAtMs = Date.now();
  for (;;) {
    const sale = await guard(trade, terms, { guarded, openedAtMs });
    guarded.exits = sale.exits;
    guarded.memory = sale.memory;
    trade.recorder.record({
      kind: 'exit',
      text: `Selling (${sale.decision.reason}): ${sale.decision.because}`,
      phase: 'selling',
      exitReason: sale.decision.reason,
      times: { exitDecidedAt: sale.decidedAtMs },
    });
    const end = await sell(trade, terms, { guarded, sale });
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

/** Keeps a guard alive until it decides: a new one starts as soon as one has died. */
const guard = async (
  trade: TradeState,
  terms: ExitTerms,
  { guarded, openedAtMs }: { guarded: Guarded; openedAtMs: number },
): Promise<Sale> => {
  for (;;) {
    try {
      const result = await guards.holdUntilExit({
        listingId: trade.input.listingId,
        installationId: trade.input.installationId,
        symbol: trade.input.symbol as MarketSymbol,
        entryPrice: priceOf(guarded.position),
        bought: guarded.position.bought.size,
        held: guarded.position.held,
        openedAtMs,
        memory: guarded.memory,
        exits: guarded.exits,
        stalePrice: terms.options.stalePrice,
      });
      if (result.kind === 'sell') return result;
      guarded.memory = result.memory;
      guarded.exits = result.exits;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      guarded.memory = rescued(guarded.memory, error);
      trade.recorder.record({ kind: 'note', text: `The guard was lost, a new one starts` });
      if (!(error.cause instanceof TimeoutFailure)) await sleep(GUARD_PAUSE_MS);
    }
  }
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
 * attempt, because its price may come back; everything else goes on until it is out.
 */
const sell = async (
  trade: TradeState,
  terms: ExitTerms,
  { guarded, sale }: { guarded: Guarded; sale: Sale },
): Promise<Exit | null> => {
  const { decision } = sale;
  const steps = guarded.exits.slackSteps;
  for (let attempt = 0; ; attempt += 1) {
    guarded.legs += 1;
    const result = await sellLeg(trade, {
      n: guarded.legs,
      quantity: decision.reason === 'target' ? decision.quantity : guarded.position.held,
      slackPercent: steps[Math.min(attempt, steps.length - 1)] ?? 0,
      floor: decision.floor,
      options: terms.options,
    });
    const before = guarded.position;
    if (result.position !== null) guarded.position = result.position;
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

const pauseOf = (exits: ExitOptions, attempt: number): number => {
  const extra = Math.max(0, attempt - exits.slackSteps.length + 1);
  return Math.min(BACK_OFF_MAX_MS, exits.stepEvery * 2 ** Math.min(extra, 6));
};

const endOf = (position: Position, result: LegResult, reason: string): Exit | null => {
  if (isZero(position.held)) return { outcome: 'traded', because: `Sold (${reason})` };
  if (result.kind === 'soldOutside') return { outcome: 'soldOutside', because: result.because };
  // A target's part may be too small to sell while the whole position is not.
  if (result.kind !== 'dust' || reason === 'target') return null;
  return {
    outcome: isZero(position.sold.size) ? 'dust' : 'traded',
    because: `Sold (${reason}), ${position.held} is left as dust`,
  };
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
