import { z } from 'zod';
import type { BotHealth } from '#prisma/generated/client.ts';
import type { ExchangeHealthView, Part, SourceView, SystemView } from '../schemas/system.ts';
import { iso } from './text.ts';

/** A process beats every 2 s; older than this it is called missing. */
export const MISSING_AFTER_MS = 6000;
/** Rows of processes that are gone for this long are history. */
const FORGOTTEN_AFTER_MS = 60_000;

/** What a monitor or worker says of itself; anything may be missing in an older version's words. */
const vitals = z.object({
  stream: z.string().nullable().catch(null),
  clockOffsetMs: z.number().nullable().catch(null),
  clockErrorMs: z.number().nullable().catch(null),
  clockAgeMs: z.number().nullable().catch(null),
  restLatencyMs: z.number().nullable().catch(null),
  guarding: z.number().nullable().catch(null),
  armed: z.number().nullable().catch(null),
  /** False: no source tells when pairs open; null: this monitor does not look at the sources. */
  openingsTold: z.boolean().nullable().catch(null),
  sources: z
    .record(
      z.string(),
      z.object({
        lastOkAt: z.number().nullable(),
        everyMs: z.number(),
        errors: z.number().int(),
        lastError: z.string().nullable(),
        malformed: z.number().int().catch(0),
        tookMs: z.number().nullable().catch(null),
        lagMs: z.number().nullable().catch(null),
      }),
    )
    .catch({}),
});

type Vitals = z.infer<typeof vitals>;

const ageOf = (row: BotHealth, nowMs: number): number =>
  Math.max(0, nowMs - row.heartbeatAt.getTime());

const newest = (rows: readonly BotHealth[], process: string): BotHealth | null =>
  rows
    .filter((row) => row.process === process)
    .toSorted((a, b) => b.heartbeatAt.getTime() - a.heartbeatAt.getTime())[0] ?? null;

/** Whether a kind of process is there. */
export const processPart = (
  rows: readonly BotHealth[],
  process: 'monitor' | 'worker',
  nowMs: number,
): Part => {
  const row = newest(rows, process);
  if (row === null) return { ok: false, ageMs: null, detail: `no ${process} has ever run` };
  const ageMs = ageOf(row, nowMs);
  const ok = ageMs <= MISSING_AFTER_MS;
  return { ok, ageMs, detail: ok ? 'alive' : `silent for ${Math.round(ageMs / 1000)} s` };
};

/** Sources are looked at by one of the monitors while a run is active: the freshest word counts. */
const sourcesOf = (rows: readonly BotHealth[], nowMs: number): SourceView[] => {
  const freshest = new Map<string, Vitals['sources'][string]>();
  for (const row of rows) {
    if (row.process !== 'monitor' || ageOf(row, nowMs) > MISSING_AFTER_MS) continue;
    for (const [name, source] of Object.entries(vitals.parse(row.details).sources)) {
      const known = freshest.get(name);
      if (known === undefined || (source.lastOkAt ?? 0) > (known.lastOkAt ?? 0))
        freshest.set(name, source);
    }
  }
  return [...freshest].map(([name, source]) => sourceView(name, source, nowMs));
};

/**
 * What the monitors say of the exchange; the API itself never asks it. While no run is active
 * (`watching` is false) nobody looks at the sources, and their silence is no fault.
 */
export const exchangeView = (
  rows: readonly BotHealth[],
  { nowMs, watching }: { nowMs: number; watching: boolean },
): ExchangeHealthView => {
  const row = newest(rows, 'monitor');
  const seen = vitals.parse(row?.details ?? {});
  const ageMs = row === null ? null : ageOf(row, nowMs);
  const sources = sourcesOf(rows, nowMs);
  const problem =
    problemOf(seen, ageMs, watching ? sources : []) ??
    (watching && !openingsTold(rows, nowMs) ? 'no source tells when pairs open' : null);
  return {
    ok: problem === null,
    detail: problem ?? 'answers',
    ageMs,
    stream: seen.stream,
    clockOffsetMs: seen.clockOffsetMs,
    clockErrorMs: seen.clockErrorMs,
    restLatencyMs: seen.restLatencyMs,
    sources,
  };
};

/** Whether the monitor that looks at the sources hears of openings; true while none says no. */
const openingsTold = (rows: readonly BotHealth[], nowMs: number): boolean =>
  rows
    .filter((row) => row.process === 'monitor' && ageOf(row, nowMs) <= MISSING_AFTER_MS)
    .every((row) => vitals.parse(row.details).openingsTold !== false);

/** A clock that could not be measured for this long means that the exchange does not answer. */
const CLOCK_AGE_MAX_MS = 60_000;

const problemOf = (
  seen: Vitals,
  ageMs: number | null,
  sources: readonly SourceView[],
): string | null => {
  if (ageMs === null || ageMs > MISSING_AFTER_MS) return 'no monitor is alive to say so';
  if (seen.clockAgeMs === null) return 'has not answered yet';
  if (seen.clockAgeMs > CLOCK_AGE_MAX_MS)
    return `has not answered for ${Math.round(seen.clockAgeMs / 1000)} s`;
  const silent = sources.find((source) => source.name === 'exchangeInfo' && !source.ok);
  return silent === undefined ? null : `its symbol records: ${silent.lastError ?? 'silent'}`;
};

const sourceView = (name: string, source: Vitals['sources'][string], nowMs: number): SourceView => {
  const ageMs = source.lastOkAt === null ? null : Math.max(0, nowMs - source.lastOkAt);
  return {
    ...source,
    name,
    ageMs,
    lastOkAt: source.lastOkAt === null ? null : new Date(source.lastOkAt).toISOString(),
    ok: ageMs !== null && ageMs <= 2 * source.everyMs + MISSING_AFTER_MS,
  };
};

/** Processes that live or died lately. */
export const processViews = (rows: readonly BotHealth[], nowMs: number): SystemView['processes'] =>
  rows
    .filter((row) => ageOf(row, nowMs) < FORGOTTEN_AFTER_MS)
    .map((row) => {
      const { guarding, armed } = vitals.parse(row.details);
      const ageMs = ageOf(row, nowMs);
      return {
        process: row.process,
        instance: row.instance,
        version: row.version,
        startedAt: iso(row.startedAt),
        heartbeatAt: iso(row.heartbeatAt),
        ageMs,
        ok: ageMs <= MISSING_AFTER_MS,
        guarding,
        armed,
        details: row.details as Record<string, unknown>, // an object by its type in the record
      };
    });
