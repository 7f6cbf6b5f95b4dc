import type { Sighting, Source } from '#domain/listing.ts';
import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import { openingsSaid, type SaidReport } from '#prisma/detection/said-reports.ts';
import type { TakenBack } from './sources/source.ts';

/** What one watch has committed, so that a poll of thousands of pairs asks Postgres for few. */
export interface SeenReports {
  /** Reports that say something else than the last one of the same source and pair. */
  fresh(sightings: readonly Sighting[]): readonly Sighting[];
  /** False until the source's first look is kept: then everything is fresh. */
  hasLooked(source: Source): boolean;
  /** Remembers what is committed. */
  keep(source: Source, sightings: readonly Sighting[]): void;
  /**
   * Openings ahead that a complete look does not name any more. One miss is an accident of the
   * page; the second says it, until it is forgotten.
   */
  missing(source: Source, sightings: readonly Sighting[], nowMs: number): readonly TakenBack[];
  /** Openings that are committed as taken back: what comes again is news. */
  forget(takenBack: readonly TakenBack[]): void;
}

/**
 * Several times what the exchange has. A page that invents names all the time has its own words
 * forgotten; Postgres still knows what is committed.
 */
const REPORTS_MAX = 50_000;
/** A page that leaves a coin out once may be half written. */
const MISSES = 2;

interface Said {
  readonly source: Source;
  readonly base: Asset;
  readonly symbol: MarketSymbol | null;
  readonly opensAtMs: number;
  misses: number;
}

/** `said` holds what earlier watches have heard and committed. */
export const createSeenReports = (said: readonly SaidReport[] = [], nowMs = 0): SeenReports => {
  const reports = new Map(said.map((each) => [keyOf(each), contentOf(each)]));
  const looked = new Set<Source>();
  const named = new Map<Source, ReadonlySet<string>>();
  const openings = new Map<string, Said>(
    openingsSaid(said, nowMs).map((each) => [
      keyOf(each),
      // The record was written from sightings, whose names were parsed.
      { ...each, base: each.base as Asset, symbol: each.symbol as MarketSymbol | null, misses: 0 },
    ]),
  );
  // Without the exchange's own records nobody can say that a coin is named nowhere.
  const notNamedAnywhere = (base: string) =>
    named.has('exchangeInfo') && ![...named.values()].some((bases) => bases.has(base));
  return {
    fresh: (sightings) => sightings.filter((each) => reports.get(keyOf(each)) !== contentOf(each)),
    hasLooked: (source) => looked.has(source),
    keep: (source, sightings) => {
      looked.add(source);
      if (reports.size > REPORTS_MAX)
        for (const key of reports.keys()) if (key.startsWith(`${source}|`)) reports.delete(key);
      for (const each of sightings) {
        reports.set(keyOf(each), contentOf(each));
        const { base, symbol, opensAtMs } = each;
        if (opensLater(each) && opensAtMs !== null)
          openings.set(keyOf(each), { source, base, symbol, opensAtMs, misses: 0 });
      }
    },
    missing: (source, sightings, nowMs) => {
      const dated = new Set(sightings.filter((each) => each.opensAtMs !== null).map(keyOf));
      named.set(source, new Set(sightings.map((each) => each.base)));
      const gone: TakenBack[] = [];
      for (const [key, opening] of openings) {
        if (opening.opensAtMs <= nowMs) openings.delete(key);
        else if (opening.source !== source) continue;
        else if (dated.has(key)) opening.misses = 0;
        else if ((opening.misses += 1) >= MISSES)
          gone.push(takenBack(opening, notNamedAnywhere(opening.base), nowMs));
      }
      return gone;
    },
    forget: (takenBack) => {
      for (const each of takenBack) {
        openings.delete(keyOf(each));
        reports.delete(keyOf(each));
      }
    },
  };
};

/** Announced for a time that lies ahead. */
export const opensLater = (sighting: Sighting): boolean =>
  sighting.opensAtMs !== null && sighting.opensAtMs > sighting.arrivedAtMs;

/** A coin that no complete source names any more is called off; else only its time fell away. */
const takenBack = (
  { source, base, symbol, opensAtMs }: Said,
  isGone: boolean,
  nowMs: number,
): TakenBack => ({
  source,
  base,
  symbol,
  kind: isGone ? 'calledOff' : 'openingWithdrawn',
  occasion: `${opensAtMs} missing at ${nowMs}`,
  saidAtMs: nowMs,
  arrivedAtMs: nowMs,
  raw: { opensAtMs, missing: true },
});

const keyOf = (report: Pick<SaidReport, 'source' | 'base' | 'symbol'>): string =>
  `${report.source}|${report.symbol ?? report.base}`;

const contentOf = ({ opensAtMs, trading }: Pick<SaidReport, 'opensAtMs' | 'trading'>): string =>
  `${opensAtMs ?? ''}|${String(trading)}`;
