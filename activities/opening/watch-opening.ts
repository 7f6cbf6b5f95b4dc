import { compare, notional, quoteAmount, type Price } from '#domain/amount.ts';
import type { BookTop, Deal } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import { createCandleRecorder } from '../candle-recorder.ts';
import type { ActivityDeps } from '../deps.ts';

/** What the market has shown of a pair so far. Times are the exchange's, epoch ms. */
export interface OpeningFacts {
  /** The first trade of at least `minPrint`; null before it. */
  readonly firstPrint: Deal | null;
  /** Time of the earliest trade that is known; null while nothing has traded. */
  readonly tradingSinceMs: number | null;
  readonly top: BookTop | null;
  readonly lastPrice: Price | null;
}

export interface OpeningWatch {
  facts(): OpeningFacts;
  /** Resolves when something new was heard, or after `ms`; at once when something is unread. */
  next(ms: number): Promise<void>;
  /** Stores the candles seen so far, then stops listening. */
  close(): Promise<void>;
}

export interface OpeningPair {
  readonly symbol: MarketSymbol;
  readonly listingId: string;
  /** Smaller first trades do not count, quote. */
  readonly minPrint: string;
  /** Before it only the stream is heard; null: not known, asked from the start. */
  readonly opensAtMs: number | null;
}

/** Longer timers overflow. */
const TIMER_MAX_MS = 60_000;
/** The stream is the door; this poll is the second one, slow while the stream is live. */
const POLL_LIVE_MS = 2000;
const POLL_BLIND_MS = 500;

/**
 * Listens to a pair that is about to open, by stream and, as a second door, by REST. Evidence of
 * either counts: a trade that the stream missed still makes an entry late.
 */
export const watchOpening = (deps: ActivityDeps, pair: OpeningPair): OpeningWatch => {
  const recorder = createCandleRecorder(deps.db, pair.listingId);
  const facts: { -readonly [K in keyof OpeningFacts]: OpeningFacts[K] } = {
    firstPrint: null,
    tradingSinceMs: null,
    top: null,
    lastPrice: null,
  };
  let unread = false;
  let wake: (() => void) | null = null;
  const heard = () => {
    unread = true;
    wake?.();
  };
  const hearDeal = (deal: Deal) => {
    facts.lastPrice = deal.price;
    if (facts.tradingSinceMs === null || deal.atMs < facts.tradingSinceMs)
      facts.tradingSinceMs = deal.atMs;
    if (counts(deal, pair.minPrint) && isEarlier(deal, facts.firstPrint)) facts.firstPrint = deal;
    heard();
  };
  const unwatch = deps.stream.watch(pair.symbol, {
    onDeal(deal) {
      recorder.add(deal);
      hearDeal(deal);
    },
    onBook(top) {
      facts.top = top;
      heard();
    },
    onState: heard,
  });
  const stopPolling = pollDeals(deps, pair, hearDeal);
  return {
    facts: () => ({ ...facts }),
    next: async (ms) => {
      if (!unread)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.max(0, ms));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      wake = null;
      unread = false;
    },
    close: async () => {
      unwatch();
      stopPolling();
      await recorder.flush().catch((error: unknown) => {
        deps.log.warn({ error, symbol: pair.symbol }, 'Candles of the opening were not stored');
      });
    },
  };
};

const counts = (deal: Deal, minPrint: string): boolean =>
  compare(notional(deal.price, deal.quantity), quoteAmount(minPrint)) >= 0;

const isEarlier = (deal: Deal, first: Deal | null): boolean =>
  first === null || deal.atMs < first.atMs;

const pollDeals = (
  deps: ActivityDeps,
  { symbol, opensAtMs }: OpeningPair,
  hear: (deal: Deal) => void,
): (() => void) => {
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  const poll = async () => {
    try {
      // Newest first; the pair may be unknown to the API before it opens.
      const deals = await deps.exchange.deals(symbol);
      if (!stopped) for (const deal of [...deals].reverse()) hear(deal);
    } catch (error) {
      deps.log.debug({ error, symbol }, 'No deals by REST yet');
    }
    if (!stopped) plan();
  };
  const plan = () => {
    const live = deps.stream.state() === 'live';
    const untilOpening = live && opensAtMs !== null ? opensAtMs - deps.clock.now() : 0;
    const ms = Math.max(untilOpening, live ? POLL_LIVE_MS : POLL_BLIND_MS);
    timer = setTimeout(() => void poll(), Math.min(ms, TIMER_MAX_MS));
  };
  plan();
  return () => {
    stopped = true;
    if (timer !== null) clearTimeout(timer);
  };
};
