import { price, quantity, quoteAmount, type Price, type QuoteAmount } from '#domain/amount.ts';
import type { Deal, MarketListener, StreamState } from '#domain/market.ts';
import { marketSymbol, type MarketSymbol } from '#domain/market-symbol.ts';
import { readEach } from '../calls/reading.ts';
import { toLevel } from '../parse.ts';
import { connect, type Connection } from './connection.ts';
import { decodeFrame, type Frame, type TickerItem } from './frames.ts';

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
  /** Hears the ticker of all pairs, every 3 s. */
  watchAllTickers(listener: (tickers: readonly Ticker[]) => void): () => void;
  /** The worst state of its connections: one blind connection is a blind stream. */
  state(): StreamState;
  /** Since the last message of the quietest connection, ms; null before the first. */
  ageMs(): number | null;
  /** Frames that could not be read so far. */
  malformed(): number;
  close(): Promise<void>;
}

/** Subscriptions per connection; a pair takes two. https://mexcdevelop.github.io/apidocs (read 2026-11-20) */
const SUBSCRIPTIONS_MAX = 30;
const PER_PAIR = 2;
const TICKERS = 'spot@public.miniTickers.v3.api.pb@UTC+8';

const channelsOf = (symbol: MarketSymbol): readonly string[] => [
  `spot@public.aggre.deals.v3.api.pb@10ms@${symbol}`,
  `spot@public.aggre.bookTicker.v3.api.pb@10ms@${symbol}`,
];

interface Line {
  readonly connection: Connection;
  channels: number;
}

interface Watched {
  readonly line: Line;
  readonly listeners: Set<MarketListener>;
}

type TickerListener = (tickers: readonly Ticker[]) => void;

/** Opens connections as pairs are watched. */
export const createMarketStream = (settings: { readonly wsUrl: string }): MarketStream =>
  new PooledStream(settings.wsUrl);

class PooledStream implements MarketStream {
  private readonly wsUrl: string;
  private readonly lines: Line[] = [];
  private readonly watched = new Map<string, Watched>();
  private readonly tickerListeners = new Set<TickerListener>();
  private tickerLine: Line | null = null;
  private unreadable = 0;

  constructor(wsUrl: string) {
    this.wsUrl = wsUrl;
  }

  watch(symbol: MarketSymbol, listener: MarketListener): () => void {
    const known = this.watched.get(symbol);
    const pair = known ?? { line: this.lineFor(PER_PAIR), listeners: new Set<MarketListener>() };
    pair.listeners.add(listener);
    if (known === undefined) {
      this.watched.set(symbol, pair);
      for (const channel of channelsOf(symbol)) pair.line.connection.subscribe(channel);
    }
    return () => {
      pair.listeners.delete(listener);
      if (pair.listeners.size > 0 || this.watched.get(symbol) !== pair) return;
      this.watched.delete(symbol);
      pair.line.channels -= PER_PAIR;
      for (const channel of channelsOf(symbol)) pair.line.connection.unsubscribe(channel);
    };
  }

  watchAllTickers(listener: TickerListener): () => void {
    this.tickerListeners.add(listener);
    if (this.tickerLine === null) {
      this.tickerLine = this.lineFor(1);
      this.tickerLine.connection.subscribe(TICKERS);
    }
    return () => this.tickerListeners.delete(listener);
  }

  state(): StreamState {
    return worst(this.lines.map((line) => line.connection.state()));
  }

  ageMs(): number | null {
    return oldest(this.lines.map((line) => line.connection.ageMs()));
  }

  malformed(): number {
    return this.unreadable;
  }

  async close(): Promise<void> {
    await Promise.all(this.lines.map((line) => line.connection.close()));
  }

  private hear(bytes: Uint8Array): void {
    try {
      const frame = decodeFrame(bytes);
      if (frame.publicMiniTickers) this.hearTickers(frame);
      const listeners = this.watched.get(frame.symbol ?? '')?.listeners;
      if (listeners !== undefined) tellPair(frame, listeners);
    } catch {
      this.unreadable += 1; // odd data is counted; it never stops the stream
    }
  }

  private hearTickers(frame: Frame): void {
    // One by one: an odd name must not hide two thousand others.
    const { values, malformed } = readEach(frame.publicMiniTickers?.items ?? [], toTicker);
    this.unreadable += malformed.length;
    for (const listener of this.tickerListeners) listener(values);
  }

  private lineFor(channels: number): Line {
    const roomy = this.lines.find((line) => line.channels + channels <= SUBSCRIPTIONS_MAX);
    if (roomy !== undefined) {
      roomy.channels += channels;
      return roomy;
    }
    const line: Line = { channels, connection: connect(this.hooks(() => line)) };
    this.lines.push(line);
    return line;
  }

  private hooks(line: () => Line) {
    return {
      url: this.wsUrl,
      onFrame: (bytes: Uint8Array) => this.hear(bytes),
      onState: (state: StreamState) => {
        for (const pair of this.watched.values())
          if (pair.line === line()) for (const listener of pair.listeners) listener.onState(state);
      },
      onRefused: () => undefined, // the pair may not exist yet: the connection asks again
    };
  }
}

const ORDER: readonly StreamState[] = ['closed', 'connecting', 'stale', 'live'];

/** Without a connection nothing is watched, and nothing is wrong. */
const worst = (states: readonly StreamState[]): StreamState =>
  ORDER.find((state) => states.includes(state)) ?? 'live';

const oldest = (ages: readonly (number | null)[]): number | null => {
  const known = ages.filter((age) => age !== null);
  return known.length === 0 ? null : Math.max(...known);
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
