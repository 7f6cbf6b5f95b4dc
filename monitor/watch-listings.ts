import { Context } from '@temporalio/activity';
import type { Source } from '#domain/listing.ts';
import { activeRun, markBaseline } from '#prisma/runs.ts';
import { reportsSaid } from '#prisma/detection/said-reports.ts';
import { lastReadAt, recordDelisted } from '#prisma/seen-coins.ts';
import { commitSightings, commitTakenBack, type Reading, type Run } from './commit-sightings.ts';
import type { MonitorDeps } from './deps.ts';
import { emptyOutbox } from './hand-over.ts';
import { createBooks } from './health/keep-books.ts';
import { createSeenReports, opensLater, type SeenReports } from './seen-reports.ts';
import { createSourceAlarms } from './health/source-alarms.ts';
import { announcementsSource } from './sources/announcements-source.ts';
import { calendarSource } from './sources/calendar-source.ts';
import { defaultSymbolsSource } from './sources/default-symbols-source.ts';
import type { ListingSource, Look, TakenBack } from './sources/source.ts';
import { offlinePairsSource } from './sources/offline-pairs-source.ts';
import { symbolsSource } from './sources/symbols-source.ts';
import { webPairsSource } from './sources/web-pairs-source.ts';

/** What the monitor does for BotRunWorkflow. */
export interface MonitorActivities {
  /**
   * Polls the metered sources until cancelled, for at most an hour. Commits each sighting, then
   * starts or tells the workflow of its listing. May repeat and may run in two processes at once:
   * a report is one row and a listing is one workflow.
   */
  watchListings(request: { readonly runId: string }): Promise<{ readonly kind: 'renew' }>;
}

/** The calendar comes first: what it announces must not be taken for a baseline. */
const FIRST_SOURCES: readonly ListingSource[] = [calendarSource, symbolsSource];
/** These begin when the first look is committed. */
const LATER_SOURCES: readonly ListingSource[] = [
  defaultSymbolsSource,
  announcementsSource,
  webPairsSource,
  offlinePairsSource,
];

const ALL_SOURCES: readonly ListingSource[] = [...FIRST_SOURCES, ...LATER_SOURCES];

const RENEW_AFTER_MS = 3_600_000;
const BEAT_MS = 500;
/** The outbox and the sources' times are looked at this often. */
const TICK_MS = 250;
/** Longer without a look than a take-over lasts: what trades by then may have traded for long. */
const BLIND_AFTER_MS = 30_000;
/** What was left over is handed over after the first look, which may confirm it, or after this. */
const OUTBOX_WAITS_MS = 3000;
/** Slow sources are asked this much later at random, so that nobody sees a clockwork. */
const JITTER_FROM_MS = 30_000;
const JITTER_PART = 0.1;
/** Alarms and counts are looked at this often. */
const CHORES_MS = 2000;

export const createMonitorActivities = (deps: MonitorDeps): MonitorActivities => ({
  watchListings: async ({ runId }) => {
    const signal = AbortSignal.any([Context.current().cancellationSignal, deps.stopping]);
    const heart = setInterval(() => Context.current().heartbeat(), BEAT_MS);
    try {
      const run = await activeRun(deps.db, deps.installationId);
      if (run === null || run.runId !== runId) throw new Error(`the run ${runId} is not active`);
      await watch(deps, run, signal);
      return { kind: 'renew' };
    } finally {
      clearInterval(heart);
    }
  },
});

interface Watching {
  readonly run: Run;
  readonly seen: SeenReports;
  readonly isBlind: boolean;
  /** The run has not committed its first look yet. */
  baseline: boolean;
  /** The activity goes on. */
  readonly goesOn: () => boolean;
  readonly signal: AbortSignal;
}

/** Looks at every source when it is due and empties the outbox, until the time is up. */
const watch = async (deps: MonitorDeps, run: Run, asked: AbortSignal): Promise<void> => {
  const ended = new AbortController();
  const signal = AbortSignal.any([asked, ended.signal]);
  const { db, installationId, clock } = deps;
  const startedAtMs = clock.now();
  const readAtMs = await lastReadAt(db, installationId, 'exchangeInfo');
  const watching: Watching = {
    run,
    seen: createSeenReports(await reportsSaid(db, installationId), startedAtMs),
    isBlind: readAtMs === null || startedAtMs - readAtMs > BLIND_AFTER_MS,
    baseline: run.baselineAt === null,
    goesOn: () => !signal.aborted && clock.now() < startedAtMs + RENEW_AFTER_MS,
    signal,
  };
  const first = firstLook(deps, watching);
  const outbox = Promise.race([first, pause(OUTBOX_WAITS_MS, signal)]).then(() =>
    keepOutbox(deps, watching),
  );
  const looking = first.then((dueAtMs) =>
    Promise.all(
      ALL_SOURCES.map((source) =>
        keepLooking(deps, source, { watching, dueAtMs: dueAtMs.get(source.name) ?? 0 }),
      ),
    ),
  );
  try {
    // A source that does not answer must not hold up a stop.
    const chores = keepHouse(deps, watching);
    await Promise.race([Promise.all([outbox, looking, chores]), aborted(signal)]);
  } finally {
    ended.abort();
  }
};

/** Alarms about silent sources, counts of the minute, pruning. */
const keepHouse = async (deps: MonitorDeps, watching: Watching): Promise<void> => {
  for (const { name, everyMs } of ALL_SOURCES) deps.health.expect(name, everyMs);
  const alarms = createSourceAlarms(deps);
  const books = createBooks(deps);
  while (watching.goesOn()) {
    await alarms.look();
    await books.keep();
    await pause(CHORES_MS, watching.signal);
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/**
 * Looks in order until the exchange's own records were read. A calendar that does not answer must
 * not hold the run up: the record decides. Answers when the sources are due again.
 */
const firstLook = async (
  deps: MonitorDeps,
  watching: Watching,
): Promise<ReadonlyMap<Source, number>> => {
  const dueAtMs = new Map<Source, number>();
  while (watching.goesOn()) {
    const told: string[] = [];
    for (const source of FIRST_SOURCES) {
      if (deps.clock.now() < (dueAtMs.get(source.name) ?? 0)) continue;
      dueAtMs.set(source.name, deps.clock.now() + source.everyMs);
      told.push(...(await lookAt(deps, source, watching)));
    }
    void emptyOutbox(deps, watching.run, told);
    if (watching.seen.hasLooked('exchangeInfo')) break;
    await pause(TICK_MS, watching.signal);
  }
  if (watching.baseline && watching.seen.hasLooked('exchangeInfo')) {
    await markBaseline(deps.db, watching.run.runId, deps.clock.now());
    watching.baseline = false;
  }
  return dueAtMs;
};

/** One source at its own pace: a slow one holds up no other. */
const keepLooking = async (
  deps: MonitorDeps,
  source: ListingSource,
  { watching, dueAtMs }: { watching: Watching; dueAtMs: number },
): Promise<void> => {
  let nextMs = dueAtMs;
  while (watching.goesOn()) {
    await pause(Math.min(nextMs - deps.clock.now(), TICK_MS), watching.signal);
    if (deps.clock.now() < nextMs || !watching.goesOn()) continue;
    nextMs = deps.clock.now() + source.everyMs + jitterOf(source);
    const told = await lookAt(deps, source, watching);
    if (told.length === 0) continue;
    // A page alone convinces no risk rule: the exchange's record is asked before it is judged.
    const confirmed = source.asksRecord ? await lookAt(deps, symbolsSource, watching) : [];
    // Not waited for: while Temporal is away, sources are watched and sightings kept.
    void emptyOutbox(deps, watching.run, [...told, ...confirmed]);
  }
};

const jitterOf = ({ everyMs }: ListingSource): number =>
  everyMs < JITTER_FROM_MS ? 0 : Math.random() * everyMs * JITTER_PART;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });

const keepOutbox = async (deps: MonitorDeps, watching: Watching): Promise<void> => {
  while (watching.goesOn()) {
    await emptyOutbox(deps, watching.run);
    await pause(TICK_MS, watching.signal);
  }
};

/** One look at one source; answers what must be told. Failures are counted, never thrown. */
const lookAt = async (
  deps: MonitorDeps,
  source: ListingSource,
  watching: Watching,
): Promise<readonly string[]> => {
  const beganMs = deps.clock.now();
  try {
    const look = await source.look(deps);
    const tookMs = deps.clock.now() - beganMs;
    // After the activity's end another monitor holds the watch.
    if (watching.signal.aborted) return [];
    const told = await commitLook(deps, source, { watching, look });
    const openings = look.sightings.filter(opensLater).length;
    const { malformed, setAside = {} } = look;
    deps.health.ok(source.name, source.everyMs, { malformed, tookMs, openings, setAside });
    return told;
  } catch (error) {
    deps.log.warn({ error, source: source.name }, 'A source could not be read');
    deps.health.failed(source.name, source.everyMs, error);
    return [];
  }
};

const commitLook = async (
  deps: MonitorDeps,
  source: ListingSource,
  { watching, look }: { watching: Watching; look: Look },
): Promise<readonly string[]> => {
  const { seen, run } = watching;
  const { name } = source;
  const reading = readingOf(watching, name);
  const fresh = seen.fresh(look.sightings);
  const offline = seen.fresh(look.offline ?? []);
  const isFirst = reading === 'baseline';
  // A pair that is off at the first look may come back: it is an old one then.
  const known = isFirst ? [...fresh, ...offline] : fresh;
  const told: string[] = [];
  const batch = { run, source: name, reading };
  await commitSightings(deps, batch, { sightings: known, tell: ({ id }) => told.push(id) });
  const delisted = seen.fresh(look.delisted ?? []);
  await recordDelisted(deps.db, deps.installationId, [...offline, ...delisted]);
  const nowMs = deps.clock.now();
  const takenBack: TakenBack[] = [...(look.takenBack ?? []), ...offline.map(calledOff)];
  if (source.isComplete) takenBack.push(...seen.missing(name, look.sightings, nowMs));
  told.push(...(await commitTakenBack(deps, takenBack)));
  seen.forget(takenBack);
  seen.keep(name, [...fresh, ...offline, ...delisted]);
  if (isFirst) deps.log.info({ source: name, pairs: fresh.length }, 'First look: none is new');
  return told;
};

const readingOf = ({ baseline, seen, isBlind }: Watching, source: Source): Reading => {
  if (baseline) return 'baseline';
  if (seen.hasLooked(source)) return 'news';
  return isBlind ? 'blind' : 'return';
};

/** A pair that is taken off before it traded will not open. */
const calledOff = (sighting: Look['sightings'][number]): TakenBack => ({
  source: sighting.source,
  base: sighting.base,
  symbol: sighting.symbol,
  kind: 'calledOff',
  occasion: `${sighting.symbol ?? ''} is off`,
  saidAtMs: sighting.arrivedAtMs,
  arrivedAtMs: sighting.arrivedAtMs,
  raw: sighting.raw,
});
