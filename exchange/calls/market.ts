import { price, quantity } from '#domain/amount.ts';
import { marketSymbol, type MarketSymbol } from '#domain/market-symbol.ts';
import type { KlineQuery } from '../endpoints/public-calls.ts';
import type { Endpoints } from '../endpoints/endpoints.ts';
import { symbolWire } from '../endpoints/wire.ts';
import { ExchangeError } from '../failure.ts';
import { toAnnouncement } from '../hints/announcements.ts';
import { toAnnouncedCoin } from '../hints/calendar.ts';
import { toOfflinePair } from '../hints/offline-pairs.ts';
import { toWebPair } from '../hints/web-symbols.ts';
import { toBookTop, toDeal, toLevel, toLevels, toSymbolRules } from '../parse.ts';
import type { BookSnapshot } from '../streams/local-book.ts';
import { readEach, reading } from './reading.ts';

/** A whole book: what the documentation asks for before diffs are applied. */
const SNAPSHOT_LEVELS = 1000;

/** "Invalid symbol": the exchange knows none of the names that it was asked for. */
const UNKNOWN_SYMBOL = -1121;

const saysUnknown = (error: unknown): boolean =>
  error instanceof ExchangeError &&
  error.failure.kind === 'refused' &&
  error.failure.code === UNKNOWN_SYMBOL;

/** What needs no key, in domain values. */
export const marketCalls = (calls: Endpoints) => ({
  /** Of those pairs that the exchange has a record of; of all of them when none is named. */
  symbolRules: async (symbols?: readonly MarketSymbol[]) => {
    const items = await calls.exchangeInfo(symbols).catch((error: unknown) => {
      if (symbols === undefined || !saysUnknown(error)) throw error;
      return [];
    });
    const { values, malformed } = readEach(items, (item) => toSymbolRules(symbolWire.parse(item)));
    return { rules: values, malformed };
  },
  defaultSymbols: async () => namesIn(await calls.defaultSymbols()),
  offlinePairs: async () => {
    const { values, malformed } = readEach(await calls.offlineSymbols(), toOfflinePair);
    return { pairs: values, malformed };
  },
  ...priceCalls(calls),
});

const priceCalls = (calls: Endpoints) => ({
  bookTop: async (symbol: MarketSymbol) => {
    const wire = await calls.bookTicker(symbol);
    return reading('bookTop', () =>
      toBookTop(symbol, {
        bid: toLevel(wire.bidPrice, wire.bidQty),
        ask: toLevel(wire.askPrice, wire.askQty),
      }),
    );
  },
  depth: async (symbol: MarketSymbol, limit = 100) => {
    const wire = await calls.depth(symbol, limit);
    const receivedAtMs = Date.now();
    return reading('depth', () => ({
      symbol,
      bids: toLevels(wire.bids),
      asks: toLevels(wire.asks),
      receivedAtMs,
    }));
  },
  bookSnapshot: async (symbol: MarketSymbol): Promise<BookSnapshot> => {
    const wire = await calls.depth(symbol, SNAPSHOT_LEVELS);
    return reading('bookSnapshot', () => {
      if (wire.lastUpdateId == null) throw new RangeError('a book without a version');
      const version = BigInt(wire.lastUpdateId);
      return { version, bids: toLevels(wire.bids), asks: toLevels(wire.asks) };
    });
  },
  lastPrice: async (symbol: MarketSymbol) => {
    const wire = await calls.lastPrice(symbol);
    return reading('lastPrice', () =>
      wire.price == null || wire.price === '' ? null : price(wire.price),
    );
  },
  deals: async (symbol: MarketSymbol) => {
    const trades = await calls.trades(symbol);
    return reading('deals', () => trades.map((trade) => toDeal(symbol, trade)));
  },
  /** The exchange does not always respect the range that was asked for: rows outside are dropped. */
  candles: async (symbol: MarketSymbol, query: KlineQuery) => {
    const rows = await calls.klines(symbol, query);
    const inside = rows.filter(([openMs]) => openMs >= query.fromMs && openMs <= query.toMs);
    return reading('candles', () =>
      inside.map(([openMs, open, high, low, close, base]) => ({
        openMs,
        open: price(open),
        high: price(high),
        low: price(low),
        close: price(close),
        volume: quantity(base),
      })),
    );
  },
});

/** What the web site and the news say: hints, read one by one. */
export const hintCalls = (calls: Endpoints) => ({
  calendar: async () => {
    const { values, malformed } = readEach(await calls.calendar(), toAnnouncedCoin);
    return { coins: values, malformed };
  },
  webPairs: async () => {
    const lists = Object.entries(await calls.webSymbols());
    const all = lists.map(([quote, items]) => readEach(items, (item) => toWebPair(quote, item)));
    return {
      pairs: all.flatMap((each) => each.values),
      malformed: all.flatMap((each) => each.malformed),
    };
  },
  announcements: async (page = 1, limit = 20) => {
    const lists = await calls.announcements(page, limit);
    const items = lists.flatMap((each) => each.details);
    const { values, malformed } = readEach(items, toAnnouncement);
    return { announcements: values, malformed };
  },
});

/** Names that cannot be one are left out: a record elsewhere says more about them. */
export const namesIn = (names: readonly string[]): readonly MarketSymbol[] =>
  readEach(names, (name) => marketSymbol(String(name))).values;
