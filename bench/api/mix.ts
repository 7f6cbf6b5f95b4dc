import { symbolOf, tradeIdOf } from './seed.ts';

const DAY_MS = 86_400_000;
const APART_MS = 600_000;

/** A kind of read, how many of a hundred are of it, and the nth one. */
export interface Read {
  readonly name: string;
  readonly share: number;
  readonly path: (pick: Pick) => string;
}

export interface Pick {
  /** A trade, any of them. */
  readonly trade: number;
  readonly trades: number;
  readonly nowMs: number;
}

/** Of a list that is ordered by time: somewhere in it, also far down. */
const cursor = ({ trade, nowMs }: Pick): string =>
  `${new Date(nowMs - trade * APART_MS).toISOString()}__${tradeIdOf(trade)}`;

const since = ({ nowMs }: Pick): string => new Date(nowMs - 30 * DAY_MS).toISOString();

/** What a dashboard, a phone and two scripts ask for; parts of a hundred. */
export const mix: readonly Read[] = [
  { name: 'GET /trades', share: 12, path: () => '/trades' },
  {
    name: 'GET /trades, a later page',
    share: 8,
    path: (pick) => `/trades?status=closed&cursor=${cursor(pick)}`,
  },
  {
    name: 'GET /trades?outcome',
    share: 5,
    path: ({ trade }) => `/trades?outcome=${['traded', 'denied', 'refused', 'dust'][trade % 4]}`,
  },
  { name: 'GET /trades?since', share: 5, path: (pick) => `/trades?since=${since(pick)}` },
  {
    name: 'GET /trades?symbol',
    share: 5,
    path: ({ trade }) => `/trades?symbol=${symbolOf(trade)}`,
  },
  { name: 'GET /trades/{id}', share: 15, path: ({ trade }) => `/trades/${tradeIdOf(trade)}` },
  { name: 'GET /positions', share: 8, path: () => '/positions' },
  { name: 'GET /orders', share: 4, path: () => '/orders' },
  { name: 'GET /listings', share: 6, path: () => '/listings' },
  {
    name: 'GET /listings, a later page',
    share: 3,
    path: (pick) => `/listings?cursor=${cursor(pick)}`,
  },
  { name: 'GET /listings?upcoming', share: 3, path: () => '/listings?upcoming=true' },
  { name: 'GET /analytics/performance', share: 4, path: () => '/analytics/performance' },
  {
    name: 'GET /analytics/performance, a year',
    share: 1,
    path: () => '/analytics/performance?days=365',
  },
  { name: 'GET /risk/metrics', share: 5, path: () => '/risk/metrics' },
  { name: 'GET /risk/verdicts', share: 3, path: () => '/risk/verdicts' },
  { name: 'GET /bot/status', share: 8, path: () => '/bot/status' },
  { name: 'GET /alerts', share: 5, path: (pick) => `/alerts?open=${pick.trade % 2 === 0}` },
];

/** The same numbers for the same seed, each from 0 to below 1 (mulberry32). */
export const numbersOf = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** One of them, as often as its share says; `at` is from 0 to below 1. */
export const readAt = (at: number): Read => {
  let left = at * mix.reduce((sum, { share }) => sum + share, 0);
  for (const read of mix) {
    left -= read.share;
    if (left < 0) return read;
  }
  throw new Error(`${at} is not below 1`);
};
