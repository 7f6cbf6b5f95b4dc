import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ErrorEnvelope } from '../schemas/error.ts';
import { createApp } from '../app.ts';
import {
  asked,
  startDatabase,
  startEngine,
  testDeps,
  type TestDatabase,
  type TestEngine,
} from '../testing.ts';
import type { OrphanView } from './schemas.ts';

// What a person sees of orphans and may want of them. What comes of it is in test/faults.

const stack = new AsyncDisposableStack();
let database: TestDatabase;
let engine: TestEngine;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  database = stack.use(await startDatabase());
  engine = stack.use(await startEngine());
  app = createApp(testDeps(database.db, { temporal: engine.gateway }));
}, 120_000);
afterAll(() => stack.disposeAsync(), 60_000);
beforeEach(async () => {
  await database.db.orphan.deleteMany();
});

const UNKNOWN = '3f0c8a52-6d1e-4b7a-9c24-5e8f7a6b1d90';
let orphans = 0;
/** Writes an orphan; a later one is newer. */
const anOrphan = async (more: object = {}): Promise<string> => {
  orphans += 1;
  const seenAt = new Date(Date.UTC(2026, 5, 1, 8, 0, orphans));
  const row = await database.db.orphan.create({
    data: {
      installationId: database.installationId,
      kind: 'order',
      subject: `order:${orphans}`,
      symbol: 'COIN1USDT',
      asset: 'COIN1',
      quantity: '12.5',
      executed: '0.00000001',
      state: 'open',
      firstSeenAt: seenAt,
      lastSeenAt: seenAt,
      ...more,
    },
  });
  return row.id;
};
const call = async <T>(method: string, path: string, json?: unknown) => {
  const init = json === undefined ? { method } : { method, json };
  const response = await app.fetch(asked(`/api${path}`, init), {});
  return { status: response.status, body: (await response.json()) as T };
};

interface Page {
  readonly items: OrphanView[];
  readonly nextCursor: string | null;
}

describe('the list of orphans', () => {
  test('is newest first, in pages, by state and symbol', async () => {
    const ids = [];
    for (const state of ['open', 'gone', 'open']) ids.unshift(await anOrphan({ state }));
    const first = await call<Page>('GET', '/orphans?limit=2');
    const cursor = encodeURIComponent(first.body.nextCursor ?? '');
    const rest = await call<Page>('GET', `/orphans?limit=2&cursor=${cursor}`);
    expect([...first.body.items, ...rest.body.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.body.nextCursor).toBeNull();
    expect((await call<Page>('GET', '/orphans?state=open')).body.items).toHaveLength(2);
    expect((await call<Page>('GET', '/orphans?symbol=OTHER')).body.items).toEqual([]);
    expect(first.body.items[0]).toMatchObject({ quantity: '12.5', executed: '0.00000001' });
  });

  test.each(['state=lost', 'limit=0', 'cursor=x'])('refuses ?%s', async (query) => {
    expect((await call('GET', `/orphans?${query}`)).status).toBe(422);
  });
});

describe('what a person wants of an orphan', () => {
  test.each(['adopt', 'cancel', 'dismiss'])('%s: unknown is 404', async (action) => {
    const body = action === 'dismiss' ? { reason: 'x' } : undefined;
    expect((await call('POST', `/orphans/${UNKNOWN}/${action}`, body)).status).toBe(404);
    expect((await call('POST', `/orphans/abc/${action}`, body)).status).toBe(422);
  });

  test.each(['adopt', 'cancel'])('%s is refused for coins', async (action) => {
    const id = await anOrphan({ kind: 'balance' });
    const { status, body } = await call<ErrorEnvelope>('POST', `/orphans/${id}/${action}`);
    expect([status, body.error.details]).toEqual([409, { kind: 'balance', state: 'open' }]);
    expect(body.error.message).toContain('nothing proves that they are ours');
  });

  test.each([
    { action: 'adopt', state: 'dismissed' },
    { action: 'adopt', state: 'cancelled' },
    { action: 'cancel', state: 'adopted' },
    { action: 'dismiss', state: 'gone' },
  ])('$action is too late when it is $state', async ({ action, state }) => {
    const id = await anOrphan({ state });
    const body = action === 'dismiss' ? { reason: 'x' } : undefined;
    const answered = await call<ErrorEnvelope>('POST', `/orphans/${id}/${action}`, body);
    expect(answered.status).toBe(409);
    expect(answered.body.error.message).toBe(`Too late: it is ${state}.`);
  });

  test('what is done is answered as done', async () => {
    const adopted = await anOrphan({ state: 'adopted' });
    const first = await call('POST', `/orphans/${adopted}/adopt`);
    expect([first.status, first.body]).toMatchObject([200, { result: 'adopted' }]);
    const cancelled = await anOrphan({ state: 'cancelled' });
    const second = await call('POST', `/orphans/${cancelled}/cancel`);
    expect([second.status, second.body]).toMatchObject([200, { result: 'cancelled' }]);
  });

  test('dismissing keeps who and why, ends the alert, and is in the audit', async () => {
    const { db, installationId } = database;
    const id = await anOrphan();
    const at = new Date();
    await db.alert.create({
      data: {
        installationId,
        severity: 'critical',
        episodeKey: `orphan:${id}`,
        title: 't',
        text: 't',
        openedAt: at,
        lastSeenAt: at,
      },
    });
    for (const reason of ['sold by hand', 'again']) {
      const { status, body } = await call('POST', `/orphans/${id}/dismiss`, { reason });
      expect([status, body]).toMatchObject([
        200,
        { orphan: { state: 'dismissed', resolvedBy: 'operator token', note: 'sold by hand' } },
      ]);
    }
    const alert = await db.alert.findFirstOrThrow({ where: { episodeKey: `orphan:${id}` } });
    expect(alert.resolvedAt).not.toBeNull();
    const entry = await db.auditEntry.findFirst({ where: { path: `/orphans/${id}/dismiss` } });
    expect(entry).toMatchObject({ before: { state: 'open' }, after: { state: 'dismissed' } });
  });

  test(
    'that no worker takes in time is accepted, and started once',
    { timeout: 30_000 },
    async () => {
      const id = await anOrphan();
      const path = `/orphans/${id}/adopt`;
      const soon = createApp(testDeps(database.db, { temporal: engine.hasty }));
      const asking = async (at: string) => {
        const response = await soon.fetch(asked(`/api${at}`, { method: 'POST' }), {});
        return { status: response.status, body: await response.json() };
      };
      const [first, second, look] = await Promise.all([path, path, '/reconcile'].map(asking));
      expect([first, second]).toMatchObject([
        { status: 202, body: { result: 'pending', orphan: { state: 'open' } } },
        { status: 202 },
      ]);
      expect(look).toMatchObject({ status: 202, body: { state: 'pending', result: null } });
      const ids = [];
      for await (const { workflowId } of engine.client.workflow.list()) ids.push(workflowId);
      expect(ids.sort()).toEqual([`task:adoptOrphan:${id}`, 'task:reconcile:now']);
    },
  );

  test('is told when Temporal is away', async () => {
    const alone = createApp(testDeps(database.db));
    const id = await anOrphan();
    const statuses = [`/orphans/${id}/adopt`, '/reconcile'].map(
      async (path) => (await alone.fetch(asked(`/api${path}`, { method: 'POST' }), {})).status,
    );
    expect(await Promise.all(statuses)).toEqual([503, 503]);
  });
});
