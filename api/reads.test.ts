import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoOptions } from '#domain/configuration.ts';
import { createApp } from './app.ts';
import type { ErrorEnvelope } from './schemas/error.ts';
import {
  aConfiguration,
  aSighting,
  asked,
  aTrade,
  clear,
  startDatabase,
  testDeps,
  type TestDatabase,
} from './testing.ts';

// What people read and write, on a real Postgres.

let database: TestDatabase;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  database = await startDatabase();
  const answers = { ...testDeps(database.db).temporal, ping: () => Promise.resolve() };
  app = createApp(testDeps(database.db, { temporal: answers }));
}, 60_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
}, 30_000);
beforeEach(() => clear(database.db));

const ask = async <T>(...args: Parameters<typeof asked>) => {
  const response = await app.fetch(asked(...args), {});
  return { status: response.status, body: (await response.json()) as T };
};
const problemOf = async (...args: Parameters<typeof asked>) => {
  const { status, body } = await ask<ErrorEnvelope>(...args);
  return { status, ...body.error };
};

interface Page {
  readonly items: readonly { readonly id: string; readonly summary: string }[];
  readonly nextCursor: string | null;
  readonly total: number;
}

describe('trades', () => {
  test('are paged by cursor, newest first, each once', async () => {
    const { db, installationId } = database;
    for (let n = 1; n <= 5; n += 1) await aTrade(db, { installationId, n, phase: 'closed' });
    const seen: string[] = [];
    let path = '/api/trades?limit=2';
    for (let turn = 0; turn < 3; turn += 1) {
      const { body } = await ask<Page>(path);
      seen.push(...body.items.map((each) => each.summary));
      expect(body.total).toBe(5);
      path = `/api/trades?limit=2&cursor=${body.nextCursor}`;
      expect(body.nextCursor === null).toBe(turn === 2);
    }
    expect(seen).toEqual([5, 4, 3, 2, 1].map((n) => `number ${n}`));
  });

  test('are open until they are closed', async () => {
    const { db, installationId } = database;
    await aTrade(db, { installationId, n: 1, phase: 'closed' });
    await aTrade(db, { installationId, n: 2, phase: 'holding' });
    await aTrade(db, { installationId, n: 3, phase: 'armed' });
    const namesOf = async (path: string) =>
      (await ask<Page>(path)).body.items.map((each) => each.summary);
    expect(await namesOf('/api/trades?status=open')).toEqual(['number 3', 'number 2']);
    expect(await namesOf('/api/trades?status=closed')).toEqual(['number 1']);
    expect(await namesOf('/api/trades?symbol=COIN2USDT')).toEqual(['number 2']);
    expect(await namesOf('/api/positions')).toEqual(['number 2']);
  });

  test('say how far their entries moved the price, by their executions', async () => {
    const { db, installationId } = database;
    const none = { entries: 0, overBest: null, toLimit: null };
    expect((await ask('/api/trades/entry-cost')).body).toMatchObject(none);
    const prices = [['1', '1.02'], ['2']];
    for (const [n, fills] of prices.entries()) {
      const more = { closedAt: new Date() };
      const listingId = await aTrade(db, { installationId, n: n + 1, phase: 'closed', more });
      const names = { listingId, workflowId: `sniper:${n}`, symbol: `COIN${n}USDT` };
      const order = {
        ...names,
        leg: 'entry',
        n: 0,
        side: 'buy',
        type: 'limitIoc',
        state: 'filled',
      };
      const clientOrderId = `order-${n}`;
      await db.tradeOrder.create({
        data: { ...order, clientOrderId, price: n === 0 ? '1.111' : '2.2', createdAt: new Date() },
      });
      await db.fill.createMany({
        data: fills.map((price, at) => ({
          tradeId: String(at),
          clientOrderId,
          price,
          quantity: '50',
          quote: String(Number(price) * 50),
          fee: '0',
          feeAsset: 'USDT',
          isMaker: false,
          at: new Date(0),
        })),
      });
    }
    expect((await ask('/api/trades/entry-cost?days=1')).body).toMatchObject({
      entries: 2,
      overBest: { p50: 0.5, p95: 0.95, max: 1 },
      toLimit: { p50: 10, p95: 10, max: 10 },
    });
    expect((await problemOf('/api/trades/entry-cost?days=0')).status).toBe(422);
  });

  test('show amounts as plain text, however small', async () => {
    const { db, installationId } = database;
    const more = { bought: '1000000', sold: '1', entryPrice: '0.00000012', spent: '0.12' };
    const id = await aTrade(db, { installationId, n: 1, phase: 'holding', more });
    const { status, body } = await ask<{ trade: object; log: []; orders: [] }>(`/api/trades/${id}`);
    expect(status).toBe(200);
    expect(body.trade).toMatchObject({
      held: '999999',
      entryPrice: '0.00000012',
      profit: null,
      allows: { disarm: false, sellNow: true, editExits: true },
    });
  });

  test('of another account are not there', async () => {
    const { db } = database;
    await db.installation.createMany({
      data: { id: 'othr', mode: 'live', account: 'someone' },
      skipDuplicates: true,
    });
    const id = await aTrade(db, { installationId: 'othr', n: 1, phase: 'holding' });
    expect((await ask<Page>('/api/trades')).body.items).toEqual([]);
    for (const path of [`/api/trades/${id}`, `/api/trades/${id}/candles`, `/api/listings/${id}`])
      expect(await problemOf(path)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await problemOf(`/api/trades/${id}/sell`, { method: 'POST', json: {} })).toMatchObject({
      status: 404,
    });
  });

  test.each([
    ['/api/trades?limit=0', ['limit']],
    ['/api/trades?limit=201&status=half&since=yesterday', ['limit', 'since', 'status']],
    ['/api/trades?cursor=2026-99-01T08:00:00.000Z__abc', ['cursor']],
    ['/api/alerts?cursor=2026-06-01T08:00:00.000Z__abc', ['cursor']],
    ['/api/risk/verdicts?cursor=nonsense', ['cursor']],
    ['/api/orders?state=maybe&symbol=%00', ['state', 'symbol']],
    ['/api/listings?upcoming=perhaps', ['upcoming']],
    ['/api/trades/..%2f', ['id']],
    ['/api/metrics?windowMinutes=0', ['windowMinutes']],
  ])('%s is refused with every field', async (path, fields) => {
    const { status, code, details } = await problemOf(path);
    expect({ status, code }).toEqual({ status: 422, code: 'VALIDATION_FAILED' });
    const paths = (details as { path: string }[]).map((each) => each.path);
    expect(paths.toSorted()).toEqual(fields);
  });
});

describe('listings', () => {
  test('show what is ahead, and no baseline unless asked', async () => {
    const { db, installationId } = database;
    const far = new Date(Date.now() + 3_600_000);
    const ids = [1, 2, 3].map((n) => aTrade(db, { installationId, n, phase: 'waiting' }));
    const [ahead = '', past = '', there = ''] = await Promise.all(ids);
    await db.listing.update({ where: { id: ahead }, data: { opensAt: far } });
    await db.listing.update({ where: { id: past }, data: { opensAt: new Date(0) } });
    await db.listing.update({ where: { id: there }, data: { state: 'baseline' } });
    const idsOf = async (path: string) => (await ask<Page>(path)).body.items.map(({ id }) => id);
    expect(await idsOf('/api/listings?upcoming=true')).toEqual([ahead]);
    expect(await idsOf('/api/listings')).toEqual([past, ahead]);
    expect(await idsOf('/api/listings?state=baseline')).toEqual([there]);
  });

  test('say which source was first', async () => {
    const { db, installationId } = database;
    const listingId = await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    for (const [second, source] of [
      [5, 'exchangeInfo'],
      [2, 'calendar'],
    ] as const)
      await aSighting(db, { installationId, listingId, source, at: new Date(second * 1000) });
    type Shown = { items: { source: string }[]; listing: { source: string } };
    expect((await ask<Shown>('/api/listings')).body.items[0]?.source).toBe('calendar');
    const one = await ask<Shown>(`/api/listings/${listingId}`);
    expect(one.body.listing.source).toBe('calendar');
  });
});

describe('the configuration', () => {
  const put = (options: object) => ({ method: 'PUT', json: { options } });

  test('is not there before somebody writes one', async () => {
    expect(await problemOf('/api/config')).toMatchObject({ status: 404 });
    expect(await problemOf('/api/bot/start', { method: 'POST', json: {} })).toMatchObject({
      status: 409,
    });
  });

  test('is written as a new version, and only the last is active', async () => {
    await ask('/api/config', put(demoOptions));
    const { status, body } = await ask<{ version: number; options: object }>(
      '/api/config',
      put({ ...demoOptions, quoteAmount: '75' }),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ version: 2, options: { quoteAmount: '75', safetyEnabled: true } });
    expect((await ask('/api/config')).body).toEqual(body);
    const { body: all } = await ask<{ items: { active: boolean }[] }>('/api/configurations');
    expect(all.items.map((each) => each.active)).toEqual([true, false]);
  });

  test('that is wrong is refused with every field, and nothing is written', async () => {
    const { status, details } = await problemOf(
      '/api/config',
      put({
        ...demoOptions,
        quoteAmount: '0',
        dailyLoss: 'much',
        recvWindow: { entry: 5000 },
        exit: { stop: 500, ladder: [{ gain: 20_000, fraction: 0 }] },
        leverage: 10,
      }),
    );
    expect(status).toBe(422);
    expect(details).toEqual(
      expect.arrayContaining([
        { path: 'options.quoteAmount', problem: 'must be above 0', value: '0' },
        { path: 'options.leverage', problem: 'is not an option', value: 10 },
      ]),
    );
    expect((details as { path: string }[]).map((each) => each.path).toSorted()).toEqual([
      'options.dailyLoss',
      'options.exit.ladder.0.fraction',
      'options.exit.ladder.0.gain',
      'options.exit.stop',
      'options.leverage',
      'options.quoteAmount',
      'options.recvWindow.entry',
    ]);
    expect(await database.db.botConfiguration.count()).toBe(0);
  });

  test('that contradicts itself is refused with every contradiction', async () => {
    const wrong = { ...demoOptions, quoteAmount: '300', dailySpend: '100', exitReserve: 12 };
    const { details } = await problemOf('/api/config', put(wrong));
    expect((details as { path: string }[]).map((each) => each.path).toSorted()).toEqual([
      'options.exitReserve',
      'options.maxQuotePerTrade',
      'options.quoteAmount',
    ]);
  });
});

describe('alerts and the kill switch', () => {
  test('an alert is acknowledged once, by the first', async () => {
    const { db, installationId } = database;
    const at = new Date(0);
    const { id } = await db.alert.create({
      data: {
        installationId,
        severity: 'critical',
        episodeKey: 'unresolved:x',
        title: 'No answer',
        text: 'Ask the exchange',
        openedAt: at,
        lastSeenAt: at,
      },
    });
    const first = await ask<{ acknowledgedAt: string }>(`/api/alerts/${id}/ack`, {
      method: 'POST',
    });
    const second = await ask<{ acknowledgedAt: string }>(`/api/alerts/${id}/ack`, {
      method: 'POST',
    });
    expect(first.body.acknowledgedAt).toMatch(/Z$/);
    expect(second.body).toEqual(first.body);
    const nobody = '/api/alerts/00000000-0000-4000-8000-000000000000/ack';
    expect(await problemOf(nobody, { method: 'POST' })).toMatchObject({ status: 404 });
  });

  test('the kill switch is set with a reason, shown with the limits, and released', async () => {
    await aConfiguration(database.db, database.installationId);
    const json = { level: 'halt', reason: ' ' };
    expect(await problemOf('/api/risk/kill', { method: 'POST', json })).toMatchObject({
      status: 422,
    });
    await ask('/api/risk/kill', { method: 'POST', json: { level: 'halt', reason: 'odd prices' } });
    const { body } = await ask<{ kill: object; limits: { rule: string }[] }>('/api/risk/metrics');
    expect(body.kill).toMatchObject({ level: 'halt', reason: 'odd prices' });
    expect(body.limits.map((each) => each.rule)).toContain('dailySpend');
    await ask('/api/risk/kill', { method: 'DELETE' });
    expect((await ask<{ kill: null }>('/api/risk/metrics')).body.kill).toBeNull();
  });
});
