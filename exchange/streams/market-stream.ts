import { price, quantity, quoteAmount, type Price, type QuoteAmount } from '#domain/amount.ts';
import type { Deal, MarketListener, StreamState } from '#domain/market.ts';
import { marketSymbol, type MarketSymbol } from '#domain/market-symbol.ts';
import { readEach } from '../calls/reading.ts';
import { toLevel } from '../parse.ts';
import { decodeFrame, NameSet, readTickers, type Frame, type TickerItem } from './frames.ts';
import { createPool, type ConnectionPool, type Line } from './pool.ts';

/** One line of the all-symbols ticker. */
export interface Ticker {
  readonly symbol: MarketSymbol;
  readonly price: Price;
  readonly volumeQuote: QuoteAmount;
}

/** Live prices of pairs, over as many connections as the exchange's limit asks for. */
export interface MarketStream {
  /** Hears deals and best prices of a pair; answers how to stop. Survives reconnects. */
  watch(symbol: MarketSymbol, listener: MarketListener): () => void;
  /**
   * Hears the ticker of all pairs, every 3 s, without those in `known`: a frame has thousands of
   * lines, and only unknown names are decoded. Called for every frame, also with none.
   */
  watchAllTickers(listener: TickerListener, known?: NameSet): () => void;
  /** The worst state of its connections: one blind connection is a blind stream. */
  state(): StreamState;
  /** Since the last message of the quietest connection, ms; null before the first. */
  ageMs(): number | null;
  /** Frames that could not be read so far. */
  malformed(): number;
  close(): Promise<void>;
}

const TICKERS = 'spot@public.miniTickers.v3.api.pb@UTC+8';

const channelsOf = (symbol: MarketSymbol): readonly string[] => [
  `spot@public.aggre.deals.v3.api.pb@10ms@${symbol}`,
  `spot@public.aggre.bookTicker.v3.api.pb@10ms@${symbol}`,
];

interface Watched {
  readonly line: Line;
  readonly listeners: Set<MarketListener>;
}

type TickerListener = (tickers: readonly Ticker[]) => void;

/** Opens connections as pairs are watched. */
export const createMarketStream = (settings: { readonly wsUrl: string }): MarketStream =>
  new PooledStream(settings.wsUrl);

class PooledStream implements MarketStream {
  private readonly pool: ConnectionPool;
  private readonly watched = new Map<string, Watched>();
  private readonly tickerListeners = new Map<TickerListener, NameSet>();
  private tickerLine: Line | null = null;
  private unreadable = 0;

  constructor(wsUrl: string) {
    this.pool = createPool({
      url: wsUrl,
      onFrame: (bytes) => this.hear(bytes),
      onState: (line, state) => {
        for (const pair of this.watched.values())
          if (pair.line === line) for (const listener of pair.listeners) listener.onState(state);
      },
    });
  }

  watch(symbol: MarketSymbol, listener: MarketListener): () => void {
    const pair = this.watched.get(symbol) ?? this.begin(symbol);
    pair.listeners.add(listener);
    return () => {
      pair.listeners.delete(listener);
      if (pair.listeners.size > 0 || this.watched.get(symbol) !== pair) return;
      this.watched.delete(symbol);
      this.pool.unsubscribe(pair.line, channelsOf(symbol));
    };
  }

  watchAllTickers(listener: TickerListener, known = new NameSet()): () => void {
    this.tickerListeners.set(listener, known);
    this.tickerLine ??= this.pool.subscribe([TICKERS]);
    return () => this.tickerListeners.delete(listener);
  }

  state(): StreamState {
    return this.pool.state();
  }

  ageMs(): number | null {
    return this.pool.ageMs();
  }

  malformed(): number {
    return this.unreadable;
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private begin(symbol: MarketSymbol): Watched {
    const line = this.pool.subscribe(channelsOf(symbol));
    const pair = { line, listeners: new Set<MarketListener>() };
    this.watched.set(symbol, pair);
    return pair;
  }

  private hear(bytes: Uint8Array): void {
    try {
      if (this.hearTickers(bytes)) return;
      const frame = decodeFrame(bytes);
      const listeners = this.watched.get(frame.symbol ?? '')?.listeners;
      if (listeners !== undefined) tellPair(frame, listeners);
    } catch {
      this.unreadable += 1; // odd data is counted; it never stops the stream
    }
  }

  /** False for a frame of another kind. */
  private hearTickers(bytes: Uint8Array): boolean {
    let isHeard = false;
    for (const [listener, known] of this.tickerListeners) {
      const heard = tickersIn(bytes, known);
      if (heard === null) return false;
      isHeard = true;
      this.unreadable += heard.malformed;
      listener(heard.tickers);
    }
    return isHeard;
  }
}

/** Lines of a frame of all pairs that are not known; null for a frame of another kind. */
export const tickersIn = (
  bytes: Uint8Array,
  known: NameSet,
): { readonly tickers: readonly Ticker[]; readonly malformed: number } | null => {
  const items = readTickers(bytes, known);
  if (items === null) return null;
  // One by one: an odd name must not hide two thousand others.
  const { values, malformed } = readEach(items, toTicker);
  return { tickers: values, malformed: malformed.length };
};

const toTicker = (item: TickerItem): Ticker => ({
  symbol: marketSymbol(item.symbol ?? ''),
  price: price(item.price ?? ''),
  volumeQuote: quoteAmount(item.volume ?? '0'),
});

const tellPair = (frame: Frame, listeners: ReadonlySet<MarketListener>): void => {
  const symbol = marketSymbol(frame.symbol ?? '');
  for (const deal of dealsIn(frame, symbol)) for (const each of listeners) each.onDeal(deal);
  const top = frame.publicAggreBookTicker;
  if (top === undefined) return;
  const book = {
    symbol,
    bid: toLevel(top.bidPrice, top.bidQuantity),
    ask: toLevel(top.askPrice, top.askQuantity),
    receivedAtMs: Date.now(),
  };
  for (const each of listeners) each.onBook(book);
};

const dealsIn = (frame: Frame, symbol: MarketSymbol): Deal[] =>
  (frame.publicAggreDeals?.deals ?? []).map((item) => ({
    symbol,
    price: price(item.price),
    quantity: quantity(item.quantity),
    takerSide: takerSideOf(item.tradeType),
    atMs: item.time,
    receivedAtMs: Date.now(),
  }));

const takerSideOf = (tradeType: number | undefined): Deal['takerSide'] => {
  if (tradeType === 1) return 'buy';
  if (tradeType === 2) return 'sell';
  throw new RangeError(`trade type ${String(tradeType)} is not known`);
};
