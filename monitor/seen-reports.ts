import type { Sighting, Source } from '#domain/listing.ts';

/** What one watch has committed, so that a poll of thousands of pairs asks Postgres for few. */
export interface SeenReports {
  /** Some source has shown the coin before. */
  knows(base: string): boolean;
  /** Reports that say something else than the last one of the same source and pair. */
  fresh(sightings: readonly Sighting[]): readonly Sighting[];
  /** False for what can only be an old coin again: everything is fresh after a restart. */
  mayBeNews(sighting: Sighting): boolean;
  keep(source: Source, sightings: readonly Sighting[]): void;
}

/** `known` holds every coin of the record, and whether its listing is unfinished. */
export const createSeenReports = (known: ReadonlyMap<string, boolean>): SeenReports => {
  const reports = new Map<string, string>();
  const bases = new Set(known.keys());
  const looked = new Set<Source>();
  return {
    knows: (base) => bases.has(base),
    fresh: (sightings) => sightings.filter((each) => reports.get(keyOf(each)) !== contentOf(each)),
    mayBeNews: (sighting) =>
      looked.has(sighting.source) || known.get(sighting.base) !== false || opensLater(sighting),
    keep: (source, sightings) => {
      looked.add(source);
      for (const each of sightings) {
        reports.set(keyOf(each), contentOf(each));
        bases.add(each.base);
      }
    },
  };
};

/** Announced for a time that lies ahead. */
export const opensLater = (sighting: Sighting): boolean =>
  sighting.opensAtMs !== null && sighting.opensAtMs > sighting.arrivedAtMs;

const keyOf = (sighting: Sighting): string =>
  `${sighting.source}|${sighting.symbol ?? sighting.base}`;

const contentOf = (sighting: Sighting): string =>
  `${sighting.opensAtMs ?? ''}|${String(sighting.trading)}`;
