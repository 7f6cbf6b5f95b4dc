import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import type { Sighting } from '#domain/listing.ts';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import type { Log } from '#domain/ports.ts';
import { commitSightings, type Reading } from '#monitor/commit-sightings.ts';
import { createSourceHealth } from '#monitor/health/source-health.ts';
import { connectDatabase, type Database } from '#prisma/client.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { openingsSaid, reportsSaid } from '#prisma/detection/said-reports.ts';
import { recordSighting, type PendingSighting } from '#prisma/listings.ts';
import {
  pendingSightings,
  recordDelisted,
  recordRetraction,
  sourceRace,
} from '#prisma/seen-coins.ts';
import { createTestDatabase } from './shared-world.ts';

// What detection commits, against a real Postgres: identity, baseline, retractions, race.

const DAY_MS = 86_400_000;
const NOW = 1_790_000_000_000;

let db: Database;
let installationId: string;
const ended = new AsyncDisposableStack();

beforeAll(async () => {
  const database = ended.use(await createTestDatabase());
  db = connectDatabase(database.url);
  ended.defer(() => db.$disconnect());
});
afterAll(() => ended.disposeAsync());
beforeEach(async () => {
  installationId = await ensureInstallation(db, { mode: 'simulator', account: randomUUID() });
});

const sighting = (base: string, more: Partial<Sighting> = {}): Sighting => ({
  source: 'exchangeInfo',
  base: asset(base),
  quote: asset('USDT'),
  symbol: marketSymbol(`${base}USDT`),
  fullName: null,
  opensAtMs: null,
  trading: true,
  arrivedAtMs: NOW,
  raw: { base },
  ...more,
});
const ahead = (base: string, more: Partial<Sighting> = {}): Sighting =>
  sighting(base, { opensAtMs: NOW + DAY_MS, trading: false, ...more });

const record = (each: Sighting) =>
  recordSighting(db, {
    installationId,
    sighting: each,
    baseline: false,
    quotes: ['USDT'],
    tooMany: false,
  });
const listings = (base: string) =>
  db.listing.findMany({ where: { installationId, base }, orderBy: { generation: 'asc' } });
const listingOf = async (base: string) => {
  const found = (await listings(base)).at(-1);
  if (found === undefined) throw new Error(`no listing of ${base}`);
  return found;
};
const end = async (base: string, endReason: string) =>
  db.listing.update({
    where: { id: (await listingOf(base)).id },
    data: { state: 'ended', endedAt: new Date(NOW), endReason },
  });

const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** Commits as a look of the exchange's own records, with at most two new coins at once. */
const commit = async (reading: Reading, sightings: readonly Sighting[]) => {
  const clock = { now: () => NOW };
  const health = createSourceHealth(clock);
  const deps = { db, installationId, log: quiet, clock, health };
  const run = {
    runId: randomUUID(),
    state: 'running',
    configurationId: randomUUID(),
    baselineAt: null,
    options: tradingOptions.parse({ ...demoOptions, maxNewPerPoll: 2 }),
  };
  const told: PendingSighting[] = [];
  const tell = (signal: PendingSighting) => told.push(signal);
  await commitSightings(deps, { run, source: 'exchangeInfo', reading }, { sightings, tell });
  return told;
};

describe('one coin', () => {
  test('reported at once by many, at other times and in other quotes, is one listing', async () => {
    const reports = [
      ahead('ONE'),
      ahead('ONE', { source: 'calendar', quote: null, symbol: null }),
      ahead('ONE', { source: 'webPairs', symbol: null, opensAtMs: NOW + DAY_MS + 5000 }),
      ahead('ONE', { quote: asset('USDT'), opensAtMs: NOW + 2 * DAY_MS }),
      sighting('ONE', { source: 'miniTickers' }),
      sighting('ONE', { source: 'defaultSymbols' }),
    ];
    // Twice: two monitors.
    await Promise.all([...reports, ...reports].map(record));
    expect(await listings('ONE')).toHaveLength(1);
    expect(await db.listingSignal.count({ where: { installationId } })).toBe(reports.length);
  });

  test('keeps the name of the pair that is bought', async () => {
    await record(ahead('TWO', { source: 'calendar', quote: null, symbol: null }));
    await record(ahead('TWO', { quote: asset('USDC'), symbol: marketSymbol('TWOUSDC') }));
    expect(await listingOf('TWO')).toMatchObject({ symbol: 'TWOUSDT', quote: 'USDT' });
  });

  test('that ended is not bought again by what is said of it later', async () => {
    await record(sighting('OVER'));
    await end('OVER', 'traded');
    const answers = await Promise.all([
      record(ahead('OVER')),
      record(sighting('OVER', { source: 'miniTickers' })),
    ]);
    expect(answers.map((each) => each?.result.kind)).toEqual(['notAListing', 'notAListing']);
    expect(await listings('OVER')).toHaveLength(1);
  });

  test('that was taken off for a day and returns is a new generation, a flag is not', async () => {
    for (const base of ['BACK', 'FLAG']) {
      await record(sighting(base));
      await end(base, 'traded');
      await recordDelisted(db, installationId, [sighting(base, { trading: false })]);
    }
    const soon = { source: 'defaultSymbols', arrivedAtMs: NOW + 60_000 } as const;
    const late = { source: 'miniTickers', arrivedAtMs: NOW + 2 * DAY_MS } as const;
    expect((await record(sighting('FLAG', soon)))?.result.kind).toBe('notAListing');
    expect((await record(sighting('FLAG', late)))?.result.kind, 'it was there again').toBe(
      'notAListing',
    );
    expect((await record(sighting('BACK', late)))?.result.kind).toBe('new');
    expect((await listings('BACK')).map((each) => each.generation)).toEqual([1, 2]);
  });

  test('that was called off and is announced again is a new generation', async () => {
    await record(ahead('AGAIN'));
    await end('AGAIN', 'cancelled');
    expect((await record(ahead('AGAIN')))?.result.kind).toBe('new');
    expect(await record(ahead('AGAIN')), 'the same report').toBeNull();
  });
});

describe('an opening', () => {
  test('is what the most trusted source says, and moves with it', async () => {
    await record(ahead('MOVE', { source: 'calendar', quote: null, symbol: null }));
    await record(ahead('MOVE', { opensAtMs: NOW + 5000 }));
    await record(
      ahead('MOVE', { source: 'calendar', quote: null, symbol: null, opensAtMs: NOW + 9000 }),
    );
    expect((await listingOf('MOVE')).opensAt?.getTime()).toBe(NOW + 5000);
    await record(ahead('MOVE', { opensAtMs: NOW + 7000, arrivedAtMs: NOW + 1 }));
    expect((await listingOf('MOVE')).opensAt?.getTime()).toBe(NOW + 7000);
  });

  test('that is taken back falls away, is told once, and may be said again', async () => {
    await record(ahead('GONE'));
    const said = async () => openingsSaid(await reportsSaid(db, installationId), NOW);
    const takeBack = () =>
      recordRetraction(db, {
        installationId,
        source: 'exchangeInfo',
        base: 'GONE',
        kind: 'openingWithdrawn',
        occasion: 'missing',
        saidAtMs: NOW,
        arrivedAtMs: NOW + 1,
        raw: null,
      });
    expect(await said()).toMatchObject([{ base: 'GONE', opensAtMs: NOW + DAY_MS }]);
    expect(await takeBack()).not.toBeNull();
    expect(await takeBack()).toBeNull();
    expect((await listingOf('GONE')).opensAt).toBeNull();
    expect(await said()).toEqual([]);
    expect((await record(ahead('GONE', { arrivedAtMs: NOW + 2 })))?.result.kind).toBe('known');
    expect((await listingOf('GONE')).opensAt?.getTime()).toBe(NOW + DAY_MS);
  });

  test('is not called off by news that is older than the listing', async () => {
    await record(ahead('YOUNG'));
    const told = await recordRetraction(db, {
      installationId,
      source: 'announcements',
      base: 'YOUNG',
      kind: 'calledOff',
      occasion: 'a title',
      saidAtMs: NOW - 1,
      arrivedAtMs: NOW,
      raw: null,
    });
    expect(told).toBeNull();
  });
});

describe('one look', () => {
  test('of a run that begins makes nothing new of what is there', async () => {
    const paused = ahead('SOON');
    expect(await commit('baseline', [sighting('OLD1'), sighting('OLD2'), paused])).toHaveLength(1);
    expect(await listings('OLD1')).toMatchObject([{ state: 'baseline', generation: 0 }]);
    expect(await commit('news', [sighting('OLD1', { source: 'miniTickers' })])).toEqual([]);
  });

  test('after nobody looked for a while buys nothing that trades already', async () => {
    await record(ahead('WAITED'));
    const told = await commit('blind', [sighting('MISSED'), sighting('WAITED'), ahead('COMING')]);
    expect(told, 'what was announced is told').toHaveLength(2);
    expect(await listings('MISSED')).toMatchObject([{ state: 'baseline' }]);
  });

  test('right after another monitor died still buys what just opened', async () => {
    expect(await commit('return', [sighting('JUST')])).toHaveLength(1);
  });

  test('with too many new coins is set aside, says so, and stays aside', async () => {
    const many = ['MANY1', 'MANY2', 'MANY3'];
    expect(
      await commit(
        'news',
        many.map((base) => sighting(base)),
      ),
    ).toEqual([]);
    const later = sighting('MANY1', { source: 'miniTickers' });
    expect((await record(later))?.result).toEqual({ kind: 'notAListing', reason: 'tooManyAtOnce' });
    expect(await db.alert.count({ where: { installationId } })).toBe(1);
    expect((await record({ ...later, source: 'manual' }))?.result.kind).toBe('new');
  });

  test('with 10,000 new coins keeps little and starts nothing', async () => {
    const all = Array.from({ length: 10_000 }, (_, n) => ahead(`C${n}X`, { source: 'calendar' }));
    expect(await commit('return', all)).toEqual([]);
    expect(await db.listingSignal.count({ where: { installationId } })).toBe(100);
  });
});

test('the race of the sources is in the record', async () => {
  await record(ahead('RACE', { source: 'calendar', quote: null, symbol: null, arrivedAtMs: NOW }));
  await record(ahead('RACE', { arrivedAtMs: NOW + 400 }));
  await record(sighting('RACE', { source: 'miniTickers', arrivedAtMs: NOW + 900 }));
  await record(sighting('RACE', { source: 'defaultSymbols', arrivedAtMs: NOW + 950 }));
  const race = await sourceRace(db, (await listingOf('RACE')).id);
  expect(
    race.map(({ source, behindMs, tradingBehindMs }) => [source, behindMs, tradingBehindMs]),
  ).toEqual([
    ['calendar', 0, null],
    ['exchangeInfo', 400, null],
    ['miniTickers', 900, 0],
    ['defaultSymbols', 950, 50],
  ]);
});

test('a committed sighting waits in the outbox until it is handed over', async () => {
  const stored = await record(sighting('OUTBOX'));
  const pending = await pendingSightings(db, installationId, { arrivedUntilMs: NOW });
  expect(pending.map((each) => each.id)).toEqual([stored?.signal.id]);
  expect(await pendingSightings(db, installationId, { arrivedUntilMs: NOW - 1 })).toEqual([]);
});
