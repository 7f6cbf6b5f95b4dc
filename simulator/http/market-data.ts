import { divide, formatFixed, formatPlaces, multiply } from '../matching/fixed.ts';
import { ApiError } from '../venue/api-error.ts';
import type { Market, Print } from '../markets/market.ts';
import { missing } from '../venue/order-request.ts';
import { isApiSymbol, isRetired, isVisible, recordText } from '../markets/symbol-record.ts';
import type { Venue } from '../venue/venue.ts';
import { json, jsonText, type Answer } from './answer.ts';
import type { Call } from './call.ts';
import { bookTicker, dayTicker, priceTicker } from './tickers.ts';

/** The pair a call names, after the other traders have acted; throws for an unknown one. */
export function marketOf(venue: Venue, call: Call): Market {
  const symbol = call.params.get('symbol');
  if (symbol === undefined || symbol === '') throw missing('symbol');
  const market = venue.freshMarket(symbol);
  if (market === null || !isVisible(market, venue.switches, venue.clock.nowMs())) {
    throw new ApiError(-1121, 'Invalid symbol.');
  }
  return market;
}

export function limitOf(call: Call, normal: number, most: number): number {
  const text = call.params.get('limit') ?? String(normal);
  if (!/^\d{1,6}$/.test(text) || Number(text) < 1) throw missing('limit');
  return Math.min(Number(text), most);
}

export function exchangeInfo(venue: Venue, call: Call): Answer {
  const nowMs = venue.clock.nowMs();
  const wanted = call.params.get('symbols') ?? call.params.get('symbol');
  const names = wanted === undefined ? null : wanted.split(',');
  const known = names === null ? [...venue.markets()] : names.flatMap((n) => venue.market(n) ?? []);
  const shown = known.filter((market) => isVisible(market, venue.switches, nowMs));
  if (names !== null && shown.length === 0) throw new ApiError(-1121, 'Invalid symbol.');
  const records = shown.map((market) => recordText(market, venue.switches, nowMs));
  const head = `"timezone":"CST","serverTime":${nowMs},"rateLimits":[],"exchangeFilters":[]`;
  return jsonText(`{${head},"symbols":[${records.join(',')}]}`);
}

export function defaultSymbols(venue: Venue): Answer {
  const nowMs = venue.clock.nowMs();
  const data = [...venue.markets()]
    .filter((market) => isApiSymbol(market, venue.switches, nowMs))
    .map((market) => market.plan.symbol);
  return json({ code: 0, data, msg: 'success', timestamp: nowMs });
}

export function offlineSymbols(venue: Venue): Answer {
  const nowMs = venue.clock.nowMs();
  const data = [...venue.markets()].flatMap((market) => {
    const { symbol, status, retiresAtMs } = market.plan;
    if (isRetired(market, nowMs)) return { symbol, state: 3, offlineTime: retiresAtMs ?? nowMs };
    return status === '2' ? { symbol, state: 2 } : [];
  });
  return json({ data });
}

export function depth(venue: Venue, call: Call): Answer {
  const { book, plan } = marketOf(venue, call);
  const limit = limitOf(call, 100, 5000);
  const side = (of: 'BUY' | 'SELL'): string[][] =>
    book
      .levels(of)
      .slice(0, limit)
      .map(({ price, total }) => [
        formatPlaces(price, plan.pricePlaces),
        formatPlaces(total, plan.quantityPlaces),
      ]);
  const timestamp = venue.clock.nowMs();
  return json({ lastUpdateId: book.version, bids: side('BUY'), asks: side('SELL'), timestamp });
}

function newestFirst(market: Market, limit: number): Print[] {
  return market.prints.slice(-limit).toReversed();
}

export function trades(venue: Venue, call: Call): Answer {
  const prints = newestFirst(marketOf(venue, call), limitOf(call, 500, 1000));
  return json(
    prints.map((print) => ({
      id: null,
      price: formatFixed(print.price),
      qty: formatFixed(print.quantity),
      quoteQty: formatFixed(multiply(print.price, print.quantity)),
      time: print.timeMs,
      isBuyerMaker: print.takerSide === 'SELL',
      isBestMatch: true,
      tradeType: print.takerSide === 'BUY' ? 'BID' : 'ASK',
    })),
  );
}

export function aggTrades(venue: Venue, call: Call): Answer {
  const prints = newestFirst(marketOf(venue, call), limitOf(call, 500, 1000));
  return json(
    prints.map((print) => ({
      a: null,
      f: null,
      l: null,
      p: formatFixed(print.price),
      q: formatFixed(print.quantity),
      T: print.timeMs - (print.timeMs % 1000),
      m: print.takerSide === 'SELL',
      M: true,
    })),
  );
}

export function avgPrice(venue: Venue, call: Call): Answer {
  const market = marketOf(venue, call);
  const nowMs = venue.clock.nowMs();
  const candle = market.candles.candle(nowMs - 300_000, 300_000, nowMs);
  const price =
    candle === null || candle.base === 0n
      ? (candle?.close ?? 0n)
      : divide(candle.quote, candle.base);
  return json({ mins: 5, price: formatPlaces(price, market.plan.pricePlaces) });
}

type Ticker = (venue: Venue, market: Market) => object;

/** Best prices of one pair exactly; of all pairs without waking those that nobody looks at. */
function bookTickerOf(venue: Venue, market: Market): object {
  const nowMs = venue.clock.nowMs();
  if (market.isWatchedClosely(nowMs)) market.advance(nowMs);
  return bookTicker(market, nowMs);
}

/** One ticker, or all of them; `symbols=` is not understood and gives all. */
function tickers(venue: Venue, call: Call, ticker: Ticker): Answer {
  if ((call.params.get('symbol') ?? '') !== '') return json(ticker(venue, marketOf(venue, call)));
  const nowMs = venue.clock.nowMs();
  const open = [...venue.markets()].filter((market) => market.isOpen(nowMs));
  return json(open.map((market) => ticker(venue, market)));
}

export const tickerPrice = (venue: Venue, call: Call): Answer => tickers(venue, call, priceTicker);
export const tickerBook = (venue: Venue, call: Call): Answer => tickers(venue, call, bookTickerOf);
export const tickerDay = (venue: Venue, call: Call): Answer => tickers(venue, call, dayTicker);
