import { asset, type Asset } from '#domain/market-symbol.ts';
import { field, textOrNull } from './fields.ts';
import { openTimeOf } from './opening-time.ts';

/** A coin that the exchange's web site announces. A hint: the page is not documented. */
export interface AnnouncedCoin {
  readonly base: Asset;
  readonly fullName: string | null;
  /** Announced opening, epoch ms; null when it is missing or cannot be one. */
  readonly opensAtMs: number | null;
  readonly raw: unknown;
}

/** A coin of the calendar, whose field names differ by reader; throws RangeError without a ticker. */
export const toAnnouncedCoin = (item: unknown): AnnouncedCoin => {
  const name = field(item, 'vcoinName', 'symbol', 'coinName');
  if (typeof name !== 'string') throw new RangeError('no ticker');
  return {
    base: asset(name),
    fullName: textOrNull(field(item, 'vcoinNameFull', 'fullName', 'name')),
    opensAtMs: openTimeOf(field(item, 'firstOpenTime', 'first_open_time', 'openTime')),
    raw: item,
  };
};
