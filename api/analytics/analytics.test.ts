import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import type { LatencyView, PerformanceView, SourceRaceView } from '../schemas/analytics.ts';
import {
  asked,
  aSighting,
  aTrade,
  clear,
  startDatabase,
  testDeps,
  type TestDatabase,
} from '../testing.ts';

// What the record adds up to, by a clock that stands at noon of 2026-06-10.

const NOON = Date.UTC(2026, 5, 10, 12);
let database: TestDatabase;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  database = await startDatabase();
  app = createApp(testDeps(database.db, { clock: { now: () => NOON } }));
}, 60_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
}, 30_000);
beforeEach(() => clear(database.db));

const ask = async <T>(path: string) => {
  const response = await app.fetch(asked(`/api${path}`), {});
  return { status: response.status, body: (await response.json()) as T };
};
let trades = 0;
const closedTrade = async (profit: string | null, closedAt: string, more: object = {}) => {
  const { db, installationId } = database;
  const outcome = profit === null ? 'soldOutside' : 'traded';
  const values = { profit, outcome, closedAt: new Date(closedAt), spent: '100', ...more };
  return aTrade(db, { installationId, n: (trades += 1), phase: 'closed', more: values });
};

describe('performance', () => {
  test('of nothing is nothing', async () => {
    const { body } = await ask<PerformanceView>('/analytics/performance');
    expect(body).toMatchObject({
      trades: 0,
      profit: '0',
      maxDrawdown: '0',
      winRatePercent: null,
      best: null,
      equity: [],
    });
  });

  test('adds up exactly, by day, reason and hour', async () => {
    await closedTrade('0.1', '2026-06-01T08:00:00Z', { exitReason: 'target', fees: '0.1' });
    await closedTrade('0.2', '2026-06-01T09:00:00Z', { exitReason: 'target', fees: '0.2' });
    await closedTrade('-0.7', '2026-06-02T08:00:00Z', { exitReason: 'stop' });
    await closedTrade('0.5', '2026-06-03T08:00:00Z', { exitReason: 'target' });
    await closedTrade(null, '2026-06-03T08:00:00Z');
    await closedTrade('99', '2026-04-01T08:00:00Z');
    const { body } = await ask<PerformanceView>('/analytics/performance');
    expect(body).toMatchObject({
      trades: 4,
      unknownProfit: 1,
      wins: 3,
      winRatePercent: 75,
      profit: '0.1',
      fees: '0.3',
      best: '0.5',
      worst: '-0.7',
      maxDrawdown: '0.7',
    });
    expect(body.equity).toEqual([
      { day: '2026-06-01', trades: 2, profit: '0.3', total: '0.3' },
      { day: '2026-06-02', trades: 1, profit: '-0.7', total: '-0.4' },
      { day: '2026-06-03', trades: 1, profit: '0.5', total: '0.1' },
    ]);
    expect(body.byReason).toEqual([
      { key: 'stop', trades: 1, wins: 0, profit: '-0.7' },
      { key: 'target', trades: 3, wins: 3, profit: '0.8' },
    ]);
    expect(body.byHour.map(({ key, trades: count }) => [key, count])).toEqual([
      ['08', 3],
      ['09', 1],
    ]);
  });

  test('counts a loss from the start as a fall', async () => {
    await closedTrade('-3', '2026-06-01T08:00:00Z');
    await closedTrade('1', '2026-06-01T09:00:00Z');
    const { body } = await ask<PerformanceView>('/analytics/performance');
    expect(body.maxDrawdown).toBe('3');
  });
});

describe('latency', () => {
  test('shows the stages that were reached', async () => {
    const at = (ms: number) => new Date(Date.UTC(2026, 5, 1) + ms);
    for (const ms of [10, 20, 30])
      await closedTrade('1', '2026-06-01T08:00:00Z', {
        triggeredAt: at(0),
        sentAt: at(ms),
        acknowledgedAt: at(ms + 100),
      });
    const { body } = await ask<LatencyView>('/analytics/latency?days=30');
    expect(body.stages).toMatchObject([
      { name: 'triggered to sent', count: 3, p50: 20, max: 30 },
      { name: 'sent to acknowledged', count: 3, p50: 100, p99: 100, max: 100 },
    ]);
  });
});

describe('the race of sources', () => {
  test('says who is first, and how far the others are behind', async () => {
    const { db, installationId } = database;
    const seen = async (listingId: string | null, source: string, ms: number) => {
      const at = new Date(Date.UTC(2026, 5, 1) + ms);
      const more = listingId === null ? { result: 'notAListing', reason: 'oldCoin' } : {};
      await aSighting(db, { installationId, listingId, source, at, more });
    };
    const [one, two] = [await closedTrade('1', '2026-06-01'), await closedTrade('1', '2026-06-01')];
    await seen(one, 'calendar', 0);
    await seen(one, 'exchangeInfo', 700);
    await seen(one, 'exchangeInfo', 900);
    await seen(two, 'calendar', 0);
    await seen(null, 'exchangeInfo', 0);
    const { body } = await ask<SourceRaceView>('/analytics/sources');
    expect(body.sources).toEqual([
      {
        source: 'calendar',
        reports: 2,
        setAside: 0,
        listings: 2,
        first: 2,
        alone: 1,
        medianBehindMs: null,
      },
      {
        source: 'exchangeInfo',
        reports: 3,
        setAside: 1,
        listings: 1,
        first: 0,
        alone: 0,
        medianBehindMs: 700,
      },
    ]);
  });
});

test.each(['performance', 'latency', 'sources'])('%s refuses a window of no days', async (name) => {
  expect((await ask(`/analytics/${name}?days=0`)).status).toBe(422);
});

test('/trade/history is the list of trades', async () => {
  await closedTrade('1', '2026-06-01');
  const [one, other] = [await ask('/trade/history?limit=5'), await ask('/trades?limit=5')];
  expect(one).toEqual(other);
});
