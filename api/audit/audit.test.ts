import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoOptions } from '#domain/configuration.ts';
import { createApp } from '../app.ts';
import type { AuditEntryView } from '../schemas/audit.ts';
import type { ErrorEnvelope } from '../schemas/error.ts';
import { asked, clear, startDatabase, testDeps, type TestDatabase } from '../testing.ts';

// Who changed what, and the same call again.

let database: TestDatabase;
let app: ReturnType<typeof createApp>;
let deps: ReturnType<typeof testDeps>;
let since: string;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
}, 30_000);
beforeEach(async () => {
  await clear(database.db);
  deps = testDeps(database.db);
  app = createApp(deps);
  const last = await database.db.auditEntry.findFirst({ orderBy: { at: 'desc' } });
  since = new Date((last?.at.getTime() ?? 0) + 1).toISOString();
});

const ask = async <T = Record<string, unknown>>(...args: Parameters<typeof asked>) => {
  const response = await app.fetch(asked(...args), {});
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
};
const post = (json: unknown, key?: string) => ({
  method: 'POST',
  json,
  headers: key === undefined ? {} : { 'idempotency-key': key },
});
const entries = async () =>
  (await ask<{ items: AuditEntryView[] }>(`/api/audit?since=${since}`)).body.items;

let keys = 0;
const newKey = () => `key-${(keys += 1)}`;
const HALT = { level: 'halt', reason: 'odd prices' };

describe('the audit', () => {
  test('keeps who asked what, and what was there before and after', async () => {
    const { headers } = await ask('/api/risk/kill', post(HALT));
    await ask('/api/risk/kill', { method: 'DELETE' });
    const [released, set] = await entries();
    expect(set).toMatchObject({
      requestId: headers.get('x-request-id'),
      actor: 'operator token',
      method: 'POST',
      path: '/risk/kill',
      status: 200,
      input: HALT,
      before: null,
      after: HALT,
    });
    expect(released).toMatchObject({ method: 'DELETE', input: null, before: HALT, after: null });
  });

  test('keeps what was refused too, and no reading', async () => {
    await ask('/api/config', { method: 'PUT', json: { options: { quoteAmount: '0' } } });
    await ask('/api/bot/start', post({}));
    await ask('/api/trades');
    expect((await entries()).map(({ path, status }) => [path, status])).toEqual([
      ['/bot/start', 409],
      ['/config', 422],
    ]);
  });

  test('can only grow', async () => {
    await ask('/api/risk/kill', post(HALT));
    const { db } = database;
    await expect(db.auditEntry.deleteMany()).rejects.toThrow(/append-only/);
    await expect(db.auditEntry.updateMany({ data: { actor: 'x' } })).rejects.toThrow(/append-only/);
    await expect(db.$executeRaw`TRUNCATE "AuditEntry"`).rejects.toThrow(/append-only/);
  });

  test('is paged', async () => {
    for (const level of ['halt', 'flatten', 'pauseEntries'])
      await ask('/api/risk/kill', post({ ...HALT, level }));
    type Page = { items: AuditEntryView[]; nextCursor: string };
    const first = await ask<Page>('/api/audit?limit=2');
    const second = await ask<Page>(`/api/audit?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].slice(0, 3)).toMatchObject(
      ['pauseEntries', 'flatten', 'halt'].map((level) => ({ input: { level } })),
    );
  });

  test.each([{ level: 'halt', reason: 'a\0b' }, { level: 'halt', reason: '\ud800' }, { '\0': 1 }])(
    'refuses text that the record cannot keep: %j',
    async (json) => {
      expect((await ask('/api/risk/kill', post(json))).status).toBe(422);
      expect(await entries()).toMatchObject([{ status: 422 }]);
    },
  );
});

describe('an Idempotency-Key', () => {
  test('makes the same call again the same answer, done once', async () => {
    const key = newKey();
    const json = { name: 'careful', options: demoOptions };
    const [first, second] = await Promise.all([
      ask('/api/configurations', post(json, key)),
      ask('/api/configurations', post(json, key)),
    ]);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    const replays = [first, second].map(({ headers }) => headers.get('idempotency-replayed'));
    expect(new Set(replays)).toEqual(new Set([null, 'true']));
    expect(await database.db.botConfiguration.count()).toBe(1);
    expect(await entries()).toHaveLength(1);
  });

  test('sets the kill switch once, also when it was released meanwhile', async () => {
    const key = newKey();
    await ask('/api/risk/kill', post(HALT, key));
    await ask('/api/risk/kill', { method: 'DELETE' });
    const again = await ask('/api/risk/kill', post(HALT, key));
    expect(again).toMatchObject({ status: 200, body: { kill: HALT } });
    expect(await database.db.killSwitch.count()).toBe(0);
  });

  test('of another call is refused', async () => {
    const key = newKey();
    await ask('/api/risk/kill', post(HALT, key));
    const other = await ask<ErrorEnvelope>(
      '/api/risk/kill',
      post({ ...HALT, level: 'flatten' }, key),
    );
    expect(other.status).toBe(409);
    expect(other.body.error.details).toEqual({ method: 'POST', path: '/risk/kill' });
  });

  test('of a call that was refused may be used again', async () => {
    const key = newKey();
    expect((await ask('/api/risk/kill', post({ level: 'halt' }, key))).status).toBe(422);
    expect((await ask('/api/risk/kill', post(HALT, key))).status).toBe(200);
  });
});
