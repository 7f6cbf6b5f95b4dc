import { parseFixed, statedDecimals, type Fixed } from '../matching/fixed.ts';
import type { StpMode } from '../matching/match.ts';
import type { Side } from '../matching/order-book.ts';
import { ApiError } from './api-error.ts';
import type { Market } from '../markets/market.ts';
import { orderTypes, type OrderType } from './order.ts';

/** Parameters of an order call as they came, one text each. */
export type Params = ReadonlyMap<string, string>;

/** An order as asked for, read but not yet held against the market's state. */
export interface OrderRequest {
  readonly side: Side;
  readonly type: OrderType;
  readonly price: Fixed | null;
  readonly quantity: Fixed | null;
  readonly budget: Fixed | null;
  readonly clientOrderId: string | null;
  readonly stpMode: StpMode;
}

/** Reads the order parameters of a call; throws the exchange's refusal for bad ones. */
export function readOrder(params: Params, market: Market): OrderRequest {
  const side = oneOf(params, 'side', ['BUY', 'SELL'] as const);
  const type = oneOf(params, 'type', orderTypes);
  const { pricePlaces, quantityPlaces } = market.plan;
  const isMarket = type === 'MARKET';
  const request = {
    side,
    type,
    price: isMarket ? null : amount(params, 'price', pricePlaces),
    quantity: amount(params, 'quantity', quantityPlaces),
    budget: isMarket ? amount(params, 'quoteOrderQty', 18) : null,
    clientOrderId: clientOrderId(params),
    stpMode: readStpMode(params),
  };
  if (!isMarket && request.price === null) throw missing('price');
  if (request.quantity === null && request.budget === null) throw missing('quantity');
  return request;
}

export const missing = (name: string): ApiError =>
  new ApiError(700004, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);

function oneOf<T extends string>(params: Params, name: string, values: readonly T[]): T {
  const text = params.get(name);
  const value = values.find((known) => known === text);
  if (value === undefined) throw missing(name);
  return value;
}

/** Null when absent; zero, signs, exponents and too many decimals are refused. */
function amount(params: Params, name: string, places: number): Fixed | null {
  const text = params.get(name);
  if (text === undefined || text === '') return null;
  const value = parseFixed(text);
  if (value === null) {
    throw text.startsWith('-')
      ? new ApiError(10102, 'amount cannot be zero or negative')
      : new ApiError(700008, `Illegal characters found in parameter '${name}'.`);
  }
  if (value === 0n) throw new ApiError(10102, 'amount cannot be zero or negative');
  if (statedDecimals(text.replace(/(\.\d*?)0+$/, '$1')) > places) {
    throw new ApiError(10096, 'amount decimal places is too long');
  }
  return value;
}

function clientOrderId(params: Params): string | null {
  const text = params.get('newClientOrderId');
  if (text === undefined || text === '') return null;
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(text)) {
    throw new ApiError(700008, "Illegal characters found in parameter 'newClientOrderId'.");
  }
  return text;
}

function readStpMode(params: Params): StpMode {
  const text = params.get('stpMode') ?? '';
  const modes = ['', 'cancel_maker', 'cancel_taker', 'cancel_both'] as const;
  const mode = modes.find((known) => known === text);
  if (mode === undefined) throw missing('stpMode');
  return mode;
}
