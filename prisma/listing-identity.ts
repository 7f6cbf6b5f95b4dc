import type { NotAListing, Sighting, Source } from '#domain/listing.ts';

// Which life of which coin a sighting belongs to (DESIGN §4.2). Pure: prisma/listings.ts asks it
// inside the transaction that holds the coin's lock.

/** The last life of a ticker as the record has it. */
export interface LastLife {
  readonly id: string;
  readonly generation: number;
  readonly state: string;
  readonly opensAtMs: number | null;
  /** It was seen trading. */
  readonly traded: boolean;
  /** Null while it is unfinished. */
  readonly endedAtMs: number | null;
  readonly endReason: string | null;
}

/** What the record knows of a coin. */
export interface CoinRecord {
  readonly last: LastLife | null;
  /** Sources that showed it among too many at once. */
  readonly setAsideBy: readonly Source[];
  /** When it was first seen trading in a quote that is not traded; null: never. */
  readonly tradedElsewhereAtMs: number | null;
  /** Since when the exchange shows it taken off; null: it does not. */
  readonly delistedAtMs: number | null;
}

export interface Circumstances {
  /** The run has not looked at the exchange before: nothing found is new. */
  readonly baseline: boolean;
  readonly quotes: readonly string[];
  /** One look showed more new coins than `maxNewPerPoll`. */
  readonly tooMany: boolean;
}

export type Identity =
  | { readonly kind: 'known'; readonly listingId: string; readonly generation: number }
  | { readonly kind: 'new'; readonly generation: number }
  | { readonly kind: 'notAListing'; readonly reason: NotAListing; readonly generation: number };

/** A pair taken off for less than this was suspended: its flag returned, not its ticker. */
export const GONE_FOR_MS = 86_400_000;
/** Pairs of one listing open together; a quote that is added later is an old coin's. */
export const TOGETHER_MS = 60_000;

/** Pages that hint. What they say wrongly must not shut out what the exchange itself says. */
const HINTS: ReadonlySet<Source> = new Set(['calendar', 'webPairs', 'announcements']);

/** Announced for a time that lies ahead. */
export const opensAhead = (sighting: Pick<Sighting, 'opensAtMs' | 'arrivedAtMs'>): boolean =>
  sighting.opensAtMs !== null && sighting.opensAtMs > sighting.arrivedAtMs;

/** What a sighting is: part of an unfinished listing, a new one, or none with the reason. */
export const identityOf = (
  sighting: Sighting,
  coin: CoinRecord,
  circumstances: Circumstances,
): Identity => {
  const { last } = coin;
  if (last !== null && last.endedAtMs === null)
    return { kind: 'known', listingId: last.id, generation: last.generation };
  const none = (reason: NotAListing): Identity => ({
    kind: 'notAListing',
    reason,
    generation: last?.generation ?? 0,
  });
  if (last !== null && !mayLiveAgain(sighting, coin, last))
    return none(last.state === 'baseline' ? 'oldCoin' : 'ended');
  // What is announced for later at the first look lies ahead: it is a listing, not a baseline.
  if (circumstances.baseline && !opensAhead(sighting)) return none('baseline');
  if (sighting.source !== 'manual') {
    if (circumstances.tooMany || isSetAside(sighting, coin)) return none('tooManyAtOnce');
    if (tradedBefore(sighting, coin)) return none('oldCoin');
  }
  if (sighting.quote !== null && !circumstances.quotes.includes(sighting.quote))
    return none('quoteNotWanted');
  return { kind: 'new', generation: (last?.generation ?? 0) + 1 };
};

/** Whether a finished ticker may begin another life. */
const mayLiveAgain = (sighting: Sighting, coin: CoinRecord, last: LastLife): boolean => {
  const isAhead = opensAhead(sighting);
  // A paused pair of the first look that is announced later has not traded: it is a listing yet.
  if (isAhead && last.state === 'baseline' && !last.traded) return true;
  // Called off, nothing was bought, and announced again.
  if (isAhead && last.endReason === 'cancelled') return true;
  const { delistedAtMs } = coin;
  if (delistedAtMs === null || delistedAtMs < (last.endedAtMs ?? 0)) return false;
  return sighting.arrivedAtMs - delistedAtMs >= GONE_FOR_MS;
};

/** A fault of the exchange's own sources binds all; a fault of a hint binds hints. */
const isSetAside = (sighting: Sighting, { setAsideBy }: CoinRecord): boolean =>
  setAsideBy.some((source) => !HINTS.has(source) || HINTS.has(sighting.source));

const tradedBefore = (sighting: Sighting, { tradedElsewhereAtMs }: CoinRecord): boolean =>
  tradedElsewhereAtMs !== null && sighting.arrivedAtMs - tradedElsewhereAtMs > TOGETHER_MS;

/** The same report of the same pair, opening and life is one row, until it was taken back. */
export const dedupKeyOf = (
  sighting: Sighting,
  life: { readonly generation: number; readonly retractions: number },
): string =>
  [
    sighting.source,
    sighting.symbol ?? sighting.base,
    sighting.opensAtMs ?? '-',
    sighting.trading ? 'trading' : 'waiting',
    life.generation,
    ...(life.retractions === 0 ? [] : [life.retractions]),
  ].join('|');

/** One stored report, oldest first where several are given. */
export interface Report {
  readonly source: Source;
  readonly opensAtMs: number | null;
  readonly trading: boolean;
  readonly arrivedAtMs: number;
  /** The source took its opening back. */
  readonly takenBack: boolean;
  /** Whether the exchange's record allows orders by API; null where the report does not say. */
  readonly apiTrading?: boolean | null;
}

/** Whose word on the opening counts most, first to last. */
const TRUSTED: readonly Source[] = [
  'manual',
  'exchangeInfo',
  'webPairs',
  'calendar',
  'announcements',
];

/** The opening that the reports together say: the last word of the most trusted source. */
export const openingOf = (reports: readonly Report[]): number | null => {
  const words = new Map<Source, number | null>();
  for (const { source, opensAtMs, takenBack } of reports) {
    if (takenBack) words.set(source, null);
    else if (opensAtMs !== null) words.set(source, opensAtMs);
  }
  return TRUSTED.map((source) => words.get(source)).find((word) => word != null) ?? null;
};

/** When one source reported a listing, and how far behind the first it was. */
export interface RaceEntrant {
  readonly source: Source;
  readonly reportedAtMs: number;
  readonly behindMs: number;
  /** Its first report that the pair trades; null: it never said so. */
  readonly tradingAtMs: number | null;
  readonly tradingBehindMs: number | null;
}

/** The race of the sources for one listing, first source first. */
export const raceOf = (reports: readonly Report[]): readonly RaceEntrant[] => {
  const told = reports.filter((report) => !report.takenBack);
  const sources = [...new Set(told.map((report) => report.source))];
  const firstOf = (of: readonly Report[]) =>
    of.length === 0 ? null : Math.min(...of.map((report) => report.arrivedAtMs));
  const first = firstOf(told) ?? 0;
  const firstTrading = firstOf(told.filter((report) => report.trading)) ?? 0;
  const entrants = sources.map((source) => {
    const own = told.filter((report) => report.source === source);
    const reportedAtMs = firstOf(own) ?? 0;
    const tradingAtMs = firstOf(own.filter((report) => report.trading));
    return {
      source,
      reportedAtMs,
      behindMs: reportedAtMs - first,
      tradingAtMs,
      tradingBehindMs: tradingAtMs === null ? null : tradingAtMs - firstTrading,
    };
  });
  return entrants.toSorted((a, b) => a.reportedAtMs - b.reportedAtMs);
};
