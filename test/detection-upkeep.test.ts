import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sighting } from '#domain/listing.ts';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import type { Log } from '#domain/ports.ts';
import { createExchangeClient, type ExchangeClient } from '#exchange/client.ts';
import { createPairBook } from '#monitor/pair-book.ts';
import { createSourceAlarms } from '#monitor/health/source-alarms.ts';
import { createSourceHealth } from '#monitor/health/source-health.ts';
import { offlinePairsSource } from '#monitor/sources/offline-pairs-source.ts';
import type { LookDeps } from '#monitor/sources/source.ts';
import { symbolsSource } from '#monitor/sources/symbols-source.ts';
import { connectDatabase, type Database } from '#prisma/client.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { recordSighting } from '#prisma/listings.ts';
import { recordDelisted } from '#prisma/seen-coins.ts';
import { openTrade } from '#prisma/trades.ts';
import { pruneSightings, RAW_KEPT_MS } from '#prisma/detection/old-sightings.ts';
import { minutesToCount, recordMinute, sourceLags } from '#prisma/detection/workflow-metrics.ts';
import { startSimulator, type Simulator } from '#simulator/simulator.ts';
import { createTestDatabase } from './shared-world.ts';

// What the watch does beside watching, against a real Postgres and a real exchange.

const MINUTE = 60_000;
const DAY_MS = 86_400_000;
const NOW = 1_790_000_040_000; // the first ms of a minute

let db: Database;
let simulator: Simulator;
let exchange: ExchangeClient;
let installationId: string;
const ended = new AsyncDisposableStack();
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

beforeAll(async () => {
  const database = ended.use(await createTestDatabase());
  db = connectDatabase(database.url);
  ended.defer(() => db.$disconnect());
  simulator = ended.use(
    await startSimulator({ port: 0, controlPort: 0, dataDir: null, scenario: 'empty', seed: 'up' }),
  );
  const { url } = simulator;
  exchange = createExchangeClient({
    restUrl: url,
    webUrl: url,
    credentials: null,
    recvWindowMs: 1000,
  });
  ended.defer(() => exchange.close());
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
const record = (each: Sighting, baseline = false) =>
  recordSighting(db, {
    installationId,
    sighting: each,
    baseline,
    quotes: ['USDT'],
    tooMany: false,
  });
const listingOf = (base: string) =>
  db.listing.findFirstOrThrow({ where: { installationId, base } });

describe('a minute', () => {
  const trade = async (base: string, times: object) => {
    await record(sighting(base));
    const { id } = await listingOf(base);
    const configuration = await db.botConfiguration.create({
      data: { installationId, name: base, version: 1, options: {} },
    });
    const input = {
      installationId,
      listingId: id,
      symbol: `${base}USDT`,
      base,
      quote: 'USDT',
      source: 'exchangeInfo' as const,
      opensAtMs: null,
      configurationId: configuration.id,
    };
    const workflowId = `sniper:${id}`;
    await openTrade(db, { input, workflowId, mode: 'simulator', nowMs: NOW });
    await db.trade.update({ where: { id }, data: times });
    return { id, workflowId };
  };
  const at = (ms: number) => new Date(NOW + ms);

  test('counts what was seen, armed, fired, filled and refused, with its latencies', async () => {
    for (const [base, tookMs] of [
      ['MIN1', 10],
      ['MIN2', 20],
      ['MIN3', 200],
    ] as const)
      await trade(base, {
        armedAt: at(0),
        triggeredAt: at(1000),
        sentAt: at(1000 + tookMs),
        acknowledgedAt: at(1005 + tookMs),
        filledAt: at(1010 + tookMs),
      });
    await trade('LATE', { armedAt: at(5), closedAt: at(59_999), outcome: 'tooLate' });
    const denied = await trade('DENIED', { closedAt: at(2000), outcome: 'denied' });
    const rule = { limit: '1', actual: '2' };
    await db.riskVerdict.create({
      data: {
        listingId: denied.id,
        workflowId: denied.workflowId,
        allowed: false,
        rules: [
          { ...rule, rule: 'confidence', passed: false },
          { ...rule, rule: 'quote', passed: true },
        ],
        decidedAt: at(0),
      },
    });
    await trade('NEXT', { armedAt: at(MINUTE), sentAt: at(MINUTE) });
    await recordMinute(db, installationId, NOW);
    await recordMinute(db, installationId, NOW);
    const rows = await db.workflowMetric.findMany({ where: { installationId } });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      seen: 6,
      armed: 4,
      fired: 3,
      filled: 3,
      refused: { tooLate: 1, 'denied: confidence': 1 },
      queueDepth: 6,
      latency: { triggered_to_sent: { count: 3, p50: 20, p90: 200, p99: 200 } },
    });
  });

  test('is counted when it is over, also by the monitor that takes over', async () => {
    const since = { sinceMs: NOW + 1, nowMs: NOW + 3 * MINUTE + 1 };
    expect(await minutesToCount(db, installationId, since)).toEqual([
      NOW,
      NOW + MINUTE,
      NOW + 2 * MINUTE,
    ]);
    await recordMinute(db, installationId, NOW);
    await recordMinute(db, installationId, NOW + MINUTE);
    expect(await minutesToCount(db, installationId, since)).toEqual([NOW + 2 * MINUTE]);
  });
});

test('a source’s lag is the median distance to the first, over the last listings', async () => {
  for (const [n, behindMs] of [100, 300, 2000].entries()) {
    const hint = { source: 'calendar', quote: null, symbol: null } as const;
    await record(sighting(`LAG${n}`, { ...hint, trading: false, opensAtMs: NOW + DAY_MS }));
    await record(sighting(`LAG${n}`, { arrivedAtMs: NOW + behindMs }));
  }
  const lags = await sourceLags(db, installationId);
  expect(Object.fromEntries(lags)).toEqual({ calendar: 0, exchangeInfo: 300 });
});

describe('after 30 days', () => {
  test('words are forgotten, the race and what is asked for later are kept', async () => {
    await record(sighting('KEPT'));
    await record(sighting('OLD'), true);
    await record(sighting('OLD', { source: 'miniTickers' }));
    await record(sighting('AWAY', { quote: asset('BRL'), symbol: marketSymbol('AWAYBRL') }));
    const later = NOW + RAW_KEPT_MS;
    await record(sighting('YOUNG', { arrivedAtMs: later }));
    expect(await pruneSightings(db, installationId, later)).toEqual({ emptied: 0, deleted: 0 });
    expect(await pruneSightings(db, installationId, later + 1)).toEqual({ emptied: 2, deleted: 2 });
    const left = await db.listingSignal.findMany({
      where: { installationId },
      orderBy: { base: 'asc' },
      select: { base: true, raw: true, reason: true },
    });
    expect(left).toEqual([
      { base: 'AWAY', raw: null, reason: 'quoteNotWanted' },
      { base: 'KEPT', raw: null, reason: null },
      { base: 'YOUNG', raw: { base: 'YOUNG' }, reason: null },
    ]);
  });
});

describe('the list of pairs that are gone', () => {
  const plan = async (base: string, more: object, symbol = `${base}USDT`) => {
    const body = {
      symbol,
      baseAsset: base,
      quoteAsset: symbol.slice(base.length),
      opensAt: 0,
      visibleAt: 0,
      ...more,
    };
    const answer = await fetch(`${simulator.controlUrl}/_sim/listings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.ok).toBe(true);
  };
  const lookDeps = (): LookDeps => {
    const clock = { now: () => NOW };
    const rules = { remember: () => {} };
    const pairs = createPairBook({ of: () => Promise.resolve(null) }, clock);
    return { exchange, clock, rules, pairs, log, db, installationId };
  };

  test('makes a ticker that returns another coin, unless a pair of it is left', async () => {
    const gone = { retiresAt: 1 };
    await plan('GONE', gone);
    await plan('HALF', gone);
    await plan('HALF', {}, 'HALFUSDC');
    await plan('PAUSED', { status: '2' });
    for (const base of ['GONE', 'HALF', 'PAUSED']) await record(sighting(base), true);
    const deps = lookDeps();
    await symbolsSource.look(deps);
    const { delisted = [] } = await offlinePairsSource.look(deps);
    expect(delisted.map(({ base }) => base)).toEqual(['GONE']);
    await recordDelisted(db, installationId, delisted);
    const back = { source: 'miniTickers', arrivedAtMs: NOW + 2 * DAY_MS } as const;
    expect((await record(sighting('GONE', back)))?.result.kind).toBe('new');
    expect((await record(sighting('HALF', back)))?.result.kind).toBe('notAListing');
    expect(
      await db.listing.findMany({
        where: { installationId, base: 'GONE' },
        orderBy: { generation: 'asc' },
        select: { generation: true, state: true },
      }),
    ).toEqual([
      { generation: 0, state: 'baseline' },
      { generation: 1, state: 'seen' },
    ]);
  });
});

test('a silent source is an alert until it answers, told once', async () => {
  let nowMs = NOW;
  const clock = { now: () => nowMs };
  const health = createSourceHealth(clock);
  health.expect('miniTickers', 3000);
  health.failed('calendar', MINUTE, new Error('HTTP 403'));
  health.failed('webPairs', MINUTE, new Error('HTTP 403'));
  const alarms = createSourceAlarms({ db, installationId, clock, health, log });
  const openAlerts = async () => {
    const rows = await db.alert.findMany({
      where: { installationId, resolvedAt: null },
      orderBy: { episodeKey: 'asc' },
    });
    return rows.map(({ episodeKey, severity, count }) => [episodeKey, severity, count]);
  };
  await alarms.look();
  expect(await openAlerts()).toEqual([['no-opening-times', 'critical', 1]]);
  nowMs += 13_000;
  await alarms.look();
  await alarms.look();
  expect(await openAlerts()).toEqual([
    ['no-opening-times', 'critical', 1],
    ['source-silent:miniTickers', 'warning', 1],
  ]);
  health.ok('miniTickers', 3000, { malformed: 0 });
  health.ok('calendar', MINUTE, { malformed: 0 });
  // Another monitor takes over: it ends what the former one has told.
  await createSourceAlarms({ db, installationId, clock, health, log }).look();
  expect(await openAlerts()).toEqual([]);
});
