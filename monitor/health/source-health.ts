import type { Source } from '#domain/listing.ts';
import type { Clock } from '#domain/ports.ts';

/** How a source is doing, as shown in the dashboard. Times are epoch ms. */
export interface SourceState {
  readonly lastOkAt: number | null;
  /** Since when it should answer. */
  readonly expectedSince: number;
  readonly everyMs: number;
  readonly errors: number;
  readonly lastError: string | null;
  /** Records that could not be read so far: odd data is counted and never stops a source. */
  readonly malformed: number;
  /** Reports of it that were committed. */
  readonly sightings: number;
  /** How long the last look took, ms; null for a stream. */
  readonly tookMs: number | null;
  /** Median of how far behind the first source it was on the last listings, ms; null: on none. */
  readonly lagMs: number | null;
  /** How many openings that lie ahead its last look named. */
  readonly openings: number;
  /** News of its last look that is no listing, counted by reason. */
  readonly setAside: Readonly<Record<string, number>>;
}

/** What one look came to. */
export interface Looked {
  readonly malformed: number;
  readonly tookMs?: number;
  readonly openings?: number;
  readonly setAside?: Readonly<Record<string, number>>;
}

export interface SourceHealth {
  /** From now on the source should answer: one that never does is then silent, not absent. */
  expect(source: Source, everyMs: number): void;
  ok(source: Source, everyMs: number, looked: Looked): void;
  failed(source: Source, everyMs: number, error: unknown): void;
  /** A report of the source was committed. */
  sighted(source: Source): void;
  lags(lags: ReadonlyMap<Source, number>): void;
  all(): Readonly<Record<string, SourceState>>;
}

export const createSourceHealth = (clock: Clock): SourceHealth => {
  const states = new Map<Source, SourceState>();
  const of = (source: Source, everyMs: number): SourceState => ({
    ...(states.get(source) ?? {
      lastOkAt: null,
      expectedSince: clock.now(),
      errors: 0,
      lastError: null,
      malformed: 0,
      sightings: 0,
      tookMs: null,
      lagMs: null,
      openings: 0,
      setAside: {},
    }),
    everyMs,
  });
  return {
    expect: (source, everyMs) => {
      states.set(source, { ...of(source, everyMs), expectedSince: clock.now() });
    },
    ok: (source, everyMs, { malformed, tookMs = null, openings = 0, setAside = {} }) => {
      const known = of(source, everyMs);
      states.set(source, {
        ...known,
        lastOkAt: clock.now(),
        lastError: null,
        malformed: known.malformed + malformed,
        tookMs,
        openings,
        setAside,
      });
    },
    failed: (source, everyMs, error) => {
      const known = of(source, everyMs);
      const lastError = error instanceof Error ? error.message : String(error);
      states.set(source, { ...known, errors: known.errors + 1, lastError });
    },
    sighted: (source) => {
      const known = states.get(source);
      if (known !== undefined) states.set(source, { ...known, sightings: known.sightings + 1 });
    },
    lags: (lags) => {
      for (const [source, state] of states)
        states.set(source, { ...state, lagMs: lags.get(source) ?? null });
    },
    all: () => Object.fromEntries(states),
  };
};
