import { randomUUID } from 'node:crypto';
import {
  add,
  compare,
  isZero,
  least,
  price,
  subtract,
  type Price,
  type Quantity,
} from '#domain/amount.ts';
import { asset, marketSymbol, type Asset, type MarketSymbol } from '#domain/market-symbol.ts';
import type {
  ClientOrderId,
  ExchangeOrderId,
  Execution,
  NewOrder,
  OrderReport,
  OrderStatus,
} from '#domain/order.ts';
import { filledQuantity, type PaperFill } from '#domain/paper-fill.ts';
import type { Database, Db } from '../client.ts';
import type { PaperOrder } from '../generated/client.ts';
import { toQuantity, toQuote } from '../to-domain.ts';
import { lockOf, movesOf, neededFor, sumsOf, type Traded } from './moves.ts';
import { balancesOf, fillWallet, holds, lockWallet, move, type Balances } from './wallet.ts';

// The account of a dry run in Postgres: a restart finds it as it was.

interface Booking {
  readonly pair: { readonly base: Asset; readonly quote: Asset };
  readonly fills: readonly PaperFill[];
  readonly rests: boolean;
  readonly nowMs: number;
}

type Booked =
  | { readonly kind: 'booked'; readonly exchangeOrderId: ExchangeOrderId }
  | { readonly kind: 'funds' };

interface Resting {
  readonly report: OrderReport;
  readonly price: Price;
  readonly left: Quantity;
}

type Ref =
  | { readonly clientOrderId: ClientOrderId }
  | { readonly exchangeOrderId: ExchangeOrderId };

/** The ledger of an installation. Every change is one transaction under the wallet's lock. */
export const paperLedger = (db: Database, installationId: string) => {
  const locked = <T>(work: (tx: Db) => Promise<T>): Promise<T> =>
    db.$transaction(async (tx) => {
      await lockWallet(tx, installationId);
      return work(tx);
    });
  const one = (tx: Db, ref: Ref) => tx.paperOrder.findFirst({ where: { installationId, ...ref } });
  const cancel = (ref: Ref): Promise<boolean> =>
    locked(async (tx) => {
      const row = await one(tx, ref);
      if (row !== null && OPEN.includes(row.status)) await cancelIn(tx, row);
      return row !== null;
    });
  return {
    balances: (): Promise<Balances> =>
      locked(async (tx) => {
        await fillWallet(tx, installationId);
        return balancesOf(tx, installationId);
      }),
    book: (order: NewOrder, booking: Booking): Promise<Booked> =>
      locked(async (tx) => {
        const { clientOrderId } = order;
        const before = await one(tx, { clientOrderId });
        if (before !== null) return { kind: 'booked', exchangeOrderId: idOf(before) };
        return bookIn(tx, installationId, { order, booking });
      }),
    fill: (exchangeOrderId: ExchangeOrderId, fills: readonly PaperFill[], nowMs: number) =>
      locked(async (tx) => {
        const row = await one(tx, { exchangeOrderId });
        if (row !== null && OPEN.includes(row.status)) await fillIn(tx, row, { fills, nowMs });
      }),
    cancel: (_symbol: MarketSymbol | null, ref: Ref) => cancel(ref),
    cancelOpen: async (symbols: readonly MarketSymbol[] | 'all'): Promise<void> => {
      for (const row of await openOf(db, installationId, symbols))
        await cancel({ exchangeOrderId: idOf(row) });
    },
    ...paperReads(db, installationId),
  };
};

const OPEN = ['new', 'partlyFilled'];

const openOf = (db: Db, installationId: string, symbols: readonly MarketSymbol[] | 'all') =>
  db.paperOrder.findMany({
    where: {
      installationId,
      status: { in: OPEN },
      ...(symbols === 'all' ? {} : { symbol: { in: [...symbols] } }),
    },
    orderBy: { createdAt: 'asc' },
  });

const paperReads = (db: Database, installationId: string) => ({
  find: async (symbol: MarketSymbol, ref: Ref): Promise<OrderReport | null> => {
    const where = { installationId, symbol, ...ref };
    const row = await db.paperOrder.findFirst({ where });
    return row === null ? null : reportOf(row);
  },
  resting: async (symbol: MarketSymbol | null): Promise<Resting[]> =>
    (await openOf(db, installationId, symbol === null ? 'all' : [symbol])).map((row) => ({
      report: reportOf(row),
      price: priceOf(row),
      left: leftOf(row),
    })),
  since: async (symbol: MarketSymbol, sinceMs: number): Promise<OrderReport[]> => {
    const where = { installationId, symbol, createdAt: { gte: new Date(sinceMs) } };
    return (await db.paperOrder.findMany({ where, orderBy: { createdAt: 'asc' } })).map(reportOf);
  },
  executions: (exchangeOrderId: ExchangeOrderId) => executionsOf(db, exchangeOrderId),
});

const bookIn = async (
  tx: Db,
  installationId: string,
  { order, booking }: { order: NewOrder; booking: Booking },
): Promise<Booked> => {
  const { pair, fills, rests, nowMs } = booking;
  await fillWallet(tx, installationId);
  const traded: Traded = { side: order.side, price: order.price, ...pair };
  if (!(await holds(tx, installationId, neededFor(traded, order.quantity, fills))))
    return { kind: 'funds' };
  const executed = filledQuantity(fills);
  const left = subtract(order.quantity, executed);
  const exchangeOrderId = `paper-${randomUUID()}` as ExchangeOrderId; // opaque text
  const { symbol, side, type, price: limit, quantity, clientOrderId } = order;
  await tx.paperOrder.create({
    data: {
      ...pair,
      exchangeOrderId,
      installationId,
      clientOrderId,
      symbol,
      side,
      type,
      price: limit,
      quantity,
      status: statusOf(executed, left, rests),
      executed,
      executedQuote: sumsOf(fills).quote,
      createdAt: new Date(nowMs),
    },
  });
  await writeFills(tx, exchangeOrderId, { fills, feeAsset: pair.quote, nowMs, from: 0 });
  await move(tx, installationId, movesOf(traded, fills));
  if (rests && !isZero(left)) await move(tx, installationId, lockOf(traded, left, 1));
  return { kind: 'booked', exchangeOrderId };
};

const statusOf = (executed: Quantity, left: Quantity, rests: boolean): OrderStatus => {
  if (isZero(left)) return 'filled';
  if (isZero(executed)) return rests ? 'new' : 'canceled';
  return rests ? 'partlyFilled' : 'partlyCanceled';
};

interface Written {
  readonly fills: readonly PaperFill[];
  readonly feeAsset: Asset;
  readonly nowMs: number;
  /** Executions that the order has already. */
  readonly from: number;
}

const writeFills = async (
  tx: Db,
  exchangeOrderId: string,
  { fills, feeAsset, nowMs, from }: Written,
): Promise<void> => {
  await tx.paperFill.createMany({
    data: fills.map((fill, n) => ({
      ...fill,
      tradeId: `${exchangeOrderId}-${from + n}`,
      exchangeOrderId,
      feeAsset,
      at: new Date(nowMs),
    })),
  });
};

/** Executes what rests, at its own price; never more than is left of it. */
const fillIn = async (
  tx: Db,
  row: PaperOrder,
  { fills, nowMs }: { fills: readonly PaperFill[]; nowMs: number },
): Promise<void> => {
  const taken = cappedTo(leftOf(row), fills);
  if (taken.length === 0) return;
  const traded = tradedOf(row);
  const size = filledQuantity(taken);
  // What was locked is free for the instant in which it changes hands.
  await move(tx, row.installationId, lockOf(traded, size, -1));
  await move(tx, row.installationId, movesOf(traded, taken));
  const { exchangeOrderId } = row;
  const from = await tx.paperFill.count({ where: { exchangeOrderId } });
  const feeAsset = asset(row.quote);
  await writeFills(tx, exchangeOrderId, { fills: taken, feeAsset, nowMs, from });
  const executed = add(toQuantity(row.executed), size);
  await tx.paperOrder.update({
    where: { exchangeOrderId },
    data: {
      executed,
      executedQuote: add(toQuote(row.executedQuote), sumsOf(taken).quote),
      status: statusOf(executed, subtract(toQuantity(row.quantity), executed), true),
    },
  });
};

const cappedTo = (most: Quantity, fills: readonly PaperFill[]): PaperFill[] => {
  const taken: PaperFill[] = [];
  let left = most;
  for (const fill of fills) {
    // One that is larger than what is left belongs to a look from before: left for the next one.
    if (compare(least(fill.quantity, left), fill.quantity) !== 0) break;
    taken.push(fill);
    left = subtract(left, fill.quantity);
  }
  return taken;
};

const cancelIn = async (tx: Db, row: PaperOrder): Promise<void> => {
  await move(tx, row.installationId, lockOf(tradedOf(row), leftOf(row), -1));
  await tx.paperOrder.update({
    where: { exchangeOrderId: row.exchangeOrderId },
    data: { status: row.executed.isZero() ? 'canceled' : 'partlyCanceled' },
  });
};

const executionsOf = async (db: Db, exchangeOrderId: ExchangeOrderId): Promise<Execution[]> => {
  const rows = await db.paperFill.findMany({
    where: { exchangeOrderId },
    include: { order: true },
    orderBy: { tradeId: 'asc' },
  });
  return rows.map((row) => ({
    tradeId: row.tradeId,
    exchangeOrderId,
    price: price(row.price.toFixed()),
    quantity: toQuantity(row.quantity),
    quote: toQuote(row.quote),
    fee: row.fee.toFixed(),
    feeAsset: asset(row.feeAsset),
    isMaker: row.order.type === 'limit',
    atMs: row.at.getTime(),
  }));
};

// The rows were written above, from values of these types.
const idOf = (row: PaperOrder) => row.exchangeOrderId as ExchangeOrderId;
const leftOf = (row: PaperOrder): Quantity =>
  subtract(toQuantity(row.quantity), toQuantity(row.executed));
const priceOf = (row: PaperOrder): Price => price(row.price?.toFixed() ?? '0');
const tradedOf = (row: PaperOrder): Traded => ({
  side: row.side as NewOrder['side'],
  base: asset(row.base),
  quote: asset(row.quote),
  price: priceOf(row),
});
const reportOf = (row: PaperOrder): OrderReport => ({
  symbol: marketSymbol(row.symbol),
  exchangeOrderId: idOf(row),
  clientOrderId: row.clientOrderId as ClientOrderId,
  side: row.side as OrderReport['side'],
  status: row.status as OrderStatus,
  price: row.price === null ? null : priceOf(row),
  quantity: toQuantity(row.quantity),
  executed: toQuantity(row.executed),
  executedQuote: toQuote(row.executedQuote),
  createdAtMs: row.createdAt.getTime(),
});
