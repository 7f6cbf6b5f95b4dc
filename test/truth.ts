import { expect } from 'vitest';
import { Decimal } from 'decimal.js';
import type { World } from './world.ts';

/** What the exchange has booked about our account, from its own control port. */
export interface Truth {
  readonly accounts: readonly {
    readonly balances: readonly { asset: string; free: string; locked: string }[];
  }[];
  readonly orders: readonly TruthOrder[];
  readonly fills: readonly TruthFill[];
}

interface TruthOrder {
  readonly orderId: string;
  readonly clientOrderId: string | null;
  readonly account: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly status: string;
  readonly executed: string;
  readonly quote: string;
}

interface TruthFill {
  readonly id: string;
  readonly orderId: string;
  readonly clientOrderId: string | null;
  readonly account: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: string;
  readonly quote: string;
  readonly fee: string;
}

const ACCOUNT = 'sim';

export const truthOf = async (world: World): Promise<Truth> => {
  const truth = (await world.control('GET', 'truth/books')) as Truth; // the simulator's own answer
  return {
    accounts: truth.accounts,
    orders: truth.orders.filter((order) => order.account === ACCOUNT),
    fills: truth.fills.filter((fill) => fill.account === ACCOUNT),
  };
};

/** Buy orders of a symbol that executed anything: more than one means bought twice. */
export const boughtOrders = (truth: Truth, symbol: string): readonly TruthOrder[] =>
  truth.orders.filter(
    (order) =>
      order.symbol === symbol && order.side === 'BUY' && !new Decimal(order.executed).isZero(),
  );

/**
 * Compares the record of a closed trade with the exchange's books: orders, fills, amounts, fees and
 * profit are the same to the last digit, it was bought once, and never sold beyond what was held.
 */
export const expectRecordsEqualTruth = async (world: World, symbol: string): Promise<void> => {
  const truth = await truthOf(world);
  const trade = await world.db.trade.findFirstOrThrow({
    where: { symbol },
    include: { orders: { include: { fills: true } } },
  });
  const orders = truth.orders.filter((order) => order.symbol === symbol);
  const fills = truth.fills.filter((fill) => fill.symbol === symbol);
  const sum = (of: readonly TruthFill[], field: 'quantity' | 'quote' | 'fee') =>
    of.reduce((total, fill) => total.plus(fill[field]), new Decimal(0));
  const bought = fills.filter((fill) => fill.side === 'BUY');
  const sold = fills.filter((fill) => fill.side === 'SELL');

  expect(boughtOrders(truth, symbol).length, 'orders that bought').toBeLessThanOrEqual(1);
  expect(sum(sold, 'quantity').lte(sum(bought, 'quantity')), 'sold no more than bought').toBe(true);

  // Every order that the exchange has is in the record, with what it executed.
  const recorded = new Map(trade.orders.map((order) => [order.clientOrderId, order]));
  for (const order of orders) {
    const row = recorded.get(order.clientOrderId ?? '');
    expect(row, `order ${order.clientOrderId} is recorded`).toBeDefined();
    expect(row?.executed.toString()).toBe(new Decimal(order.executed).toString());
    expect(row?.executedQuote.toString()).toBe(new Decimal(order.quote).toString());
  }
  // No order of the record claims more than the exchange knows.
  const known = new Set(orders.map((order) => order.clientOrderId));
  for (const row of trade.orders)
    if (!known.has(row.clientOrderId))
      expect(row.executed.toString(), `${row.clientOrderId} is not known there`).toBe('0');

  const rows = trade.orders.flatMap((order) => order.fills);
  expect(rows.map((row) => row.tradeId).toSorted()).toEqual(
    fills.map((each) => each.id).toSorted(),
  );
  expect(trade.bought.toString()).toBe(sum(bought, 'quantity').toString());
  expect(trade.sold.toString()).toBe(sum(sold, 'quantity').toString());
  expect(trade.spent.toString()).toBe(sum(bought, 'quote').toString());
  expect(trade.received.toString()).toBe(sum(sold, 'quote').toString());
  expect(trade.fees.toString()).toBe(sum(fills, 'fee').toString());
};

/** What the account holds of a coin, free and locked. */
export const heldOf = (truth: Truth, asset: string): Decimal =>
  truth.accounts
    .flatMap((account) => account.balances)
    .filter((balance) => balance.asset === asset)
    .reduce((total, { free, locked }) => total.plus(free).plus(locked), new Decimal(0));
