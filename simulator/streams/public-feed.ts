import type { Planned } from '../clock.ts';
import type { Market, Print } from '../markets/market.ts';
import type { Venue } from '../venue/venue.ts';
import {
  bookTickerOf,
  dealsBody,
  depthBody,
  klineBody,
  limitDepthBody,
  miniTicker,
  type Gathered,
} from './bodies.ts';
import type { Channel } from './channels.ts';
import type { Feed, Sockets } from './sockets.ts';

type SymbolChannel = Extract<Channel, { readonly symbol: string }>;

/** What one public channel has gathered since its last frame, and when it sent that. */
interface Gathering extends Gathered {
  readonly channel: SymbolChannel;
  sentMs: number;
  planned: Planned | null;
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
