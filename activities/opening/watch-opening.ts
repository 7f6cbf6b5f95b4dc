import { compare, notional, quoteAmount, type Price } from '#domain/amount.ts';
import type { BookLevel, BookTop, Deal } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import { ExchangeError } from '#exchange/failure.ts';
import { createCandleRecorder } from '../candle-recorder.ts';
import { createBell } from '../bell.ts';
import type { ActivityDeps } from '../deps.ts';

/** What the market has shown of a pair so far. Times are the exchange's, epoch ms. */
export interface OpeningFacts {
  /** The first trade of at least `minPrint`; null before it. */
  readonly firstPrint: Deal | null;
  /** Time of the earliest trade that is known; null while nothing has traded. */
  readonly tradingSinceMs: number | null;
  readonly top: BookTop | null;
  /** Asks of the whole book, best first; null while there is none, or nobody asked for it. */
  readonly asks: readonly BookLevel[] | null;
  readonly lastPrice: Price | null;
}

export interface OpeningWatch {
  facts(): OpeningFacts;
  /**
   * Resolves when what was traded before this watch began is known. A stream tells only what comes:
   * without the past, a pair that has traded for a minute would look as if it had just opened.
   */
  caughtUp(signal: AbortSignal): Promise<void>;
  /**
   * Resolves when something new was heard, or after `ms`; at once when something is unread. `exact`:
   * to a fraction of a millisecond.
   */
  next(ms: number, exact?: 'exact'): Promise<void>;
  /** Stores the candles seen so far, then stops listening. */
  close(): Promise<void>;
}

export interface OpeningPair {
  readonly symbol: MarketSymbol;
  readonly listingId: string;
  /** Smaller first trades do not count, quote. */
  readonly minPrint: string;
  /** Follows the whole book from the first trade on: before it there is none. */
  readonly wantsBook: boolean;
  /** Before it only the stream is heard; null: not known, asked from the start. */
  readonly opensAtMs: number | null;
}

/** More than an entry ever eats. */
const BOOK_LEVELS = 100;
/** Longer timers overflow. */
const TIMER_MAX_MS = 60_000;
/** The stream is the door; this poll is the second one, slow while the stream is live. */
const POLL_LIVE_MS = 2000;
const POLL_BLIND_MS = 500;
/** A pair whose opening nobody knows; the budget of requests may stretch it. */
const POLL_UNTIMED_MS = 250;

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
    asks: null,
    lastPrice: null,
  };
  let unfollow: (() => void) | null = null;
  const bell = createBell();
  let isOpen = true;
  const followBook = () => {
    if (isOpen) unfollow ??= deps.books.follow(pair.symbol);
  };
  const hearDeal = (deal: Deal) => {
    facts.lastPrice = deal.price;
    if (facts.tradingSinceMs === null || deal.atMs < facts.tradingSinceMs)
      facts.tradingSinceMs = deal.atMs;
    if (counts(deal, pair.minPrint) && isEarlier(deal, facts.firstPrint)) facts.firstPrint = deal;
    bell.ring();
    // After the look that this ring wakes: a new subscription must not stand before the order.
    if (pair.wantsBook && unfollow === null) setImmediate(followBook);
  };
  const unwatch = deps.stream.watch(pair.symbol, {
    onDeal(deal) {
      recorder.add(deal);
      hearDeal(deal);
    },
    onBook(top) {
      facts.top = top;
      bell.ring();
    },
    onState: bell.ring,
  });
  const stopPolling = pollDeals(deps, pair, hearDeal);
  const beganLate = hasOpened(deps, pair);
  return {
    caughtUp: async (signal) => {
      if (!beganLate) return;
      const sinceMs = await tradedSince(deps, pair, { signal, hear: hearDeal });
      if (sinceMs !== null)
        facts.tradingSinceMs = Math.min(facts.tradingSinceMs ?? sinceMs, sinceMs);
    },
    facts: () => ({
      ...facts,
      asks: unfollow === null ? null : (deps.books.best(pair.symbol, BOOK_LEVELS)?.asks ?? null),
    }),
    next: bell.next,
    close: async () => {
      isOpen = false;
      unwatch();
      unfollow?.();
      stopPolling();
      await recorder.flush().catch((error: unknown) => {
        deps.log.warn({ error, symbol: pair.symbol }, 'Candles of the opening were not stored');
      });
    },
  };
};

/** True when trades may lie behind us: the opening is past, or nobody knows when it is. */
const hasOpened = (deps: ActivityDeps, { opensAtMs }: OpeningPair): boolean =>
  opensAtMs === null || deps.exchange.clock.exchangeNowMs() >= opensAtMs;

/** An answer with this many trades may leave earlier ones out. */
const FULL_PAGE = 1000;
const PAST_RETRY_MS = 200;

/** When the pair began to trade, as far as it has; null when it has not. Asks until it is answered. */
const tradedSince = async (
  deps: ActivityDeps,
  { symbol, opensAtMs }: OpeningPair,
  { signal, hear }: { signal: AbortSignal; hear: (deal: Deal) => void },
): Promise<number | null> => {
  while (!signal.aborted) {
    try {
      const deals = await deps.exchange.deals(symbol);
      for (const deal of [...deals].reverse()) hear(deal);
      if (deals.length === 0) return null;
      const earliestMs = Math.min(...deals.map((deal) => deal.atMs));
      return deals.length < FULL_PAGE ? earliestMs : Math.min(earliestMs, opensAtMs ?? earliestMs);
    } catch (error) {
      // The exchange does not know the pair yet: it has no past.
      if (error instanceof ExchangeError && error.failure.kind === 'refused') return null;
      deps.log.warn({ error, symbol }, 'What was traded before could not be read; asked again');
      await new Promise((resolve) => setTimeout(resolve, PAST_RETRY_MS));
    }
  }
  return null;
};

const counts = (deal: Deal, minPrint: string): boolean =>
  compare(notional(deal.price, deal.quantity), quoteAmount(minPrint)) >= 0;

const isEarlier = (deal: Deal, first: Deal | null): boolean =>
  first === null || deal.atMs < first.atMs;

const pollEveryMs = (opensAtMs: number | null, live: boolean): number => {
  if (opensAtMs === null) return POLL_UNTIMED_MS;
  return live ? POLL_LIVE_MS : POLL_BLIND_MS;
};

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
    // Not at the opening itself: nothing has traded yet, and orders may be on their way.
    const untilOpening = live && opensAtMs !== null ? Math.max(0, opensAtMs - deps.clock.now()) : 0;
    const ms = untilOpening + pollEveryMs(opensAtMs, live);
    timer = setTimeout(() => void poll(), Math.min(ms, TIMER_MAX_MS));
  };
  plan();
  return () => {
    stopped = true;
    if (timer !== null) clearTimeout(timer);
  };
};
