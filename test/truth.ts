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
 * What differs between the record of a closed trade and the exchange's books, in sentences; empty
 * when orders, fills, amounts and fees are the same to the last digit, it was bought at most once,
 * and never more was sold than bought.
 */
export const mismatches = async (world: World, symbol: string): Promise<string[]> => {
  const truth = await truthOf(world);
  const trade = await world.db.trade.findFirst({
    where: { symbol },
    include: { orders: { include: { fills: true } } },
  });
  if (trade === null) return [`${symbol} has no trade in the record`];
  const fills = truth.fills.filter((fill) => fill.symbol === symbol);
  const bought = fills.filter((fill) => fill.side === 'BUY');
  const sold = fills.filter((fill) => fill.side === 'SELL');
  const problems = [
    ...ordersDiffer(
      truth.orders.filter((order) => order.symbol === symbol),
      trade.orders,
    ),
    ...same(
      'fills',
      ids(trade.orders.flatMap((order) => order.fills.map((fill) => fill.tradeId))),
      ids(fills.map((fill) => fill.id)),
    ),
    ...same('bought', trade.bought, sum(bought, 'quantity')),
    ...same('sold', trade.sold, sum(sold, 'quantity')),
    ...same('spent', trade.spent, sum(bought, 'quote')),
    ...same('received', trade.received, sum(sold, 'quote')),
    ...same('fees', trade.fees, sum(fills, 'fee')),
  ];
  const buys = boughtOrders(truth, symbol).length;
  if (buys > 1) problems.push(`bought by ${buys} orders`);
  if (sum(sold, 'quantity').gt(sum(bought, 'quantity'))) problems.push('sold more than bought');
  return problems.map((problem) => `${symbol}: ${problem}`);
};

const sum = (of: readonly TruthFill[], field: 'quantity' | 'quote' | 'fee'): Decimal =>
  of.reduce((total, fill) => total.plus(fill[field]), new Decimal(0));

const ids = (of: readonly string[]): string => of.toSorted().join(' ');

const same = (
  what: string,
  recorded: { toString(): string },
  truth: { toString(): string },
): string[] =>
  recorded.toString() === truth.toString()
    ? []
    : [`${what} is ${recorded.toString()} in the record, ${truth.toString()} at the exchange`];

interface RecordedOrder {
  readonly clientOrderId: string;
  readonly executed: { toString(): string };
  readonly executedQuote: { toString(): string };
}

const ordersDiffer = (
  truth: readonly TruthOrder[],
  recorded: readonly RecordedOrder[],
): string[] => {
  const rows = new Map(recorded.map((row) => [row.clientOrderId, row]));
  const known = new Set(truth.map((order) => order.clientOrderId));
  const problems = truth.flatMap((order) => {
    const row = rows.get(order.clientOrderId ?? '');
    if (row === undefined) return [`order ${order.clientOrderId} is not recorded`];
    return [
      ...same(`executed of ${row.clientOrderId}`, row.executed, new Decimal(order.executed)),
      ...same(`quote of ${row.clientOrderId}`, row.executedQuote, new Decimal(order.quote)),
    ];
  });
  const invented = recorded.filter(
    (row) => !known.has(row.clientOrderId) && row.executed.toString() !== '0',
  );
  return [
    ...problems,
    ...invented.map((row) => `${row.clientOrderId} executed in the record only`),
  ];
};

/** What the account holds of a coin, free and locked. */
export const heldOf = (truth: Truth, asset: string): Decimal =>
  truth.accounts
    .flatMap((account) => account.balances)
    .filter((balance) => balance.asset === asset)
    .reduce((total, { free, locked }) => total.plus(free).plus(locked), new Decimal(0));
