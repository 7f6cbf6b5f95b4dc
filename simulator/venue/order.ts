import { fixed, formatFixed, multiply, type Fixed } from '../matching/fixed.ts';
import type { StpMode } from '../matching/match.ts';
import type { Side } from '../matching/order-book.ts';

export const orderTypes = [
  'LIMIT',
  'MARKET',
  'LIMIT_MAKER',
  'IMMEDIATE_OR_CANCEL',
  'FILL_OR_KILL',
] as const;
export type OrderType = (typeof orderTypes)[number];

export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'PARTIALLY_CANCELED';

/** An order of an account. Amounts: price and quote in quote units, the rest in base units. */
export interface Order {
  readonly orderId: string;
  readonly clientOrderId: string | null;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** Limit; for MARKET the protective limit. */
  readonly price: Fixed;
  readonly quantity: Fixed;
  /** Set for a market order by quote amount, whose `quantity` is then only an estimate. */
  readonly budget: Fixed | null;
  readonly stpMode: StpMode;
  /** Fee rate reserved with a buy, the higher of maker and taker. */
  readonly feeRate: Fixed;
  readonly createdMs: number;
  executed: Fixed;
  quote: Fixed;
  /** Still under lock for this order: quote for a buy, base for a sell. */
  locked: Fixed;
  status: OrderStatus;
  cancelReason: string | null;
  updatedMs: number;
}

export interface Fill {
  readonly id: string;
  readonly orderId: string;
  readonly clientOrderId: string | null;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  readonly price: Fixed;
  readonly quantity: Fixed;
  readonly quote: Fixed;
  readonly fee: Fixed;
  readonly feeAsset: string;
  readonly isMaker: boolean;
  readonly isSelfTrade: boolean;
  readonly timeMs: number;
}

export const isOpenOrder = (order: Order): boolean =>
  order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';

/** Base units that may still execute; for a budget order an upper estimate. */
export const remainingOf = (order: Order): Fixed => order.quantity - order.executed;

/** What must stay under lock for the rest of an open order. */
export function lockNeeded(order: Order): Fixed {
  if (order.side === 'SELL') return remainingOf(order);
  const open =
    order.budget === null ? multiply(order.price, remainingOf(order)) : order.budget - order.quote;
  return open + multiply(open, order.feeRate);
}

type Texts<T> = { [K in keyof T]: T[K] extends Fixed | null ? string | null : T[K] };
export type OrderRecord = Texts<Order>;
export type FillRecord = Texts<Fill>;

export function toOrderRecord(order: Order): OrderRecord {
  return {
    ...order,
    price: formatFixed(order.price),
    quantity: formatFixed(order.quantity),
    budget: order.budget === null ? null : formatFixed(order.budget),
    feeRate: formatFixed(order.feeRate),
    executed: formatFixed(order.executed),
    quote: formatFixed(order.quote),
    locked: formatFixed(order.locked),
  };
}

const amount = (text: string | null): Fixed => fixed(text ?? '0');

export function fromOrderRecord(record: OrderRecord): Order {
  return {
    ...record,
    price: amount(record.price),
    quantity: amount(record.quantity),
    budget: record.budget === null ? null : amount(record.budget),
    feeRate: amount(record.feeRate),
    executed: amount(record.executed),
    quote: amount(record.quote),
    locked: amount(record.locked),
  };
}

export function toFillRecord(fill: Fill): FillRecord {
  return {
    ...fill,
    price: formatFixed(fill.price),
    quantity: formatFixed(fill.quantity),
    quote: formatFixed(fill.quote),
    fee: formatFixed(fill.fee),
  };
}

export function fromFillRecord(record: FillRecord): Fill {
  return {
    ...record,
    price: amount(record.price),
    quantity: amount(record.quantity),
    quote: amount(record.quote),
    fee: amount(record.fee),
  };
}
