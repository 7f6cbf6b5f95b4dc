import { afterAll, beforeAll, expect, test } from 'vitest';
import { mix } from '#bench/api/mix.ts';
import { seedTrades, tradeIdOf } from '#bench/api/seed.ts';
import { watchDatabase, type WatchedDatabase } from '#test/query-plans.ts';
import { createApp } from './app.ts';
import { asked, noTemporal, startDatabase, testDeps, type TestDatabase } from './testing.ts';

// What a dashboard asks all the time must not walk through tables: read off the plans that
// Postgres makes, on twenty thousand trades.

const TRADES = 20_000;

let database: TestDatabase;
let watched: WatchedDatabase;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  database = await startDatabase();
  const { server, installationId } = database;
  await seedTrades(server.url, { installationId, trades: TRADES }, () => undefined);
  watched = await watchDatabase(server.url);
  const open = Array.from({ length: 5 }, (_, n) => tradeIdOf(n + 1));
  await watched.db.trade.updateMany({ where: { id: { in: open } }, data: { phase: 'holding' } });
  await watched.db.$executeRaw`ANALYZE "Trade"`;
  const temporal = { ...noTemporal(), runState: () => Promise.resolve('running' as const) };
  app = createApp(testDeps(watched.db, { temporal }));
}, 120_000);
afterAll(async () => {
  await watched[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** Tables that are as long as the record is old. */
const LONG = new Set([
  'Alert',
  'Fill',
  'Listing',
  'ListingSignal',
  'RiskReservation',
  'RiskVerdict',
  'Trade',
  'TradeLog',
  'TradeOrder',
]);

const pick = { trade: 77, trades: TRADES, nowMs: Date.now() };
/** Half of the record is added up: Postgres may find that walking through it is cheaper. */
const ALL_OF_IT = ['GET /analytics/performance, a year'];

const paths = mix.filter(({ name }) => !ALL_OF_IT.includes(name)).map(({ path }) => path(pick));
test.each([...paths, '/trades?status=open', '/logs', '/logs?symbol=S77Q&kind=order'])(
  'GET %s is read by indexes',
  async (path) => {
    const plans = await watched.plansOf(async () => {
      const response = await app.fetch(asked(`/api${path}`), {});
      expect(response.status).toBe(200);
    });
    expect(plans.length).toBeGreaterThan(0);
    const walks = plans.filter(({ walked }) => walked.some((table) => LONG.has(table)));
    expect(walks).toEqual([]);
    expect(plans.filter(({ rows }) => rows > TRADES / 4)).toEqual([]);
  },
);
