import { compare, type Quantity } from '#domain/amount.ts';
import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import type { Database, Db } from './client.ts';
import type { Orphan } from './generated/client.ts';
import { positionOf } from './orders.ts';
import { toQuantity } from './to-domain.ts';

// What the exchange has of ours and the record does not explain.

/** A pair whose orders are looked at, and since when ours can exist there. */
export interface WatchedSymbol {
  readonly symbol: MarketSymbol;
  readonly sinceMs: number;
}

/** Pairs of trades that are not closed, or not longer than `closedAfterMs`. */
export const watchedSymbols = async (
  db: Db,
  look: { installationId: string; closedAfterMs: number },
): Promise<readonly WatchedSymbol[]> => {
  const rows = await db.trade.findMany({
    where: {
      installationId: look.installationId,
      OR: [{ phase: { not: 'closed' } }, { closedAt: { gte: new Date(look.closedAfterMs) } }],
    },
    select: { symbol: true, createdAt: true },
    orderBy: { createdAt: 'desc' }, // the oldest of a pair is set last
  });
  const since = new Map(rows.map((row) => [row.symbol, row.createdAt.getTime()]));
  return [...since].map(([symbol, sinceMs]) => ({
    symbol: symbol as MarketSymbol, // written from a SniperInput
    sinceMs,
  }));
};

/** What the record says of a trade and of the orders that it knows. */
export interface RecordedTrade {
  readonly listingId: string;
  readonly base: string;
  readonly phase: string;
  /** State of each leg's permit. */
  readonly permits: ReadonlyMap<string, string>;
  /** Base executed, by client order id. */
  readonly executed: ReadonlyMap<string, Quantity>;
}

export const recordedTrades = async (
  db: Db,
  look: { installationId: string; listingIds: readonly string[] },
): Promise<ReadonlyMap<string, RecordedTrade>> => {
  const rows = await db.trade.findMany({
    where: { installationId: look.installationId, id: { in: [...look.listingIds] } },
    include: { orders: true, listing: { include: { permits: true } } },
  });
  return new Map(
    rows.map((row) => [
      row.id,
      {
        listingId: row.id,
        base: row.base,
        phase: row.phase,
        permits: new Map(row.listing.permits.map(({ leg, state }) => [leg, state])),
        executed: new Map(
          row.orders.map((order) => [order.clientOrderId, toQuantity(order.executed)]),
        ),
      },
    ]),
  );
};

/** A coin of which nothing is traded any more, and what the record says the account should have. */
export interface RecordedCoin {
  readonly asset: Asset;
  readonly symbol: MarketSymbol;
  readonly listingId: string;
  readonly ownedBefore: Quantity;
  /** Left of the trade: dust, or what it could not sell. */
  readonly held: Quantity;
}

/** Coins looked at in one round: the newest trades. */
const COINS_MAX = 50;

/**
 * Coins whose latest trade closed after `closedAfterMs`, or that are named, and that no trade is
 * busy with. A trade whose account was not read at its admission says nothing.
 */
export const recordedCoins = async (
  db: Db,
  look: { installationId: string; closedAfterMs: number; named: readonly string[] },
): Promise<readonly RecordedCoin[]> => {
  const { installationId } = look;
  const newest = { orderBy: { createdAt: 'desc' as const } };
  const recent = { installationId, closedAt: { gte: new Date(look.closedAfterMs) } };
  const named = { installationId, base: { in: [...look.named] } };
  const rows = [
    ...(await db.trade.findMany({ ...newest, where: named })),
    ...(await db.trade.findMany({ ...newest, where: recent, take: COINS_MAX })),
  ];
  const busy = new Set(
    (
      await db.trade.findMany({
        where: { installationId, phase: { not: 'closed' } },
        select: { base: true },
      })
    ).map(({ base }) => base),
  );
  const coins = new Map<string, RecordedCoin>();
  for (const row of rows) {
    if (busy.has(row.base) || coins.has(row.base) || row.ownedBefore === null) continue;
    const pair = { base: row.base as Asset, quote: row.quote as Asset };
    const { held } = await positionOf(db, row.id, pair);
    coins.set(row.base, {
      asset: pair.base,
      symbol: row.symbol as MarketSymbol,
      listingId: row.id,
      ownedBefore: toQuantity(row.ownedBefore),
      held,
    });
  }
  return [...coins.values()];
};

/** Open ones, those first that were not seen for longest. */
export const openOrphans = (
  db: Db,
  of: { installationId: string; kind: 'order' | 'balance' },
): Promise<Orphan[]> =>
  db.orphan.findMany({ where: { ...of, state: 'open' }, orderBy: { lastSeenAt: 'asc' } });

/** Coins that an order explains, whose orphan is open or was dismissed: no second alert of them. */
export const assetsOfOrders = async (
  db: Db,
  installationId: string,
): Promise<ReadonlySet<string>> => {
  const rows = await db.orphan.findMany({
    where: { installationId, kind: 'order', state: { in: ['open', 'dismissed'] } },
    select: { asset: true },
  });
  return new Set(rows.map(({ asset }) => asset));
};

/** What a look found. */
export type Sight = Pick<
  Orphan,
  | 'installationId'
  | 'kind'
  | 'subject'
  | 'symbol'
  | 'asset'
  | 'listingId'
  | 'clientOrderId'
  | 'exchangeOrderId'
  | 'side'
> & {
  readonly quantity: Quantity;
  readonly executed: Quantity;
  readonly price: string | null;
};

/**
 * Writes down that an orphan was seen. One that was resolved is open again, unless that was after
 * the look began; a dismissed one only when it has grown. May repeat: a repeat counts as a look.
 */
export const noteSight = async (
  db: Database,
  sight: Sight,
  at: { readonly lookedAtMs: number; readonly nowMs: number },
): Promise<Orphan> => {
  const { installationId, subject } = sight;
  const seen = { lastSeenAt: new Date(at.nowMs) };
  const fresh = { ...sight, ...seen, firstSeenAt: seen.lastSeenAt, state: 'open' };
  return db.$transaction(async (tx) => {
    await tx.orphan.createMany({ data: { ...fresh, timesSeen: 0 }, skipDuplicates: true });
    await tx.$queryRaw`SELECT 1 FROM "Orphan" WHERE "installationId" = ${installationId} AND subject = ${subject} FOR UPDATE`;
    const row = await tx.orphan.findUniqueOrThrow({
      where: { installationId_subject: { installationId, subject } },
    });
    const { id } = row;
    const { quantity, executed } = sight;
    if (row.state === 'open')
      return tx.orphan.update({
        where: { id },
        data: { ...seen, quantity, executed, timesSeen: { increment: 1 } },
      });
    if (row.resolvedAt !== null && row.resolvedAt.getTime() >= at.lookedAtMs) return row;
    const grown =
      compare(executed, toQuantity(row.executed)) > 0 ||
      compare(quantity, toQuantity(row.quantity)) > 0;
    if (row.state === 'dismissed' && !grown) return row;
    return tx.orphan.update({
      where: { id },
      data: { ...fresh, timesSeen: 1, resolvedAt: null, resolvedBy: null, note: null },
    });
  });
};

export interface OrphanEnd {
  readonly id: string;
  readonly state: 'cancelled' | 'gone' | 'dismissed';
  readonly by: string;
  readonly note: string;
  readonly nowMs: number;
}

/**
 * Ends an orphan that is open, and its alert. Says whether it did. A cancel that was proven also
 * explains one that a look has found gone meanwhile. May repeat.
 */
export const endOrphan = (db: Database, end: OrphanEnd): Promise<boolean> =>
  db.$transaction(async (tx) => {
    const { count } = await tx.orphan.updateMany({
      where: { id: end.id, state: { in: end.state === 'cancelled' ? ['open', 'gone'] : ['open'] } },
      data: {
        state: end.state,
        resolvedAt: new Date(end.nowMs),
        resolvedBy: end.by,
        note: end.note,
      },
    });
    await resolveOrphanAlert(tx, end.id, end.nowMs);
    return count === 1;
  });

/** The episode of an orphan's alert. */
export const orphanEpisode = (id: string): string => `orphan:${id}`;

/** Ends the alert of an orphan. May repeat. */
export const resolveOrphanAlert = async (db: Db, id: string, nowMs: number): Promise<void> => {
  await db.alert.updateMany({
    where: { episodeKey: orphanEpisode(id), resolvedAt: null },
    data: { resolvedAt: new Date(nowMs) },
  });
};
