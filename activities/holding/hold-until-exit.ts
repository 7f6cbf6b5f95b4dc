import { Context } from '@temporalio/activity';
import type { Price, Quantity } from '#domain/amount.ts';
import type { ExitOptions } from '#domain/configuration.ts';
import {
  judgeExit,
  stopOf,
  targetOf,
  type ExitDecision,
  type ExitMemory,
} from '#domain/exit-rule.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import { isFinal, type ClientOrderId } from '#domain/order.ts';
import { markTrade, readPlan } from '#prisma/trades.ts';
import type { ActivityDeps } from '../deps.ts';
import type { KillState } from '../kill-memory.ts';
import { watchPosition, type PositionWatch } from './watch-position.ts';

export interface HoldRequest {
  readonly listingId: string;
  readonly installationId: string;
  readonly symbol: MarketSymbol;
  readonly entryPrice: Price;
  readonly breakEven: Price | null;
  readonly bought: Quantity;
  readonly held: Quantity;
  readonly openedAtMs: number;
  readonly memory: ExitMemory;
  /** The plan that the trade started with; a newer one in Postgres replaces it. */
  readonly exits: ExitOptions;
  /** The order that waits in the book for the first target; null without one. */
  readonly resting: ClientOrderId | null;
  /** Seconds without a price before it is called stale. */
  readonly stalePrice: number;
}

export type HoldResult =
  | {
      readonly kind: 'sell';
      readonly decision: ExitDecision & { kind: 'sell' };
      readonly memory: ExitMemory;
      readonly exits: ExitOptions;
      /** The best bid that was decided on. */
      readonly bid: Price;
      readonly decidedAtMs: number;
    }
  /** The order in the book is over, or no longer what the plan wants: it is to be settled. */
  | {
      readonly kind: 'rested';
      readonly memory: ExitMemory;
      readonly exits: ExitOptions;
      readonly planChanged: boolean;
    }
  /** Guard again: the activity's time is up or its worker stops. */
  | { readonly kind: 'renew'; readonly memory: ExitMemory; readonly exits: ExitOptions };

/** A guard lives this long, so that the workflow may continue as new between two of them. */
const RENEW_AFTER_MS = 3_600_000;
const BEAT_MS = 1000;

/**
 * Guards a position: watches the market and applies the exit rule to every fresh look. It decides
 * and sends nothing. May be started again at any time; the memory travels in heartbeats. Never acts
 * on an old price: after a gap the second fresh book counts.
 */
export const holdUntilExit =
  (deps: ActivityDeps) =>
  async (request: HoldRequest): Promise<HoldResult> => {
    const context = Context.current();
    const signal = AbortSignal.any([context.cancellationSignal, deps.stopping]);
    const guard = new Guard(request, latestMemory(request, context.info.heartbeatDetails));
    const watch = watchPosition(deps, request);
    const beat = setInterval(() => context.heartbeat(guard.memory), BEAT_MS / 2);
    let nextBeatMs = 0;
    const endsAtMs = deps.clock.now() + RENEW_AFTER_MS;
    try {
      for (;;) {
        if (signal.aborted || deps.clock.now() > endsAtMs)
          return { kind: 'renew', memory: guard.memory, exits: guard.exits };
        if (deps.clock.now() >= nextBeatMs) {
          nextBeatMs = deps.clock.now() + BEAT_MS;
          await guard.refresh(deps, watch);
        }
        const sale = guard.look(deps.clock.now(), watch, deps.kill.state());
        if (sale !== null) return sale;
        await watch.next(BEAT_MS / 4);
      }
    } finally {
      clearInterval(beat);
      await watch.close();
    }
  };

/** The memory of the attempt before this one, when it said more than the request. */
const latestMemory = (request: HoldRequest, details: unknown): ExitMemory =>
  isMemory(details) ? details : request.memory;

const isMemory = (value: unknown): value is ExitMemory =>
  typeof value === 'object' && value !== null && 'highWater' in value && 'targetsDone' in value;

/** What one guard knows: the plan it obeys and what the rule remembers. */
class Guard {
  memory: ExitMemory;
  exits: ExitOptions;
  private readonly request: HoldRequest;
  private saleAsked = false;
  private rest = { isOver: false, planChanged: false };

  constructor(request: HoldRequest, memory: ExitMemory) {
    this.request = request;
    this.memory = memory;
    this.exits = request.exits;
  }

  /** Reads the plan, shows what is seen, stores candles. Failures only delay it. */
  async refresh(deps: ActivityDeps, watch: PositionWatch): Promise<void> {
    try {
      const plan = await readPlan(deps.db, this.request.listingId);
      if (plan !== null) this.exits = plan.exits;
      this.saleAsked = plan?.sellNow != null;
      await Promise.all([this.show(deps, watch), this.watchRest(deps)]);
    } catch (error) {
      deps.log.warn({ error, symbol: this.request.symbol }, 'The guard goes on with what it knows');
    }
  }

  /** Asks for the order in the book, and holds it to the plan. An answer that fails is no answer. */
  private async watchRest(deps: ActivityDeps): Promise<void> {
    const { resting, symbol, exits } = this.request;
    if (resting === null) {
      const isWanted = this.exits.restingTarget && !exits.restingTarget;
      this.rest = { isOver: false, planChanged: isWanted && this.memory.targetsDone === 0 };
      return;
    }
    const report = await deps.exchange.findOrder(symbol, { clientOrderId: resting });
    this.rest = {
      isOver: report !== null && isFinal(report.status),
      planChanged: !isSameRest(this.exits, exits),
    };
  }

  private async show(deps: ActivityDeps, watch: PositionWatch): Promise<void> {
    const bid = watch.bid();
    const { entryPrice, breakEven } = this.request;
    const view = { entryPrice, breakEven, exits: this.exits };
    await markTrade(deps.db, this.request.listingId, {
      guardState: watch.state(),
      ...(bid === null ? {} : { markPrice: bid, guardedAt: new Date(watch.freshAtMs()) }),
      highWater: this.memory.highWater,
      stopPrice: stopOf(view, this.memory).price,
      targetPrice: targetOf(view, this.memory),
    });
    await watch.storeCandles();
  }

  /** One look; null while there is no fresh price to act on, or nothing to do. */
  look(nowMs: number, watch: PositionWatch, kill: KillState): HoldResult | null {
    const { request, memory, exits } = this;
    const { isOver, planChanged } = this.rest;
    if (isOver || planChanged) return { kind: 'rested', memory, exits, planChanged };
    const bid = watch.actionableBid();
    if (bid === null) return null;
    const judged = judgeExit(
      {
        entryPrice: request.entryPrice,
        breakEven: request.breakEven,
        bought: request.bought,
        held: request.held,
        openedAtMs: request.openedAtMs,
        bid,
        nowMs,
        exits: this.exits,
        targetRests: request.resting !== null,
        demand: this.saleAsked
          ? 'manual'
          : kill.kind === 'on' && kill.level === 'flatten'
            ? 'flatten'
            : null,
      },
      this.memory,
    );
    this.memory = judged.memory;
    return judged.decision.kind === 'hold'
      ? null
      : {
          kind: 'sell',
          decision: judged.decision,
          memory: judged.memory,
          exits: this.exits,
          bid,
          decidedAtMs: nowMs,
        };
  }
}

/** Whether the first target is to wait in the book as before: asked for, at that gain, for that part. */
const isSameRest = (now: ExitOptions, then: ExitOptions): boolean =>
  now.restingTarget &&
  now.ladder[0]?.gain === then.ladder[0]?.gain &&
  now.ladder[0]?.fraction === then.ladder[0]?.fraction;
