import { afterAll, beforeAll, expect, test } from 'vitest';
import { mix } from '#bench/api/mix.ts';
import { seedTrades, tradeIdOf } from '#bench/api/seed.ts';
import { createRecordTotals } from '#prisma/reads/record-totals.ts';
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
  const held = { phase: 'holding', outcome: null, closedAt: null, profit: null };
  await watched.db.trade.updateMany({ where: { id: { in: open } }, data: held });
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
test.each([
  ...paths,
  '/trades?status=open',
  '/logs',
  '/logs?symbol=S77Q&kind=order',
  '/trades/entry-cost?days=1',
])('GET %s is read by indexes', async (path) => {
  const plans = await watched.plansOf(async () => {
    const response = await app.fetch(asked(`/api${path}`), {});
    expect(response.status).toBe(200);
  });
  expect(plans.length).toBeGreaterThan(0);
  const walks = plans.filter(({ walked }) => walked.some((table) => LONG.has(table)));
  expect(walks).toEqual([]);
  expect(plans.filter(({ rows }) => rows > TRADES / 4)).toEqual([]);
});

test('totals that are kept are those of the record: of what closes, and of what is taken up again', async () => {
  const { db } = watched;
  const { installationId } = database;
  const read = createRecordTotals(db, { now: () => Date.now() });
  const counted = async () => {
    const closed = await db.trade.count({ where: { installationId, phase: 'closed' } });
    const { _sum } = await db.trade.aggregate({
      where: { installationId },
      _sum: { profit: true },
    });
    const listings = await db.listing.count({
      where: { installationId, state: { not: 'baseline' } },
    });
    return { closedTrades: closed, profit: _sum.profit?.toFixed(), listings };
  };
  const before = await read(installationId);
  expect(before).toMatchObject(await counted());
  const plans = await watched.plansOf(() => read(installationId));
  expect(plans.map(({ rows }) => rows)).toEqual([0]); // years are not walked through again
  const old = { id: tradeIdOf(15_000) };
  const ends = { phase: 'closed', closedAt: new Date(), profit: '1.5' };
  await db.trade.update({ where: { id: tradeIdOf(1) }, data: ends });
  const closed = await read(installationId);
  expect(closed).toMatchObject(await counted());
  expect(closed.version).not.toBe(before.version);
  await db.trade.update({ where: old, data: { phase: 'holding', closedAt: null, profit: null } });
  const at = new Date();
  const settled = { state: 'adopted', firstSeenAt: at, lastSeenAt: at, resolvedAt: at };
  const about = { installationId, kind: 'order', subject: 'x', symbol: 'AUSDT', asset: 'A' };
  await db.orphan.create({ data: { ...about, ...settled, quantity: 1 } });
  expect(await read(installationId)).toMatchObject(await counted());
});

test('a year of results is added up once, and again when a trade was closed', async () => {
  const path = '/api/analytics/performance?days=365';
  const asking = async () => (await app.fetch(asked(path), {})).json();
  const first = await asking();
  const plans = await watched.plansOf(asking);
  expect(plans.flatMap(({ rows }) => (rows > 10 ? rows : []))).toEqual([]);
  const ends = { phase: 'closed', closedAt: new Date(), profit: '2.5', spent: 20 };
  await watched.db.trade.update({ where: { id: tradeIdOf(2) }, data: ends });
  const second = await asking();
  expect(second).toMatchObject({ trades: (first as { trades: number }).trades + 1 });
});
