import { changeText, dayStats } from '../http/tickers.ts';
import { formatFixed, formatPlaces, type Fixed } from '../matching/fixed.ts';
import type { Side } from '../matching/order-book.ts';
import { hexId } from '../venue/ids.ts';
import type { Market, Print } from '../markets/market.ts';
import { klineMs } from './channels.ts';

/** What one public channel has gathered since its last frame. */
export interface Gathered {
  readonly name: string;
  prints: Print[];
  levels: Map<string, { side: Side; price: Fixed }>;
  /** First book version that the next depth frame covers. */
  fromVersion: number;
}

const eventType = (name: string): string => name.split('@').slice(0, -1).join('@');

export function dealsBody(gathering: Gathered, nowMs: number): object | null {
  const prints = gathering.prints.splice(0);
  if (prints.length === 0) return null;
  const deals = prints.map((print) => ({
    price: formatFixed(print.price),
    quantity: formatFixed(print.quantity),
    tradeType: print.takerSide === 'BUY' ? 1 : 2,
    time: print.timeMs,
    tradeId: `${print.tradeId}X0_${BigInt(print.tradeId) + 1n}X0`,
  }));
  const body = { deals, eventType: eventType(gathering.name) };
  return { sendTime: nowMs, publicAggreDeals: body };
}

export function depthBody(gathering: Gathered, market: Market, nowMs: number): object | null {
  if (gathering.levels.size === 0) return null;
  const { pricePlaces, quantityPlaces } = market.plan;
  const changed = [...gathering.levels.values()];
  gathering.levels = new Map();
  const side = (of: Side): object[] =>
    changed
      .filter((level) => level.side === of)
      .map(({ price }) => {
        const total = market.book.levels(of).find((level) => level.price === price)?.total ?? 0n;
        const quantity = total === 0n ? '0' : formatPlaces(total, quantityPlaces);
        return { price: formatPlaces(price, pricePlaces), quantity };
      });
  const fromVersion = String(gathering.fromVersion);
  const toVersion = String(market.book.version);
  gathering.fromVersion = market.book.version + 1;
  const lastOrderCreateTime = market.lastOrderMs;
  const sides = { asks: side('SELL'), bids: side('BUY') };
  const body = { ...sides, eventType: eventType(gathering.name), fromVersion, toVersion };
  return { sendTime: nowMs, publicAggreDepths: { ...body, lastOrderCreateTime } };
}

export function bookTickerOf(market: Market, versioned: boolean): object {
  const bid = market.book.best('BUY');
  const ask = market.book.best('SELL');
  const text = (value: Fixed | undefined): string =>
    value === undefined ? '' : formatFixed(value);
  return {
    bidPrice: text(bid?.price),
    bidQuantity: text(bid?.total),
    askPrice: text(ask?.price),
    askQuantity: text(ask?.total),
    ...(versioned
      ? { version: String(market.book.version), lastOrderCreateTime: market.lastOrderMs }
      : {}),
  };
}

export function limitDepthBody(
  market: Market,
  { levels, nowMs }: { levels: number; nowMs: number },
): object {
  const { pricePlaces, quantityPlaces } = market.plan;
  const side = (of: Side): object[] =>
    market.book
      .levels(of)
      .slice(0, levels)
      .map(({ price, total }) => ({
        price: formatPlaces(price, pricePlaces),
        quantity: formatPlaces(total, quantityPlaces),
      }));
  const publicLimitDepths = {
    asks: side('SELL'),
    bids: side('BUY'),
    eventType: 'spot@public.limit.depth.v3.api.pb',
    version: String(market.book.version),
    lastOrderCreateTime: market.lastOrderMs,
  };
  return { sendTime: nowMs, publicLimitDepths };
}

/** Kline pushes carry symbolId and createTime, no sendTime; their window is in seconds. */
export function klineBody(market: Market, interval: string, nowMs: number): object | null {
  const lengthMs = klineMs[interval] ?? 60_000;
  const openMs = nowMs - (nowMs % lengthMs);
  const candle = market.candles.candle(openMs, lengthMs, nowMs);
  if (candle === null) return null;
  const publicSpotKline = {
    interval,
    windowStart: openMs / 1000,
    openingPrice: formatFixed(candle.open),
    closingPrice: formatFixed(candle.close),
    highestPrice: formatFixed(candle.high),
    lowestPrice: formatFixed(candle.low),
    volume: formatFixed(candle.base),
    amount: formatFixed(candle.quote),
    windowEnd: (openMs + lengthMs) / 1000,
  };
  return { symbolId: hexId(market.plan.symbol), createTime: nowMs, publicSpotKline };
}

/** `volume` is in quote, `quantity` in base. */
export function miniTicker(market: Market, nowMs: number): object {
  const last = market.quickPrice(nowMs);
  const day = dayStats(market, nowMs);
  const rate = changeText(day.open, last);
  const high = formatFixed(last > day.high ? last : day.high);
  const low = formatFixed(last < day.low ? last : day.low);
  return {
    symbol: market.plan.symbol,
    price: formatFixed(last),
    rate,
    zonedRate: rate,
    high,
    low,
    volume: formatFixed(day.quote),
    quantity: formatFixed(day.base),
    lastCloseRate: rate,
    lastCloseZonedRate: rate,
    lastCloseHigh: high,
    lastCloseLow: low,
  };
}
