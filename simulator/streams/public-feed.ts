import type { Planned } from '../clock.ts';
import { formatFixed, formatPlaces, type Fixed } from '../matching/fixed.ts';
import type { Side } from '../matching/order-book.ts';
import { changeText, dayStats } from '../http/tickers.ts';
import { hexId } from '../venue/ids.ts';
import type { Market, Print } from '../venue/market.ts';
import type { Venue } from '../venue/venue.ts';
import { klineMs, type Channel } from './channels.ts';
import type { Feed, Sockets } from './sockets.ts';

type SymbolChannel = Extract<Channel, { readonly symbol: string }>;

/** What one public channel has gathered since its last frame. */
interface Gathering {
  readonly name: string;
  readonly channel: SymbolChannel;
  sentMs: number;
  planned: Planned | null;
  prints: Print[];
  levels: Map<string, { side: Side; price: Fixed }>;
  fromVersion: number;
}

const miniTickersEveryMs = 3_000;

/**
 * Turns what happens in markets into frames. A channel sends at most once per window: at once when
 * it was quiet, so that a first trade is not kept waiting, else when the window is over.
 */
export class PublicFeed implements Feed {
  readonly #venue: Venue;
  readonly #sockets: Sockets;
  readonly #bySymbol = new Map<string, Set<Gathering>>();
  readonly #byName = new Map<string, Gathering>();
  readonly #everybody = new Set<string>();
  #ticking: Planned | null = null;

  constructor(venue: Venue, sockets: Sockets) {
    this.#venue = venue;
    this.#sockets = sockets;
  }

  subscribed(name: string, channel: Channel): void {
    if (channel.kind === 'private' || !this.#sockets.has(name)) return;
    if (channel.kind === 'miniTickers') {
      this.#everybody.add(name);
      this.#tickAll();
      return;
    }
    const market = this.#venue.freshMarket(channel.symbol);
    const fromVersion = (market?.book.version ?? 0) + 1;
    const empty = { sentMs: 0, planned: null, prints: [], levels: new Map(), fromVersion };
    const gathering: Gathering = { name, channel, ...empty };
    this.#byName.set(name, gathering);
    const others = this.#bySymbol.get(channel.symbol) ?? new Set();
    this.#bySymbol.set(channel.symbol, others.add(gathering));
    this.#watchLevels(channel.symbol);
    if (channel.kind !== 'deals' && channel.kind !== 'depth' && market !== null) {
      this.#send(gathering, market);
    }
  }

  unsubscribed(name: string, channel: Channel): void {
    this.#everybody.delete(name);
    const gathering = this.#byName.get(name);
    if (gathering === undefined || channel.kind === 'private' || channel.kind === 'miniTickers') {
      return;
    }
    gathering.planned?.cancel();
    this.#byName.delete(name);
    const others = this.#bySymbol.get(channel.symbol);
    others?.delete(gathering);
    if (others?.size === 0) this.#bySymbol.delete(channel.symbol);
  }

  /** Whether somebody listens to that market. */
  isWatched(symbol: string): boolean {
    return this.#bySymbol.has(symbol);
  }

  printed(market: Market, print: Print): void {
    for (const gathering of this.#bySymbol.get(market.plan.symbol) ?? []) {
      if (gathering.channel.kind === 'deals') gathering.prints.push(print);
      else if (gathering.channel.kind === 'depth') continue;
      this.#plan(gathering);
    }
  }

  /** To be called for a market that appears after its channel was subscribed. */
  marketAdded(symbol: string): void {
    if (this.#bySymbol.has(symbol)) this.#watchLevels(symbol);
  }

  close(): void {
    this.#ticking?.cancel();
    for (const gathering of this.#byName.values()) gathering.planned?.cancel();
  }

  #watchLevels(symbol: string): void {
    const market = this.#venue.market(symbol);
    if (market === null) return;
    market.book.onLevel = (side, price) => {
      for (const gathering of this.#bySymbol.get(symbol) ?? []) {
        const { kind } = gathering.channel;
        if (kind === 'depth') gathering.levels.set(`${side}${price}`, { side, price });
        if (kind !== 'deals' && kind !== 'kline' && kind !== 'miniTicker') this.#plan(gathering);
      }
    };
  }

  #plan(gathering: Gathering): void {
    if (gathering.planned !== null) return;
    const nowMs = this.#venue.clock.nowMs();
    const dueMs = Math.max(gathering.sentMs + windowOf(gathering.channel), nowMs);
    const send = (): void => {
      gathering.planned = null;
      const market = this.#venue.market(gathering.channel.symbol);
      if (market !== null) this.#send(gathering, market);
    };
    if (dueMs > nowMs) gathering.planned = this.#venue.clock.at(dueMs, send);
    else {
      // At the end of this turn: one order that takes several levels makes one frame.
      const immediate = setImmediate(send);
      gathering.planned = { cancel: () => clearImmediate(immediate) };
    }
  }

  #send(gathering: Gathering, market: Market): void {
    const nowMs = this.#venue.clock.nowMs();
    gathering.sentMs = nowMs;
    const body = this.#body(gathering, market, nowMs);
    if (body === null) return;
    const symbol = market.plan.symbol;
    this.#sockets.push({ channel: gathering.name, symbol, ...body });
  }

  #body(gathering: Gathering, market: Market, nowMs: number): object | null {
    const { channel } = gathering;
    switch (channel.kind) {
      case 'deals':
        return dealsBody(gathering, nowMs);
      case 'depth':
        return depthBody(gathering, market, nowMs);
      case 'bookTicker':
        return { sendTime: nowMs, publicAggreBookTicker: bookTickerOf(market, true) };
      case 'bookTickerBatch': {
        const items = [bookTickerOf(market, false)];
        const version = String(market.book.version);
        return { sendTime: nowMs, publicBookTickerBatch: { items, version } };
      }
      case 'limitDepth':
        return limitDepthBody(market, { levels: channel.levels, nowMs });
      case 'kline':
        return klineBody(market, channel.interval, nowMs);
      case 'miniTicker':
        return { sendTime: nowMs, publicMiniTicker: miniTicker(market, nowMs) };
    }
  }

  /** All symbols at once, every 3 s. */
  #tickAll(): void {
    if (this.#ticking !== null) return;
    const nowMs = this.#venue.clock.nowMs();
    this.#ticking = this.#venue.clock.at(nowMs + miniTickersEveryMs, () => {
      this.#ticking = null;
      this.#pushAll();
      if (this.#everybody.size > 0) this.#tickAll();
    });
  }

  #pushAll(): void {
    const nowMs = this.#venue.clock.nowMs();
    const open = [...this.#venue.markets()].filter((market) => market.isOpen(nowMs));
    const items = open.map((market) => miniTicker(market, nowMs));
    for (const channel of this.#everybody) {
      this.#sockets.push({ channel, sendTime: nowMs, publicMiniTickers: { items } });
    }
  }
}

function windowOf(channel: SymbolChannel): number {
  switch (channel.kind) {
    case 'deals':
    case 'depth':
    case 'bookTicker':
      return channel.windowMs;
    case 'bookTickerBatch':
    case 'limitDepth':
      return 100;
    case 'kline':
      return 1_000;
    case 'miniTicker':
      return miniTickersEveryMs;
  }
}

const eventType = (name: string): string => name.split('@').slice(0, -1).join('@');

function dealsBody(gathering: Gathering, nowMs: number): object | null {
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

function depthBody(gathering: Gathering, market: Market, nowMs: number): object | null {
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

function bookTickerOf(market: Market, versioned: boolean): object {
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

function limitDepthBody(
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
function klineBody(market: Market, interval: string, nowMs: number): object | null {
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
function miniTicker(market: Market, nowMs: number): object {
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
