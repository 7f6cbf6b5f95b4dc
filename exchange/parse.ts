import {
  fraction,
  isZero,
  price,
  quantity,
  quoteAmount,
  type Fraction,
  type Price,
} from '#domain/amount.ts';
import type { BookLevel, BookTop, Deal } from '#domain/market.ts';
import { asset, marketSymbol, type MarketSymbol } from '#domain/market-symbol.ts';
import {
  clientOrderId,
  type Execution,
  type ExchangeOrderId,
  type OrderReport,
  type OrderStatus,
} from '#domain/order.ts';
import type { PriceBand, SymbolRules } from '#domain/symbol-rules.ts';
import { openTimeOf } from './hints/opening-time.ts';
import type { MyTradeWire, OrderWire, SymbolWire } from './endpoints/wire.ts';

// The exchange's shapes into domain values. Old records print "1.000000000000000000"; amounts keep
// their value, not their text.

const STATUSES = { '1': 'online', '2': 'paused', '3': 'offline', ENABLED: 'online' } as const;
const SIDES = { '1': 'both', '2': 'buyOnly', '3': 'sellOnly', '4': 'none' } as const;

const lookUp = <T>(table: Readonly<Record<string, T>>, key: string, what: string): T => {
  const value = Object.hasOwn(table, key) ? table[key] : undefined;
  if (value === undefined) throw new RangeError(`${what} ${JSON.stringify(key)} is not known`);
  return value;
};

/** A record of exchangeInfo; throws RangeError on what it cannot read. */
export const toSymbolRules = (wire: SymbolWire): SymbolRules => {
  const minQuantity = quantity(wire.baseSizePrecision);
  return {
    symbol: marketSymbol(wire.symbol),
    base: asset(wire.baseAsset),
    quote: asset(wire.quoteAsset),
    fullName: wire.fullName ?? null,
    status: lookUp(STATUSES, wire.status, 'status'),
    apiTradingAllowed: wire.isSpotTradingAllowed,
    // Missing in old records: all sides were open then.
    sides: lookUp(SIDES, wire.tradeSideType ?? '1', 'tradeSideType'),
    quantityDecimals: wire.baseAssetPrecision,
    priceDecimals: wire.quotePrecision,
    minQuantity: isZero(minQuantity) ? null : minQuantity,
    minNotional: quoteAmount(wire.quoteAmountPrecision),
    maxNotional: wire.maxQuoteAmount == null ? null : quoteAmount(wire.maxQuoteAmount),
    makerFee: fraction(wire.makerCommission),
    takerFee: fraction(wire.takerCommission),
    priceBand: bandOf(wire),
    firstOpenTimeMs: openTimeOf(wire.firstOpenTime),
  };
};

const bandOf = (wire: SymbolWire): PriceBand | null => {
  const filter = wire.filters?.find((each) => each.filterType === 'PERCENT_PRICE_BY_SIDE');
  if (filter?.bidMultiplierUp == null || filter.askMultiplierDown == null) return null;
  return { up: fraction(filter.bidMultiplierUp), down: fraction(filter.askMultiplierDown) };
};

export const toLevels = (
  levels: readonly (readonly [string, string, ...unknown[]])[],
): BookLevel[] => levels.map(([at, size]) => ({ price: price(at), quantity: quantity(size) }));

/** One side of a best bid and ask; null when the book has none. */
export const toLevel = (
  at: string | null | undefined,
  size: string | null | undefined,
): BookLevel | null => {
  if (at == null || at === '' || size == null || size === '') return null;
  const level = { price: price(at), quantity: quantity(size) };
  return isZero(level.price) || isZero(level.quantity) ? null : level;
};

export const toBookTop = (
  symbol: MarketSymbol,
  sides: { bid: BookLevel | null; ask: BookLevel | null },
): BookTop => ({ symbol, ...sides, receivedAtMs: Date.now() });

export const toDeal = (
  symbol: MarketSymbol,
  trade: { price: string; qty: string; time: number; isBuyerMaker: boolean },
): Deal => ({
  symbol,
  price: price(trade.price),
  quantity: quantity(trade.qty),
  takerSide: trade.isBuyerMaker ? 'sell' : 'buy',
  atMs: trade.time,
  receivedAtMs: Date.now(),
});

const ORDER_STATUS: Readonly<Record<OrderWire['status'], OrderStatus>> = {
  NEW: 'new',
  PARTIALLY_FILLED: 'partlyFilled',
  FILLED: 'filled',
  CANCELED: 'canceled',
  PARTIALLY_CANCELED: 'partlyCanceled',
};

/** An order; throws RangeError on what it cannot read. */
export const toOrderReport = (wire: OrderWire): OrderReport => {
  const size = wire.origQty ?? wire.Qty;
  if (size == null) throw new RangeError('an order without a quantity');
  const limit = wire.price == null ? null : priceOrNull(wire.price);
  return {
    symbol: marketSymbol(wire.symbol),
    exchangeOrderId: wire.orderId as ExchangeOrderId,
    clientOrderId: clientIdOf(wire.clientOrderId),
    side: wire.side === 'BUY' ? 'buy' : 'sell',
    status: ORDER_STATUS[wire.status],
    price: limit,
    quantity: quantity(size),
    executed: quantity(wire.executedQty),
    executedQuote: quoteAmount(wire.cummulativeQuoteQty),
    createdAtMs: wire.time,
  };
};

const priceOrNull = (text: string): Price | null => {
  const parsed = price(text);
  return isZero(parsed) ? null : parsed;
};

/** Null for none, and for an id that is not of our form: then it is not ours. */
const clientIdOf = (text: string | null | undefined) => {
  if (text == null || !/^[A-Za-z0-9_-]{1,32}$/.test(text)) return null;
  return clientOrderId(text);
};

export const toExecution = (wire: MyTradeWire): Execution => ({
  tradeId: wire.id,
  exchangeOrderId: wire.orderId as ExchangeOrderId,
  price: price(wire.price),
  quantity: quantity(wire.qty),
  quote: quoteAmount(wire.quoteQty),
  fee: quoteAmount(wire.commission),
  feeAsset: asset(wire.commissionAsset),
  isMaker: wire.isMaker,
  atMs: wire.time,
});

/** A fee arrives as number or text; ten decimals hold every fee the exchange charges. */
export const toFee = (value: string | number): Fraction =>
  fraction(typeof value === 'number' ? value.toFixed(10) : value);
