import {
  compare,
  gainPercent,
  least,
  most,
  movedBy,
  partOf,
  type Price,
  type Quantity,
} from './amount.ts';
import type { ExitOptions } from './configuration.ts';

export type ExitReason =
  | 'manual'
  | 'flatten'
  | 'delisted'
  | 'stop'
  | 'trailing'
  | 'breakEven'
  | 'target'
  | 'timeStop'
  | 'maxHold';

/** What the rule remembers between two looks; carried through restarts and continue-as-new. */
export interface ExitMemory {
  /** Highest best bid seen since the entry; only rises. */
  readonly highWater: Price;
  /** Targets already sold, from the first. */
  readonly targetsDone: number;
  /** Since when the bid has been at or below the stop; null when it is not. Epoch ms. */
  readonly stopCrossedAtMs: number | null;
}

/** One fresh look at a held position. */
export interface ExitView {
  readonly entryPrice: Price;
  /** What the stop becomes after a target: sold there, all regains what was paid. Null: no price does. */
  readonly breakEven: Price | null;
  /** Base bought in all; fractions of the ladder refer to it. */
  readonly bought: Quantity;
  /** Base still held. */
  readonly held: Quantity;
  readonly openedAtMs: number;
  readonly bid: Price;
  readonly nowMs: number;
  readonly exits: ExitOptions;
  /** An order in the book waits for the first target: the rule leaves that one alone. */
  readonly targetRests: boolean;
  /** A person or the kill switch asks to sell everything; null otherwise. */
  readonly demand: 'manual' | 'flatten' | 'delisted' | null;
}

export type ExitDecision =
  | { readonly kind: 'hold'; readonly stop: Price; readonly target: Price | null }
  | {
      readonly kind: 'sell';
      readonly reason: ExitReason;
      /** Never more than `held`. */
      readonly quantity: Quantity;
      /** A target sale does not go below this; null where getting out matters more. */
      readonly floor: Price | null;
      /** What was compared, for the record. */
      readonly because: string;
    };

/** A gain below this counts as "went nowhere" for the time stop (CONFIGURATION.md). */
const TIME_STOP_GAIN_PERCENT = 5;

/** The stop that holds now: the highest of the fixed, the break-even and the armed trailing stop. */
export const stopOf = (
  view: Pick<ExitView, 'entryPrice' | 'breakEven' | 'exits'>,
  memory: ExitMemory,
): { readonly price: Price; readonly reason: 'stop' | 'breakEven' | 'trailing' } => {
  const { exits, entryPrice } = view;
  const fixed = { price: movedBy(entryPrice, -exits.stop), reason: 'stop' as const };
  const candidates: { price: Price; reason: 'stop' | 'breakEven' | 'trailing' }[] = [fixed];
  const { breakEven } = view;
  if (breakEven !== null && exits.breakEven !== null && memory.targetsDone >= exits.breakEven)
    candidates.push({ price: breakEven, reason: 'breakEven' });
  if (exits.trailing !== null && gainPercent(entryPrice, memory.highWater) >= exits.trailing.arm)
    candidates.push({
      price: movedBy(memory.highWater, -exits.trailing.distance),
      reason: 'trailing',
    });
  return candidates.reduce((best, next) => (compare(next.price, best.price) > 0 ? next : best));
};

/** The next target's price; null when all are done. */
export const targetOf = (
  view: Pick<ExitView, 'entryPrice' | 'exits'>,
  memory: ExitMemory,
): Price | null => {
  const leg = view.exits.ladder[memory.targetsDone];
  return leg === undefined ? null : movedBy(view.entryPrice, leg.gain);
};

/**
 * Hold or sell, and what to remember. Pure: the same look gives the same answer. At most one
 * reason; never more than held; the high-water mark and so the trailing stop only rise.
 */
export const judgeExit = (
  view: ExitView,
  memory: ExitMemory,
): { readonly decision: ExitDecision; readonly memory: ExitMemory } => {
  const highWater = most(memory.highWater, view.bid);
  const raised = { ...memory, highWater };
  const stop = stopOf(view, raised);
  const crossed = compare(view.bid, stop.price) <= 0;
  const next: ExitMemory = {
    ...raised,
    stopCrossedAtMs: crossed ? (memory.stopCrossedAtMs ?? view.nowMs) : null,
  };
  const decision = demanded(view) ??
    stopped(view, next, stop) ??
    targetHit(view, next) ??
    timedOut(view) ?? { kind: 'hold', stop: stop.price, target: targetOf(view, next) };
  return { decision, memory: next };
};

const everything = (view: ExitView, reason: ExitReason, because: string): ExitDecision => ({
  kind: 'sell',
  reason,
  quantity: view.held,
  floor: null,
  because,
});

const demanded = (view: ExitView): ExitDecision | null =>
  view.demand === null ? null : everything(view, view.demand, 'asked for');

const stopped = (
  view: ExitView,
  memory: ExitMemory,
  stop: { price: Price; reason: 'stop' | 'breakEven' | 'trailing' },
): ExitDecision | null => {
  if (memory.stopCrossedAtMs === null) return null;
  if (view.nowMs - memory.stopCrossedAtMs < view.exits.stopConfirm) return null;
  return everything(view, stop.reason, `bid ${view.bid} at or below the stop ${stop.price}`);
};

const targetHit = (view: ExitView, memory: ExitMemory): ExitDecision | null => {
  if (view.targetRests && memory.targetsDone === 0) return null;
  const leg = view.exits.ladder[memory.targetsDone];
  const target = targetOf(view, memory);
  if (leg === undefined || target === null || compare(view.bid, target) < 0) return null;
  const part = partOf(view.bought, leg.fraction);
  return {
    kind: 'sell',
    reason: 'target',
    quantity: least(part, view.held),
    floor: movedBy(target, -view.exits.profitFloor),
    because: `bid ${view.bid} at or above target ${memory.targetsDone + 1} at ${target}`,
  };
};

const timedOut = (view: ExitView): ExitDecision | null => {
  const minutes = (view.nowMs - view.openedAtMs) / 60_000;
  if (minutes >= view.exits.maxHold)
    return everything(view, 'maxHold', `held for ${view.exits.maxHold} min`);
  const gain = gainPercent(view.entryPrice, view.bid);
  if (minutes >= view.exits.timeStop && gain < TIME_STOP_GAIN_PERCENT)
    return everything(
      view,
      'timeStop',
      `gain ${gain.toFixed(2)} % after ${view.exits.timeStop} min`,
    );
  return null;
};

/** The limit of one attempt to sell: below the bid by the step, never below the floor. */
export const exitLimit = (
  bid: Price,
  slackPercent: number,
  bounds: { floor: Price | null; bandDownPercent: number | null },
): Price => {
  const slack =
    bounds.bandDownPercent === null
      ? slackPercent
      : Math.min(slackPercent, Math.max(0, bounds.bandDownPercent - 1));
  const limit = movedBy(bid, -slack);
  return bounds.floor === null ? limit : most(limit, bounds.floor);
};
