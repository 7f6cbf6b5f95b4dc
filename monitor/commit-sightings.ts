import type { Sighting, Source } from '#domain/listing.ts';
import { raiseAlert } from '#prisma/alerts.ts';
import { recordSighting, type PendingSighting } from '#prisma/listings.ts';
import type { activeRun } from '#prisma/runs.ts';
import {
  clearDelisted,
  livesOf,
  recordBaseline,
  recordRetraction,
  type Life,
} from '#prisma/seen-coins.ts';
import type { MonitorDeps } from './deps.ts';
import { opensLater } from './seen-reports.ts';
import type { TakenBack } from './sources/source.ts';

/** What committing needs of a monitor. */
type CommitDeps = Pick<MonitorDeps, 'db' | 'installationId' | 'log' | 'clock' | 'health'>;

export type Run = NonNullable<Awaited<ReturnType<typeof activeRun>>>;

/**
 * How a look is read. `news`: what is unknown is new. `return`: the first look of a source after a
 * start: finished coins are not news. `blind`: nobody looked for a while: what trades may have
 * traded for long. `baseline`: the first look of a run: what is there is not new.
 */
export type Reading = 'news' | 'return' | 'blind' | 'baseline';

/**
 * The calendar of a first look holds days of announcements, a later look only what came since: this
 * many times more may be new at once.
 */
const FIRST_LOOK_FACTOR = 10;
/** Of a faulty look this many reports are kept as evidence. */
const EVIDENCE_MAX = 100;

export interface Batch {
  readonly run: Run;
  readonly source: Source;
  readonly reading: Reading;
}

/**
 * Commits what a look showed. `tell` is called with each signal that a workflow must be told, as soon
 * as it is committed. May repeat.
 */
export const commitSightings = async (
  deps: CommitDeps,
  batch: Batch,
  { sightings, tell }: Committing,
): Promise<void> => {
  const { news, tooMany } = await newsOf(deps, batch, sightings);
  await Promise.all(
    lanesOf(tooMany ? news.slice(0, EVIDENCE_MAX) : news).map(async (lane) => {
      for (const sighting of lane) {
        const signal = await commitOne(deps, batch, { sighting, tooMany });
        if (signal !== null) tell(signal);
      }
    }),
  );
};

export interface Committing {
  readonly sightings: readonly Sighting[];
  readonly tell: (signal: PendingSighting) => void;
}

interface News {
  readonly news: readonly Sighting[];
  readonly tooMany: boolean;
}

const newsOf = async (
  deps: CommitDeps,
  batch: Batch,
  sightings: readonly Sighting[],
): Promise<News> => {
  const { reading } = batch;
  const bases = [...new Set(sightings.map((each) => each.base))];
  // Whatever the record has of so few, they are believed: a surprise does not wait for the answer.
  if (reading === 'news' && bases.length <= mostOf(batch))
    return { news: sightings, tooMany: false };
  const lives = await livesOf(deps.db, deps.installationId, bases);
  const isOld = (each: Sighting) => !mayBeNews(each, { reading, life: lives.get(each.base) });
  await setOldAside(deps, reading, sightings.filter(isOld));
  const news = sightings.filter((each) => !isOld(each));
  return { news, tooMany: await areTooMany(deps, batch, { news, lives }) };
};

/** Side by side, those of one coin in order: several may open at one instant. */
const LANES = 4;

const lanesOf = (sightings: readonly Sighting[]): readonly (readonly Sighting[])[] => {
  const lanes: Sighting[][] = Array.from({ length: LANES }, () => []);
  const laneOf = new Map<string, number>();
  for (const each of sightings) {
    const lane = laneOf.get(each.base) ?? laneOf.size % LANES;
    laneOf.set(each.base, lane);
    lanes[lane]?.push(each);
  }
  return lanes;
};

/** So many new coins of one look are believed. */
const mostOf = ({ run, reading }: Batch): number =>
  run.options.maxNewPerPoll * (reading === 'news' ? 1 : FIRST_LOOK_FACTOR);

/** What needs no listing: it was there before, and whatever was said of its end is over. */
const setOldAside = async (
  deps: CommitDeps,
  reading: Reading,
  old: readonly Sighting[],
): Promise<void> => {
  if (old.length === 0) return;
  if (reading === 'baseline' || reading === 'blind')
    await recordBaseline(deps.db, deps.installationId, old);
  const bases = old.map((each) => each.base);
  await clearDelisted(deps.db, deps.installationId, bases);
};

const mayBeNews = (
  sighting: Sighting,
  { reading, life }: { reading: Reading; life: Life | undefined },
): boolean => {
  if (opensLater(sighting) || life?.isUnfinished === true) return true;
  switch (reading) {
    case 'news':
      return true;
    case 'return':
      return life === undefined;
    case 'blind':
      return life === undefined && !sighting.trading;
    case 'baseline':
      return false;
  }
};

/** More new coins at once than may be: a faulty source. Says so to people. */
const areTooMany = async (
  deps: CommitDeps,
  batch: Batch,
  { news, lives }: { news: readonly Sighting[]; lives: ReadonlyMap<string, Life> },
): Promise<boolean> => {
  const { source } = batch;
  const strangers = new Set(news.map((each) => each.base).filter((base) => !lives.has(base)));
  const most = mostOf(batch);
  if (strangers.size <= most) return false;
  const names = [...strangers].slice(0, 10).join(', ');
  deps.log.warn({ source, coins: strangers.size, most }, 'Too many new coins at once');
  await raiseAlert(deps.db, {
    installationId: deps.installationId,
    severity: 'warning',
    episodeKey: `too-many-new:${source}`,
    title: `${source} shows ${strangers.size} new coins at once`,
    text: `At most ${most} are believed, so none of these is bought: ${names}${strangers.size > 10 ? ' …' : ''}. Look at the exchange; arm by hand what is real.`,
    listingId: null,
    nowMs: deps.clock.now(),
  });
  return true;
};

const commitOne = async (
  deps: CommitDeps,
  { run, reading }: Batch,
  { sighting, tooMany }: { sighting: Sighting; tooMany: boolean },
): Promise<PendingSighting | null> => {
  const stored = await recordSighting(deps.db, {
    installationId: deps.installationId,
    sighting,
    baseline: reading === 'baseline',
    quotes: run.options.quotes,
    tooMany,
  });
  if (stored === null) return null;
  const { symbol, base, source } = sighting;
  deps.health.sighted(source);
  deps.log.info({ symbol: symbol ?? base, source, ...stored.result }, 'Sighting');
  return stored.result.kind === 'notAListing' ? null : stored.signal;
};

/** Commits that openings were taken back. Answers the signals that a workflow must be told. */
export const commitTakenBack = async (
  deps: CommitDeps,
  takenBack: readonly TakenBack[],
): Promise<readonly string[]> => {
  const { db, installationId } = deps;
  const bases = takenBack.map((each) => each.base);
  const lives = await livesOf(db, installationId, bases);
  // A page that was wrong about thousands takes thousands back: few of them wait.
  const waiting = takenBack.filter((each) => lives.get(each.base)?.isUnfinished === true);
  const told: string[] = [];
  for (const { base, source, kind, ...more } of waiting) {
    const stored = await recordRetraction(db, { installationId, base, source, kind, ...more });
    if (stored === null) continue;
    deps.log.info({ base, source, listingId: stored.listingId }, `Taken back: ${kind}`);
    told.push(stored.signalId);
  }
  return told;
};
