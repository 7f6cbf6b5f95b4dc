import type { Prisma } from './generated/client.ts';
import type { SniperInput, Phase, Outcome } from '#domain/trade.ts';
import { tradingOptions, type ExitOptions } from '#domain/configuration.ts';
import { profitOf } from '#domain/position.ts';
import type { Asset } from '#domain/market-symbol.ts';
import type { Database, Db } from './client.ts';
import type { Statements } from './direct.ts';
import { positionOf } from './orders.ts';

/** The stages of a trade whose times are kept; epoch ms each. */
export type Stage =
  | 'startedAt'
  | 'verdictAt'
  | 'armedAt'
  | 'triggeredAt'
  | 'sentAt'
  | 'acknowledgedAt'
  | 'filledAt'
  | 'exitDecidedAt'
  | 'closedAt';

/** One step of a trade, as the workflow tells it. */
export interface TradeEvent {
  readonly workflowId: string;
  /** Given by the workflow and rising: the same event again is the same row. */
  readonly sequence: number;
  readonly tradeId: string;
  readonly atMs: number;
  readonly kind: 'phase' | 'verdict' | 'order' | 'exit' | 'doubt' | 'note';
  readonly text: string;
  readonly detail?: unknown;
  readonly phase?: Phase;
  readonly exitReason?: string;
  readonly opensAtMs?: number | null;
  readonly times?: Partial<Record<Stage, number | null>>;
}

/** Opens the trade of a listing: its row exists before anything else of it. May repeat. */
export const openTrade = async (
  db: Statements,
  open: { input: SniperInput; workflowId: string; mode: string; nowMs: number },
): Promise<void> => {
  const { input, workflowId, mode } = open;
  const now = new Date(open.nowMs);
  const opensAt = input.opensAtMs === null ? null : new Date(input.opensAtMs);
  await db.$executeRaw`
    /* openTrade */
    INSERT INTO "Trade" (id, "installationId", "workflowId", mode, symbol, base, quote, source,
      "configurationId", phase, summary, "opensAt", "seenAt", "signalledAt", "startedAt", "updatedAt")
    SELECT ${input.listingId}, ${input.installationId}, ${workflowId}, ${mode}, ${input.symbol},
      ${input.base}, ${input.quote}, ${input.source}, ${input.configurationId}::uuid, 'waiting',
      'Seen; waiting for the time to check the risk rules', ${opensAt}::timestamptz,
      first."arrivedAt", first."handledAt", ${now}::timestamptz, ${now}::timestamptz
    FROM (SELECT 1) AS one
    LEFT JOIN LATERAL (
      SELECT "arrivedAt", "handledAt" FROM "ListingSignal"
      WHERE "listingId" = ${input.listingId} ORDER BY "arrivedAt" LIMIT 1
    ) AS first ON TRUE
    ON CONFLICT DO NOTHING`;
};

/** Appends to the trade's log and moves its projection, in one transaction. May repeat. */
export const recordEvent = async (db: Database, event: TradeEvent): Promise<void> => {
  await db.$transaction(async (tx) => {
    const written = await tx.tradeLog.createMany({
      data: {
        workflowId: event.workflowId,
        sequence: event.sequence,
        tradeId: event.tradeId,
        at: new Date(event.atMs),
        kind: event.kind,
        text: event.text,
        detail: (event.detail ?? {}) as Prisma.InputJsonValue,
      },
      skipDuplicates: true,
    });
    if (written.count === 0) return;
    await tx.trade.update({
      where: { id: event.tradeId },
      data: {
        summary: event.text,
        ...(event.phase === undefined ? {} : { phase: event.phase }),
        ...(event.exitReason === undefined ? {} : { exitReason: event.exitReason }),
        ...(event.opensAtMs === undefined
          ? {}
          : { opensAt: event.opensAtMs === null ? null : new Date(event.opensAtMs) }),
        ...timesOf(event.times),
      },
    });
  });
};

const timesOf = (times: TradeEvent['times']): Record<string, Date> =>
  Object.fromEntries(
    Object.entries(times ?? {}).flatMap(([stage, ms]) =>
      ms === null ? [] : [[stage, new Date(ms)]],
    ),
  );

/** Ends a trade and its listing; profit comes from the fills. May repeat. */
export const closeTrade = async (
  db: Database,
  close: { tradeId: string; outcome: Outcome; nowMs: number },
): Promise<{ profit: string | null }> =>
  db.$transaction(async (tx) => {
    const trade = await tx.trade.findUniqueOrThrow({ where: { id: close.tradeId } });
    const after = await positionOf(tx, trade.id, {
      base: trade.base as Asset,
      quote: trade.quote as Asset,
    });
    const traded = close.outcome === 'traded' || close.outcome === 'dust';
    const profit = traded ? profitOf(after.bought, after.sold) : null;
    const at = new Date(close.nowMs);
    await tx.trade.update({
      where: { id: trade.id },
      data: {
        phase: 'closed',
        outcome: close.outcome,
        profit,
        closedAt: at,
        guardState: null,
        guardedAt: null,
      },
    });
    await tx.listing.updateMany({
      where: { id: trade.id, endedAt: null },
      data: { state: 'ended', endedAt: at, endReason: close.outcome },
    });
    return { profit };
  });

/** What the guard sees, about once a second. May repeat. */
export const markTrade = async (
  db: Db,
  tradeId: string,
  mark: Pick<
    Prisma.TradeUpdateInput,
    'markPrice' | 'highWater' | 'stopPrice' | 'targetPrice' | 'guardState' | 'guardedAt'
  >,
): Promise<void> => {
  await db.trade.updateMany({ where: { id: tradeId, phase: { not: 'closed' } }, data: mark });
};

export interface Candle {
  readonly atMs: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

/**
 * Stores candles. One of a second that is stored already is widened: the opening and the guard may
 * each have heard a part of it. May repeat.
 */
export const storeCandles = async (
  db: Db,
  listingId: string,
  candles: readonly Candle[],
): Promise<void> => {
  const column = (of: (candle: Candle) => string) => candles.map(of);
  await db.$executeRaw`
    INSERT INTO "PriceCandle" AS known ("listingId", at, open, high, low, close, volume)
    SELECT ${listingId}, * FROM UNNEST(
      ${candles.map(({ atMs }) => new Date(atMs))}::timestamptz[],
      ${column(({ open }) => open)}::numeric[], ${column(({ high }) => high)}::numeric[],
      ${column(({ low }) => low)}::numeric[], ${column(({ close }) => close)}::numeric[],
      ${column(({ volume }) => volume)}::numeric[])
    ON CONFLICT ("listingId", at) DO UPDATE SET
      high = GREATEST(known.high, excluded.high),
      low = LEAST(known.low, excluded.low),
      close = excluded.close,
      volume = GREATEST(known.volume, excluded.volume)`;
};

export interface PlanRow {
  readonly version: number;
  readonly exits: ExitOptions;
  readonly sellNow: string | null;
}

/** The plan that the guard obeys; null when the trade has none. */
export const readPlan = async (db: Db, listingId: string): Promise<PlanRow | null> => {
  const row = await db.tradePlan.findUnique({ where: { listingId } });
  return row === null
    ? null
    : { version: row.version, exits: row.exits as ExitOptions, sellNow: row.sellNow };
};

/** Asks the guard to sell everything. May repeat: the first reason stays. */
export const requestSale = async (
  db: Db,
  listingId: string,
  request: { reason: string; nowMs: number },
): Promise<void> => {
  await db.tradePlan.updateMany({
    where: { listingId, sellNow: null },
    data: {
      sellNow: request.reason,
      version: { increment: 1 },
      updatedAt: new Date(request.nowMs),
    },
  });
};

/** Replaces the exits of a trade. May repeat. */
export const editExits = async (
  db: Db,
  listingId: string,
  edit: { exits: ExitOptions; nowMs: number },
): Promise<void> => {
  await db.tradePlan.updateMany({
    where: { listingId },
    data: { exits: edit.exits, version: { increment: 1 }, updatedAt: new Date(edit.nowMs) },
  });
};

/** One position that a guard should be watching. */
export interface HeldTrade {
  readonly listingId: string;
  readonly symbol: string;
  /** When a guard last saw a fresh price, or when it was bought; epoch ms. */
  readonly seenAtMs: number;
  /** live | stale | asking; null before the first look. */
  readonly guardState: string | null;
  /** Seconds of its configuration. */
  readonly blindAlert: number;
}

/** The positions that are held now. */
export const heldTrades = async (db: Db, installationId: string): Promise<HeldTrade[]> => {
  const rows = await db.trade.findMany({
    where: { installationId, phase: 'holding' },
    include: { configuration: { select: { options: true } } },
  });
  return rows.map((row) => ({
    listingId: row.id,
    symbol: row.symbol,
    seenAtMs: Math.max(row.guardedAt?.getTime() ?? 0, (row.filledAt ?? row.updatedAt).getTime()),
    guardState: row.guardState,
    blindAlert: tradingOptions.parse(row.configuration?.options).blindAlert,
  }));
};
