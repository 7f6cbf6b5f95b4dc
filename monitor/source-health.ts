import type { Source } from '#domain/listing.ts';
import type { Clock } from '#domain/ports.ts';

/** How a source is doing, as shown in the dashboard. Times are epoch ms. */
export interface SourceState {
  readonly lastOkAt: number | null;
  readonly everyMs: number;
  readonly errors: number;
  readonly lastError: string | null;
  /** Records that could not be read so far: odd data is counted and never stops a source. */
  readonly malformed: number;
}

export interface SourceHealth {
  ok(source: Source, everyMs: number, malformed: number): void;
  failed(source: Source, everyMs: number, error: unknown): void;
  all(): Readonly<Record<string, SourceState>>;
}

export const createSourceHealth = (clock: Clock): SourceHealth => {
  const states = new Map<Source, SourceState>();
  const of = (source: Source, everyMs: number): SourceState =>
    states.get(source) ?? { lastOkAt: null, everyMs, errors: 0, lastError: null, malformed: 0 };
  return {
    ok: (source, everyMs, malformed) => {
      const known = of(source, everyMs);
      states.set(source, {
        ...known,
        everyMs,
        lastOkAt: clock.now(),
        lastError: null,
        malformed: known.malformed + malformed,
      });
    },
    failed: (source, everyMs, error) => {
      const known = of(source, everyMs);
      const lastError = error instanceof Error ? error.message : String(error);
      states.set(source, { ...known, everyMs, errors: known.errors + 1, lastError });
    },
    all: () => Object.fromEntries(states),
  };
};
