import { asset, type Asset } from '#domain/market-symbol.ts';
import { field, textOrNull } from './fields.ts';
import { openTimeOf } from './opening-time.ts';

/** A pair as the exchange's web site lists it. A hint: the page is not documented. */
export interface WebPair {
  readonly base: Asset;
  readonly quote: Asset;
  readonly fullName: string | null;
  /** `ot`, epoch ms; null when it is missing or cannot be one. */
  readonly opensAtMs: number | null;
  /** Joins the coin with the calendar and with others of the same ticker; null when missing. */
  readonly coinId: string | null;
  readonly raw: unknown;
}

/** A pair of the list that stands under `quote`; throws RangeError without a ticker. */
export const toWebPair = (quote: string, item: unknown): WebPair => {
  const ticker = field(item, 'vn');
  if (typeof ticker !== 'string') throw new RangeError('no ticker');
  return {
    base: asset(ticker),
    quote: asset(quote),
    fullName: textOrNull(field(item, 'fn')),
    opensAtMs: openTimeOf(field(item, 'ot')),
    coinId: textOrNull(field(item, 'cd')),
    raw: item,
  };
};
