import {
  divide,
  fixed,
  formatFixed,
  formatPlaces,
  fromNumber,
  type Fixed,
} from '../matching/fixed.ts';
import type { Market } from '../markets/market.ts';
import type { Venue } from '../venue/venue.ts';

const dayMs = 86_400_000;
const dayCache = new WeakMap<Market, { untilMs: number; stats: DayStats }>();

/** The last 24 hours of a market; amounts in base and quote. */
export interface DayStats {
  readonly open: Fixed;
  readonly high: Fixed;
  readonly low: Fixed;
  readonly base: Fixed;
  readonly quote: Fixed;
}

/** Looked up anew every 10 s at most: nobody acts on a day's volume. */
export function dayStats(market: Market, nowMs: number): DayStats {
  const known = dayCache.get(market);
  if (known !== undefined && nowMs < known.untilMs) return known.stats;
  const candle = market.candles.candle(nowMs - dayMs, dayMs, nowMs);
  const last = market.quickPrice(nowMs);
  const stats = candle ?? { open: last, high: last, low: last, base: 0n, quote: 0n };
  dayCache.set(market, { untilMs: nowMs + 10_000, stats });
  return stats;
}

export function priceTicker(venue: Venue, market: Market): object {
  const price = market.quickPrice(venue.clock.nowMs());
  return { symbol: market.plan.symbol, price: formatFixed(price) };
}

/** Best prices as the book has them; for a book that was never looked at, about what it will be. */
export function bookTicker(market: Market, nowMs: number): object {
  if (market.book.version === market.firstVersion) return unseenTicker(market, nowMs);
  const { symbol, pricePlaces, quantityPlaces } = market.plan;
  const bid = market.book.best('BUY');
  const ask = market.book.best('SELL');
  const price = (value: Fixed | undefined): string | null =>
    value === undefined ? null : formatPlaces(value, pricePlaces);
  const quantity = (value: Fixed | undefined): string | null =>
    value === undefined ? null : formatPlaces(value, quantityPlaces);
  return {
    symbol,
    bidPrice: price(bid?.price),
    bidQty: quantity(bid?.total),
    askPrice: price(ask?.price),
    askQty: quantity(ask?.total),
  };
}

function unseenTicker(market: Market, nowMs: number): object {
  const { symbol, pricePlaces, quantityPlaces, levelQuote } = market.plan;
  const middle = market.pathPrice(nowMs);
  const price = (value: Fixed): string => formatPlaces(value, pricePlaces);
  const quantity = formatPlaces(divide(fromNumber(levelQuote, 2), middle), quantityPlaces);
  const [bidPrice, askPrice] = [price(middle), price(middle + market.priceStep)];
  return { symbol, bidPrice, bidQty: quantity, askPrice, askQty: quantity };
}

/** `priceChangePercent` is a fraction, whatever its name says. */
export function dayTicker(venue: Venue, market: Market): object {
  const nowMs = venue.clock.nowMs();
  const last = market.quickPrice(nowMs);
  const day = dayStats(market, nowMs);
  const high = last > day.high ? last : day.high;
  const low = last < day.low ? last : day.low;
  const bid = market.book.best('BUY');
  const ask = market.book.best('SELL');
  return {
    symbol: market.plan.symbol,
    priceChange: formatFixed(last - day.open),
    priceChangePercent: changeText(day.open, last),
    prevClosePrice: formatFixed(day.open),
    lastPrice: formatFixed(last),
    bidPrice: formatFixed(bid?.price ?? last - market.priceStep),
    bidQty: formatFixed(bid?.total ?? 0n),
    askPrice: formatFixed(ask?.price ?? last + market.priceStep),
    askQty: formatFixed(ask?.total ?? 0n),
    openPrice: formatFixed(day.open),
    highPrice: formatFixed(high),
    lowPrice: formatFixed(low),
    volume: formatFixed(day.base),
    quoteVolume: formatFixed(day.quote),
    openTime: nowMs - 17_000,
    closeTime: nowMs,
    count: null,
  };
}

/** Change as a fraction with four decimals, "-0.0159". */
export function changeText(open: Fixed, last: Fixed): string {
  if (open === 0n) return '0';
  const change = divide(last - open, open);
  const step = fixed('0.0001');
  return formatFixed(change - (change % step));
}
