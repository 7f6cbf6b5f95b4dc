import {
  compare,
  floorQuantity,
  isZero,
  notional,
  roundPrice,
  type Fraction,
  type Price,
  type Quantity,
  type QuoteAmount,
} from './amount.ts';
import type { Asset, MarketSymbol } from './market-symbol.ts';

/** What the exchange's record says about a pair. Source: GET /api/v3/exchangeInfo. */
export interface SymbolRules {
  readonly symbol: MarketSymbol;
  readonly base: Asset;
  readonly quote: Asset;
  /** The coin's full name as the record gives it; null when it has none. */
  readonly fullName: string | null;
  readonly status: 'online' | 'paused' | 'offline';
  /** Whether orders by API are allowed; a pair may be online and closed to the API for good. */
  readonly apiTradingAllowed: boolean;
  readonly sides: 'both' | 'buyOnly' | 'sellOnly' | 'none';
  /** Decimals of a quantity (baseAssetPrecision). */
  readonly quantityDecimals: number;
  /** Decimals of a price (quotePrecision). */
  readonly priceDecimals: number;
  /** Smallest base quantity (baseSizePrecision); null when the record says "0": none. */
  readonly minQuantity: Quantity | null;
  /** Smallest order value (quoteAmountPrecision, despite its name). */
  readonly minNotional: QuoteAmount;
  /** Largest order value; null when the record has none. */
  readonly maxNotional: QuoteAmount | null;
  readonly makerFee: Fraction;
  readonly takerFee: Fraction;
  /** How far a limit may lie from the last price; null when the record has no such filter. */
  readonly priceBand: PriceBand | null;
  /** Opening announced in the record itself (2026 records may have it); null without. */
  readonly firstOpenTimeMs: number | null;
}

/** PERCENT_PRICE_BY_SIDE: buy <= last x (1 + up), sell >= last x (1 - down). */
export interface PriceBand {
  readonly up: Fraction;
  readonly down: Fraction;
}

export type SizeProblem =
  | { readonly rule: 'minQuantity'; readonly limit: Quantity; readonly actual: Quantity }
  | { readonly rule: 'minNotional'; readonly limit: QuoteAmount; readonly actual: QuoteAmount }
  | { readonly rule: 'maxNotional'; readonly limit: QuoteAmount; readonly actual: QuoteAmount }
  | { readonly rule: 'zero'; readonly limit: Quantity; readonly actual: Quantity };

/** The quantity that may be sent: rounded down to the pair's decimals. */
export const sendableQuantity = (rules: SymbolRules, size: Quantity): Quantity =>
  floorQuantity(size, rules.quantityDecimals);

/** The price that may be sent: rounded so that the limit never gets worse for us. */
export const sendablePrice = (rules: SymbolRules, at: Price, side: 'buy' | 'sell'): Price =>
  roundPrice(at, rules.priceDecimals, side);

/** The first rule of the pair that an order would break; null when it may be sent. */
export const sizeProblem = (rules: SymbolRules, at: Price, size: Quantity): SizeProblem | null => {
  const value = notional(at, size);
  if (isZero(size)) return { rule: 'zero', limit: size, actual: size };
  if (rules.minQuantity !== null && compare(size, rules.minQuantity) < 0)
    return { rule: 'minQuantity', limit: rules.minQuantity, actual: size };
  if (compare(value, rules.minNotional) < 0)
    return { rule: 'minNotional', limit: rules.minNotional, actual: value };
  if (rules.maxNotional !== null && compare(value, rules.maxNotional) > 0)
    return { rule: 'maxNotional', limit: rules.maxNotional, actual: value };
  return null;
};
