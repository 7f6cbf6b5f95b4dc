import type { Asset, MarketSymbol } from './market-symbol.ts';

/** Where a report of a pair came from. */
export type Source =
  | 'exchangeInfo'
  | 'calendar'
  | 'webPairs'
  | 'defaultSymbols'
  | 'miniTickers'
  | 'announcements'
  /** Tells only what is gone. */
  | 'offlinePairs'
  | 'manual';

/** One report of one source. Sightings of the same listing merge; each is kept. */
export interface Sighting {
  readonly source: Source;
  readonly base: Asset;
  /** Null where the source names only the coin (the calendar). */
  readonly quote: Asset | null;
  readonly symbol: MarketSymbol | null;
  readonly fullName: string | null;
  /** Announced opening, epoch ms; null when the source does not know it. */
  readonly opensAtMs: number | null;
  /** True when the source shows that the pair trades already. */
  readonly trading: boolean;
  /** When it arrived here, epoch ms. */
  readonly arrivedAtMs: number;
  /** What the source said, unchanged, for later questions. */
  readonly raw: unknown;
}

/** What a sighting became. */
export type SightingResult =
  | { readonly kind: 'new'; readonly listingId: string }
  | { readonly kind: 'known'; readonly listingId: string; readonly moved: boolean }
  | { readonly kind: 'notAListing'; readonly reason: NotAListing };

/** Why a sighting is no listing; the reason is kept with it. */
export type NotAListing =
  /** Seen in the first run: it traded before we came. */
  | 'baseline'
  /** The coin is known, the quote is new. */
  | 'oldCoin'
  /** More new pairs at once than `maxNewPerPoll`: a faulty source. */
  | 'tooManyAtOnce'
  /** A quote that the configuration does not trade. */
  | 'quoteNotWanted'
  /** The listing of this coin ended. */
  | 'ended';

/** How much we believe that this is a spot listing that opens to the API, and why. Pure. */
export interface Confidence {
  /** 0 to 100. */
  readonly points: number;
  readonly reasons: readonly { readonly points: number; readonly because: string }[];
}

/** Opening times of two sources agree when they differ by no more than this. */
const AGREEMENT_MS = 60_000;

type Seen = Pick<Sighting, 'source' | 'opensAtMs' | 'trading'> & {
  /** Whether the exchange's record allows orders by API; null where the report says nothing of it. */
  readonly apiTrading?: boolean | null;
};

const dates = (sighting: Seen): boolean => sighting.opensAtMs !== null || sighting.trading;

/**
 * Whether different sources tell the same opening; null while fewer than two tell one. A source that
 * repeats or moves its own time neither confirms nor contradicts itself.
 */
const agreement = (sightings: readonly Seen[]): 'agree' | 'disagree' | null => {
  const told = new Map<Source, number[]>();
  for (const { source, opensAtMs } of sightings)
    if (opensAtMs !== null) told.set(source, [...(told.get(source) ?? []), opensAtMs]);
  if (told.size < 2) return null;
  const sources = [...told.values()];
  const near = (a: readonly number[], b: readonly number[]) =>
    a.some((one) => b.some((other) => Math.abs(one - other) <= AGREEMENT_MS));
  return sources.every((a) => sources.every((b) => near(a, b))) ? 'agree' : 'disagree';
};

/**
 * Scores what is known of a listing. The exchange's own record weighs most; a second source and
 * agreeing times add; a source that contradicts another takes away.
 */
export const confidenceOf = (sightings: readonly Seen[]): Confidence => {
  const sources = new Set(sightings.map((sighting) => sighting.source));
  const openings = agreement(sightings);
  const reasons = [];
  if (sources.has('manual')) reasons.push({ points: 90, because: 'armed by an operator' });
  if (sources.has('exchangeInfo'))
    reasons.push({ points: 50, because: "in the exchange's own symbol records" });
  if (sightings.some((each) => each.source === 'exchangeInfo' && dates(each)))
    reasons.push({ points: 20, because: 'the record gives its opening or shows it open' });
  if (sources.has('calendar')) reasons.push({ points: 35, because: 'in the new-coin calendar' });
  if (sources.has('announcements')) reasons.push({ points: 20, because: 'announced in a title' });
  if (sources.has('miniTickers') || sources.has('defaultSymbols'))
    reasons.push({ points: 60, because: 'the exchange shows it trading' });
  if (openings === 'agree') reasons.push({ points: 15, because: 'sources agree on the opening' });
  if (openings === 'disagree')
    reasons.push({ points: -20, because: 'sources disagree on the opening' });
  reasons.push(...apiReasons(sightings));
  const sum = reasons.reduce((total, reason) => total + reason.points, 0);
  return { points: Math.max(0, Math.min(100, sum)), reasons };
};

/**
 * Before the opening every record says "closed": only of a pair that trades it means something, and
 * little, since the exchange changes its flags one after another.
 */
const apiReasons = (sightings: readonly Seen[]): Confidence['reasons'] => {
  const isOpen = sightings.some(
    ({ source, apiTrading }) => source === 'defaultSymbols' || apiTrading === true,
  );
  if (isOpen) return [{ points: 10, because: 'open to the API' }];
  const isClosed = sightings.some(({ trading, apiTrading }) => trading && apiTrading === false);
  return isClosed ? [{ points: -10, because: 'it trades, but not by the API yet' }] : [];
};
