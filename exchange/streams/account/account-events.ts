import { price, quantity, quoteAmount, isZero, type Quantity } from '#domain/amount.ts';
import { asset, marketSymbol, type Asset, type MarketSymbol } from '#domain/market-symbol.ts';
import {
  clientOrderId,
  type ClientOrderId,
  type ExchangeOrderId,
  type Execution,
  type OrderReport,
  type OrderStatus,
} from '#domain/order.ts';
import type { Frame } from '../frames.ts';

/** One execution as the private stream tells it, in milliseconds. */
export interface AccountFill extends Execution {
  readonly symbol: MarketSymbol;
  readonly side: 'buy' | 'sell';
  readonly clientOrderId: ClientOrderId | null;
}

/** A balance after a change. */
export interface BalanceChange {
  readonly asset: Asset;
  readonly free: Quantity;
  readonly locked: Quantity;
  /** The exchange's word for it: ENTRUST_PLACE, ENTRUST, ENTRUST_CANCEL, TRADE_FEE, ... */
  readonly cause: string;
  readonly atMs: number;
}

// Numbers of the documentation (read 2026-11-20). Zero is no status and no side: proto3 leaves
// defaults out, so that a missing field reads as 0.
const STATUSES: Readonly<Record<number, OrderStatus>> = {
  1: 'new',
  2: 'filled',
  3: 'partlyFilled',
  4: 'canceled',
  5: 'partlyCanceled',
};

const statusOf = (status: number | undefined): OrderStatus => {
  const known = STATUSES[status ?? 0];
  if (known === undefined) throw new RangeError(`order status ${String(status)} is not known`);
  return known;
};

const sideOf = (tradeType: number | undefined): 'buy' | 'sell' => {
  if (tradeType === 1) return 'buy';
  if (tradeType === 2) return 'sell';
  throw new RangeError(`trade type ${String(tradeType)} is not known`);
};

/** Null for none, and for an id that is not of our form: then it is not ours. */
const clientIdOf = (text: string | undefined): ClientOrderId | null =>
  text !== undefined && /^[A-Za-z0-9_-]{1,32}$/.test(text) ? clientOrderId(text) : null;

const idOf = (id: string | undefined): ExchangeOrderId => {
  if (id === undefined || id === '') throw new RangeError('an order without an id');
  return id as ExchangeOrderId; // opaque text: not empty is its only rule
};

/** Amounts that are left out on the wire are zero. */
const amount = (text: string | undefined): string =>
  text === undefined || text === '' ? '0' : text;

/** The state of an order that a frame tells; null when it tells of none. Throws on odd values. */
export const orderIn = (frame: Frame): OrderReport | null => {
  const order = frame.privateOrders;
  if (order === undefined) return null;
  const limit = price(amount(order.price));
  return {
    symbol: marketSymbol(frame.symbol ?? ''),
    exchangeOrderId: idOf(order.id),
    clientOrderId: clientIdOf(order.clientId),
    side: sideOf(order.tradeType),
    status: statusOf(order.status),
    price: isZero(limit) ? null : limit,
    quantity: quantity(amount(order.quantity)),
    executed: quantity(amount(order.cumulativeQuantity)),
    executedQuote: quoteAmount(amount(order.cumulativeAmount)),
    createdAtMs: order.createTime ?? 0,
  };
};

/** The execution that a frame tells; null when it tells of none. Throws on odd values. */
export const fillIn = (frame: Frame): AccountFill | null => {
  const deal = frame.privateDeals;
  if (deal === undefined) return null;
  if (deal.tradeId === undefined || deal.time === undefined)
    throw new RangeError('an execution without id or time');
  return {
    symbol: marketSymbol(frame.symbol ?? ''),
    side: sideOf(deal.tradeType),
    tradeId: deal.tradeId,
    exchangeOrderId: idOf(deal.orderId),
    clientOrderId: clientIdOf(deal.clientOrderId),
    price: price(deal.price ?? ''),
    quantity: quantity(deal.quantity ?? ''),
    quote: quoteAmount(deal.amount ?? ''),
    fee: quoteAmount(amount(deal.feeAmount)),
    feeAsset: asset(deal.feeCurrency ?? ''),
    isMaker: deal.isMaker ?? false,
    atMs: deal.time,
  };
};

/** The balance that a frame tells; null when it tells of none. Throws on odd values. */
export const balanceIn = (frame: Frame): BalanceChange | null => {
  const account = frame.privateAccount;
  if (account === undefined) return null;
  return {
    asset: asset(account.vcoinName ?? ''),
    free: quantity(amount(account.balanceAmount)),
    locked: quantity(amount(account.frozenAmount)),
    cause: account.type ?? '',
    atMs: account.time ?? 0,
  };
};
