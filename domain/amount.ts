import { Decimal } from 'decimal.js';
import type { Brand } from './brand.ts';

/** Quote units per base unit, plain decimal text ("0.00010", never "1e-4"). Not negative. */
export type Price = Brand<string, 'Price'>;
/** Base units, plain decimal text. Not negative. */
export type Quantity = Brand<string, 'Quantity'>;
/** Quote units, plain decimal text. Not negative. */
export type QuoteAmount = Brand<string, 'QuoteAmount'>;
/** Quote units with a sign: profit and loss, the one signed amount. */
export type SignedQuote = Brand<string, 'SignedQuote'>;
/** A fraction as text: "0.0005" is 0.05 %. Fees and price bands arrive in this form. */
export type Fraction = Brand<string, 'Fraction'>;

type Amount = Price | Quantity | QuoteAmount | SignedQuote | Fraction;

// 60 digits: the product of two 38-digit database decimals that occur here stays exact.
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_DOWN });

// Longer text than any amount of the exchange; bounds the work on hostile input.
const TEXT_MAX = 80;

const plain = (text: string, what: string): string => {
  if (text.length > TEXT_MAX || !/^\d+(\.\d+)?$/.test(text)) {
    throw new RangeError(
      `${what} must be plain decimal text such as "0.0123", not negative; got ${JSON.stringify(text.slice(0, TEXT_MAX))}`,
    );
  }
  return text;
};

/** Parses a price; throws RangeError on anything but plain, not negative decimal text. */
export const price = (text: string): Price => plain(text, 'a price') as Price;
/** Parses a quantity of base; throws RangeError on anything but plain, not negative decimal text. */
export const quantity = (text: string): Quantity => plain(text, 'a quantity') as Quantity;
/** Parses an amount of quote; throws RangeError on anything but plain, not negative decimal text. */
export const quoteAmount = (text: string): QuoteAmount =>
  plain(text, 'a quote amount') as QuoteAmount;
/** Parses a fraction such as a fee; throws RangeError on anything but plain decimal text. */
export const fraction = (text: string): Fraction => plain(text, 'a fraction') as Fraction;

export const zeroQuantity = quantity('0');
export const zeroQuote = quoteAmount('0');

/** Negative when a < b, 0 when equal, positive when a > b: by value, not by text. */
export const compare = <T extends Amount>(a: T, b: T): number => new Exact(a).comparedTo(b);
export const isZero = (amount: Amount): boolean => new Exact(amount).isZero();
export const least = <T extends Amount>(first: T, ...rest: T[]): T =>
  rest.reduce((a, b) => (compare(b, a) < 0 ? b : a), first);
export const most = <T extends Amount>(first: T, ...rest: T[]): T =>
  rest.reduce((a, b) => (compare(b, a) > 0 ? b : a), first);

export const add = <T extends Amount>(a: T, b: T): T => new Exact(a).plus(b).toFixed() as T;

/** a - b; throws RangeError when an unsigned amount would become negative: a broken invariant. */
export const subtract = <T extends Quantity | QuoteAmount>(a: T, b: T): T => {
  const result = new Exact(a).minus(b);
  if (result.isNegative() && !result.isZero())
    throw new RangeError(`${a} - ${b} would be negative`);
  return result.abs().toFixed() as T;
};

/** a - b, or zero when b is larger: for what is left of something. */
export const subtractToZero = <T extends Quantity | QuoteAmount>(a: T, b: T): T =>
  compare(a, b) <= 0 ? ('0' as T) : subtract(a, b);

/** received - paid, signed. */
export const profit = (received: QuoteAmount, paid: QuoteAmount): SignedQuote =>
  new Exact(received).minus(paid).toFixed() as SignedQuote;

/** price x quantity, exact. */
export const notional = (at: Price, size: Quantity): QuoteAmount =>
  new Exact(at).times(size).toFixed() as QuoteAmount;

/** As much of `total` as `part` is of `whole`, rounded down to 18 decimals. */
export const shareOf = <T extends QuoteAmount | Quantity>(
  total: QuoteAmount,
  part: T,
  whole: T,
): QuoteAmount => {
  if (isZero(whole)) throw new RangeError('a part of nothing has no share');
  return trim(new Exact(total).times(part).div(whole)) as QuoteAmount;
};

/** `factor` times an amount, rounded down to 18 decimals. */
export const timesOf = (amount: QuoteAmount, factor: number): QuoteAmount =>
  trim(new Exact(amount).times(factor)) as QuoteAmount;

/** Average price of an execution, rounded down to 18 decimals; null for nothing executed. */
export const averagePrice = (spent: QuoteAmount, size: Quantity): Price | null =>
  isZero(size) ? null : (trim(new Exact(spent).div(size)) as Price);

/**
 * The price at which `size`, sold at a fee of `fee` in `of`, brings in `paid`; rounded up to 18
 * decimals. Null where the fee eats everything.
 */
export const priceToRegain = (
  paid: QuoteAmount,
  size: Quantity,
  { fee, of }: { readonly fee: QuoteAmount; readonly of: QuoteAmount },
): Price | null => {
  const net = new Exact(of).minus(fee);
  if (isZero(size) || net.lte(0)) return null;
  return new Exact(paid)
    .times(of)
    .div(net.times(size))
    .toDecimalPlaces(18, Decimal.ROUND_UP)
    .toFixed() as Price;
};

/** A price moved by `percent` (+5 is 5 % higher, -20 is 20 % lower), never below zero. */
export const movedBy = (from: Price, percent: number): Price =>
  trim(Exact.max(0, new Exact(from).times(new Exact(100).plus(percent)).div(100))) as Price;

/** How far `to` lies above `from`, in percent, as a number for display and rules; not an amount. */
export const gainPercent = (from: Price, to: Price): number =>
  isZero(from) ? 0 : new Exact(to).minus(from).div(from).times(100).toNumber();

/** What `budget` buys at `limit` when the fee is paid in quote on top; not yet rounded to a step. */
export const quantityFor = (budget: QuoteAmount, limit: Price, fee: Fraction): Quantity => {
  if (isZero(limit)) throw new RangeError('a limit price of 0 buys an infinite quantity');
  return trim(new Exact(budget).div(new Exact(limit).times(new Exact(1).plus(fee)))) as Quantity;
};

/** Rounds a quantity down to `decimals`: never asks for more than we have. */
export const floorQuantity = (size: Quantity, decimals: number): Quantity =>
  new Exact(size).toDecimalPlaces(decimals, Decimal.ROUND_DOWN).toFixed() as Quantity;

/** Rounds a limit price to `decimals`: down for a buy, up for a sell, so that it never gets worse. */
export const roundPrice = (at: Price, decimals: number, side: 'buy' | 'sell'): Price =>
  new Exact(at)
    .toDecimalPlaces(decimals, side === 'buy' ? Decimal.ROUND_DOWN : Decimal.ROUND_UP)
    .toFixed() as Price;

/** `part` of a quantity (0.25 is a quarter), exact up to 18 decimals, rounded down. */
export const partOf = (size: Quantity, part: number): Quantity =>
  trim(new Exact(size).times(part)) as Quantity;

const trim = (value: Decimal): string => value.toDecimalPlaces(18, Decimal.ROUND_DOWN).toFixed();
