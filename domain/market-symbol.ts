import type { Brand } from './brand.ts';

/** A pair as MEXC names it: "ABCUSDT", "币安人生USDT", "GOLD(XAUT)USDT". */
export type MarketSymbol = Brand<string, 'MarketSymbol'>;
/** A coin as MEXC names it. Never cut out of a symbol's text: the record names base and quote. */
export type Asset = Brand<string, 'Asset'>;

// Names are not [A-Z0-9]+: the exchange lists Chinese, bracketed and one-letter ones
// (online symbols of 2026-02-11). Separators and control characters do not occur.
const NAME = /^[^\s\p{C}\p{Z}/\\,&?#=@"'<>`|;:]+$/u;
const LENGTH_MAX = 40;

/** Code points: one Chinese character counts as one. */
const lengthOf = (text: string): number => Array.from(text).length;

const fits = (text: string): boolean =>
  lengthOf(text) >= 1 && lengthOf(text) <= LENGTH_MAX && NAME.test(text);

const name = (text: string, what: string): string => {
  if (!fits(text)) {
    throw new RangeError(
      `${what} must be 1 to ${LENGTH_MAX} characters without spaces, separators or control characters; got ${JSON.stringify(text.slice(0, 60))}`,
    );
  }
  return text;
};

/** Parses a pair's name; throws RangeError naming what is allowed. */
export const marketSymbol = (text: string): MarketSymbol => name(text, 'a symbol') as MarketSymbol;
/** Parses a coin's name; throws RangeError naming what is allowed. */
export const asset = (text: string): Asset => name(text, 'an asset') as Asset;
