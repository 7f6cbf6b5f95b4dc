import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { ClientOrderId, ExchangeOrderId, NewOrder } from '#domain/order.ts';
import type { Params } from '../sign.ts';

/** How the exchange or we name an order. */
export type OrderRef =
  | { readonly clientOrderId: ClientOrderId }
  | { readonly exchangeOrderId: ExchangeOrderId };

// IOC is a value of `type`, not of timeInForce (documentation, read 2026-11-20).
const TYPES = { limitIoc: 'IMMEDIATE_OR_CANCEL', limit: 'LIMIT', market: 'MARKET' } as const;

export const orderParams = (order: NewOrder): Params => [
  ['symbol', order.symbol],
  ['side', order.side === 'buy' ? 'BUY' : 'SELL'],
  ['type', TYPES[order.type]],
  ['quantity', order.quantity],
  ...(order.price === null ? [] : [['price', order.price] as const]),
  ['newClientOrderId', order.clientOrderId],
];

export const refParams = (symbol: MarketSymbol, ref: OrderRef): Params => [
  ['symbol', symbol],
  'clientOrderId' in ref
    ? ['origClientOrderId', ref.clientOrderId]
    : ['orderId', ref.exchangeOrderId],
];
