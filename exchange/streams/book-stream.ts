import type { BookLevel, StreamState } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import { decodeFrame, type Frame } from './frames.ts';
import {
  createLocalBook,
  toBookLevel,
  toVersion,
  type BookDiff,
  type BookSnapshot,
  type LocalBook,
} from './local-book.ts';
import { createPool, type ConnectionPool, type Line } from './pool.ts';

/** The whole books of pairs, kept by diffs; a gap is repaired by asking for the book anew. */
export interface BookStream {
  /** Follows a pair's book; answers how to stop. Followers of one pair share one book. */
  follow(symbol: MarketSymbol): () => void;
  /** Best levels; null while no book is whole: before the first, after a gap, while not live. */
  best(
    symbol: MarketSymbol,
    levels: number,
  ): { readonly bids: BookLevel[]; readonly asks: BookLevel[] } | null;
  /** Times that a version was missing. */
  gaps(): number;
  /** Frames that could not be read so far. */
  malformed(): number;
  state(): StreamState;
  close(): Promise<void>;
}

export interface BookStreamSettings {
  readonly wsUrl: string;
  /** GET /depth; a read, so that it may repeat. */
  snapshot(symbol: MarketSymbol): Promise<BookSnapshot>;
}

interface Followed {
  readonly symbol: MarketSymbol;
  readonly line: Line;
  readonly book: LocalBook;
  followers: number;
  isWhole: boolean;
  /** Counts losses: an answer to a question asked before the last one is of no use. */
  losses: number;
  isAsking: boolean;
  retry: NodeJS.Timeout | undefined;
}

/** Between two questions for the same book. */
const ASK_EVERY_MS = 250;

const channelOf = (symbol: MarketSymbol): string =>
  `spot@public.aggre.depth.v3.api.pb@10ms@${symbol}`;

/** Connects as pairs are followed. */
export const createBookStream = (settings: BookStreamSettings): BookStream =>
  new RepairedBooks(settings);

class RepairedBooks implements BookStream {
  private readonly settings: BookStreamSettings;
  private readonly pool: ConnectionPool;
  private readonly followed = new Map<string, Followed>();
  private missing = 0;
  private unreadable = 0;

  constructor(settings: BookStreamSettings) {
    this.settings = settings;
    this.pool = createPool({
      url: settings.wsUrl,
      onFrame: (bytes) => this.hear(bytes),
      onAccepted: (channel) => {
        for (const pair of this.followed.values())
          if (channelOf(pair.symbol) === channel) this.lose(pair);
      },
      onState: (line) => {
        for (const pair of this.followed.values()) if (pair.line === line) this.lose(pair);
      },
    });
  }

  follow(symbol: MarketSymbol): () => void {
    const pair = this.followed.get(symbol) ?? this.begin(symbol);
    let isFollowing = true;
    pair.followers += 1;
    return () => {
      if (!isFollowing) return;
      isFollowing = false;
      pair.followers -= 1;
      if (pair.followers > 0 || this.followed.get(symbol) !== pair) return;
      clearTimeout(pair.retry);
      this.followed.delete(symbol);
      this.pool.unsubscribe(pair.line, [channelOf(symbol)]);
    };
  }

  best(symbol: MarketSymbol, levels: number) {
    const pair = this.followed.get(symbol);
    return pair !== undefined && pair.isWhole ? pair.book.best(levels) : null;
  }

  gaps(): number {
    return this.missing;
  }

  malformed(): number {
    return this.unreadable;
  }

  state(): StreamState {
    return this.pool.state();
  }

  async close(): Promise<void> {
    for (const pair of this.followed.values()) clearTimeout(pair.retry);
    this.followed.clear();
    await this.pool.close();
  }

  private hear(bytes: Uint8Array): void {
    try {
      const frame = decodeFrame(bytes);
      const pair = this.followed.get(frame.symbol ?? '');
      const diff = diffIn(frame);
      if (pair === undefined || diff === null || pair.book.apply(diff)) return;
      // Not whole: its book is asked for already, and the change waits for it.
      if (!pair.isWhole) return;
      this.missing += 1;
      this.lose(pair);
    } catch {
      this.unreadable += 1; // odd data is counted; it never stops the stream
    }
  }

  private begin(symbol: MarketSymbol): Followed {
    const pair: Followed = {
      symbol,
      line: this.pool.subscribe([channelOf(symbol)]),
      book: createLocalBook(),
      followers: 0,
      isWhole: false,
      losses: 0,
      isAsking: false,
      retry: undefined,
    };
    this.followed.set(symbol, pair);
    return pair;
  }

  /** Something was not heard: there is no book until it was asked for anew. */
  private lose(pair: Followed): void {
    pair.isWhole = false;
    pair.losses += 1;
    pair.book.lose();
    this.askWhenHeard(pair);
  }

  /** A book that is asked for before its changes are heard may miss one for ever. */
  private askWhenHeard(pair: Followed): void {
    const { connection } = pair.line;
    const isHeard = connection.isAccepted(channelOf(pair.symbol));
    if (connection.state() === 'live' && isHeard && !pair.isAsking) this.ask(pair);
  }

  private ask(pair: Followed): void {
    const { losses } = pair;
    const answered = (snapshot: BookSnapshot | null) => {
      pair.isAsking = false;
      if (this.followed.get(pair.symbol) !== pair) return;
      pair.isWhole = snapshot !== null && losses === pair.losses && pair.book.restore(snapshot);
      if (!pair.isWhole) pair.retry = setTimeout(() => this.askWhenHeard(pair), ASK_EVERY_MS);
    };
    clearTimeout(pair.retry);
    pair.isAsking = true;
    // Without an answer there is no book to show: it is asked for again.
    this.settings.snapshot(pair.symbol).then(answered, () => answered(null));
  }
}

const diffIn = ({ publicAggreDepths: depths }: Frame): BookDiff | null =>
  depths === undefined
    ? null
    : {
        from: toVersion(depths.fromVersion),
        to: toVersion(depths.toVersion),
        bids: (depths.bids ?? []).map(toBookLevel),
        asks: (depths.asks ?? []).map(toBookLevel),
      };
