import { Context } from '@temporalio/activity';
import type { Sighting, Source } from '#domain/listing.ts';
import { knownBases, pendingSightings, recordBaseline, recordSighting } from '#prisma/listings.ts';
import { activeRun, markBaseline } from '#prisma/runs.ts';
import { calendarSource } from './calendar-source.ts';
import type { MonitorDeps } from './deps.ts';
import type { ListingSource } from './source.ts';
import { createSeenReports, opensLater, type SeenReports } from './seen-reports.ts';
import { startTrade } from './start-trade.ts';
import { symbolsSource } from './symbols-source.ts';

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
const SOURCES: readonly ListingSource[] = [calendarSource, symbolsSource];

const RENEW_AFTER_MS = 3_600_000;
const BEAT_MS = 500;
/** The outbox and the sources' times are looked at this often. */
const TICK_MS = 250;

type Run = NonNullable<Awaited<ReturnType<typeof activeRun>>>;

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

/** Looks at every source when it is due and empties the outbox, until the time is up. */
const watch = async (deps: MonitorDeps, run: Run, signal: AbortSignal): Promise<void> => {
  const endsAtMs = deps.clock.now() + RENEW_AFTER_MS;
  const seen = createSeenReports(await knownBases(deps.db, deps.installationId));
  const dueMs = new Map<Source, number>();
  let baseline = run.baselineAt === null;
  const looked = new Set<Source>();
  while (!signal.aborted && deps.clock.now() < endsAtMs) {
    for (const source of SOURCES) {
      if (deps.clock.now() < (dueMs.get(source.name) ?? 0)) continue;
      dueMs.set(source.name, deps.clock.now() + source.everyMs);
      const ok = await lookAt(deps, source, { run, seen, baseline });
      if (ok) looked.add(source.name);
    }
    if (baseline && looked.has('exchangeInfo')) {
      // A calendar that does not answer must not hold the run up: the exchange's record decides.
      await markBaseline(deps.db, run.runId, deps.clock.now());
      baseline = false;
    }
    await handOver(deps, run);
    await pause(TICK_MS, signal);
  }
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });

interface Watching {
  readonly run: Run;
  readonly seen: SeenReports;
  readonly baseline: boolean;
}

/** One look at one source; false when it did not answer. Failures are counted, never thrown. */
const lookAt = async (
  deps: MonitorDeps,
  source: ListingSource,
  watching: Watching,
): Promise<boolean> => {
  try {
    const { sightings, malformed } = await source.look(deps);
    const fresh = watching.seen.fresh(sightings);
    if (watching.baseline) await commitBaseline(deps, watching, fresh);
    else await commitNews(deps, watching, fresh);
    watching.seen.keep(source.name, fresh);
    deps.health.ok(source.name, source.everyMs, malformed);
    return true;
  } catch (error) {
    deps.log.warn({ error, source: source.name }, 'A source could not be read');
    deps.health.failed(source.name, source.everyMs, error);
    return false;
  }
};

/** First look: what is there is not new, except what is announced to open later. */
const commitBaseline = async (
  deps: MonitorDeps,
  watching: Watching,
  sightings: readonly Sighting[],
): Promise<void> => {
  await recordBaseline(
    deps.db,
    deps.installationId,
    sightings.filter((each) => !opensLater(each)),
  );
  await commit(deps, watching, sightings.filter(opensLater));
  deps.log.info({ pairs: sightings.length }, 'First look at the exchange: none of these is new');
};

const commitNews = async (
  deps: MonitorDeps,
  watching: Watching,
  sightings: readonly Sighting[],
): Promise<void> => {
  const worthwhile = sightings.filter((each) => watching.seen.mayBeNews(each));
  await commit(deps, watching, worthwhile);
};

const commit = async (
  deps: MonitorDeps,
  { run, seen, baseline }: Watching,
  sightings: readonly Sighting[],
): Promise<void> => {
  const strangers = new Set(
    sightings.filter((each) => !seen.knows(each.base)).map((each) => each.base),
  );
  const tooMany = strangers.size > run.options.maxNewPerPoll;
  for (const sighting of sightings) {
    const stored = await recordSighting(deps.db, {
      installationId: deps.installationId,
      sighting,
      baseline,
      quotes: run.options.quotes,
      tooMany,
    });
    if (stored !== null)
      deps.log.info(
        { symbol: sighting.symbol ?? sighting.base, source: sighting.source, ...stored.result },
        'Sighting',
      );
  }
};

/** Empties the outbox: each committed sighting reaches its workflow, also after a crash. */
const handOver = async (deps: MonitorDeps, run: Run): Promise<void> => {
  try {
    for (const pending of await pendingSightings(deps.db, deps.installationId))
      await startTrade(deps, pending, run.configurationId);
  } catch (error) {
    deps.log.warn({ error }, 'A sighting could not be handed over yet; it is kept and repeated');
  }
};
