import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoOptions } from '#domain/configuration.ts';
import { createApp } from '../app.ts';
import type { ErrorEnvelope } from '../schemas/error.ts';
import type { ConfigurationView, FindingView } from '../schemas/configuration.ts';
import { asked, aTrade, clear, startDatabase, testDeps, type TestDatabase } from '../testing.ts';

// Trading options as versions.

let database: TestDatabase;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  database = await startDatabase();
  app = createApp(testDeps(database.db));
}, 60_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
}, 30_000);
beforeEach(() => clear(database.db));

const ask = async <T = ConfigurationView>(...args: Parameters<typeof asked>) => {
  const response = await app.fetch(asked(...args), {});
  return { status: response.status, body: (await response.json()) as T };
};
const written = async (more: object = {}, options: object = demoOptions) =>
  (
    await ask('/api/configurations', {
      method: 'POST',
      json: { name: 'careful', options, ...more },
    })
  ).body;
const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('configurations', () => {
  test('are written without becoming active, unless asked', async () => {
    expect(await written()).toMatchObject({ name: 'careful', version: 1, active: false });
    expect(await written({ activate: true })).toMatchObject({ version: 2, active: true });
    expect((await ask('/api/config')).body.version).toBe(2);
  });

  test('are changed by a next version; the one before stays as it was', async () => {
    const first = await written({ activate: true });
    const json = { options: { ...demoOptions, quoteAmount: '75' } };
    const second = await ask(`/api/configurations/${first.id}`, { method: 'PUT', json });
    expect(second.body).toMatchObject({ name: 'careful', version: 2, active: true });
    const before = await ask(`/api/configurations/${first.id}`);
    expect(before.body).toEqual({ ...first, active: false });
  });

  test('are deleted only when nothing was done with them', async () => {
    const remove = (id: string) => ask(`/api/configurations/${id}`, { method: 'DELETE' });
    const [unused, used] = [await written(), await written()];
    const active = await written({ activate: true });
    const { db, installationId } = database;
    const more = { configurationId: used.id };
    await aTrade(db, { installationId, n: 1, phase: 'closed', more });
    expect((await remove(unused.id)).status).toBe(200);
    expect((await remove(unused.id)).status).toBe(404);
    expect((await remove(active.id)).status).toBe(409);
    expect(await remove(used.id)).toMatchObject({
      status: 409,
      body: { error: { details: { runs: 0, trades: 1 } } },
    });
  });

  test('are paged', async () => {
    const versions = [await written(), await written(), await written()];
    type Page = { items: ConfigurationView[]; nextCursor: string };
    const first = await ask<Page>('/api/configurations?limit=2');
    const next = await ask<Page>(`/api/configurations?limit=2&cursor=${first.body.nextCursor}`);
    const all = [...first.body.items, ...next.body.items].map(({ version }) => version);
    expect(all).toEqual(versions.map(({ version }) => version).toReversed());
  });

  test('have a JSON Schema with bounds and help', async () => {
    const { status, body } = await ask<{ properties: Record<string, object>; required: string[] }>(
      '/api/configurations/schema',
    );
    expect(status).toBe(200);
    expect(body.required).toContain('quoteAmount');
    expect(body.properties['maxOpenPositions']).toMatchObject({
      minimum: 1,
      maximum: 50,
      default: 3,
      description: 'positions at once',
    });
  });

  test.each([
    ['POST', '/api/configurations', { name: 'no/slash', options: demoOptions }, 422],
    ['POST', '/api/configurations', { options: demoOptions }, 422],
    ['PUT', `/api/configurations/${NOBODY}`, { options: demoOptions }, 404],
    ['PUT', `/api/configurations/${NOBODY}`, { name: 'other', options: demoOptions }, 422],
    ['DELETE', `/api/configurations/${NOBODY}`, undefined, 404],
    ['POST', `/api/configurations/${NOBODY}/check`, undefined, 404],
    ['GET', '/api/configurations/nothing', undefined, 422],
  ])('%s %s %j is %i', async (...[method, path, json, status]) => {
    const answered = await ask<ErrorEnvelope>(path, { method, json });
    expect(answered.status).toBe(status);
  });
});

describe('a check', () => {
  const check = async (options: object) => {
    const { id } = await written({}, options);
    const path = `/api/configurations/${id}/check`;
    return (await ask<{ ok: boolean; findings: FindingView[] }>(path, { method: 'POST' })).body;
  };

  test('finds nothing that stops what can work', async () => {
    const { ok, findings } = await check({ ...demoOptions, autoTrade: 'all' });
    expect(ok).toBe(true);
    expect(findings.every(({ level }) => level === 'warning')).toBe(true);
  });

  test('says what would stop every entry now, and what is worth a thought', async () => {
    const { db, installationId } = database;
    const data = { installationId, level: 'halt', reason: 'x', actor: 'x', since: new Date() };
    await db.killSwitch.create({ data });
    const options = {
      ...demoOptions,
      autoTrade: 'off',
      quoteAmount: '2',
      safetyEnabled: false,
      exit: { ladder: [], trailing: null, timeStop: 5, maxHold: 5 },
    };
    const { ok, findings } = await check(options);
    expect(ok).toBe(false);
    expect(findings.map(({ level, path }) => `${level} ${path}`)).toEqual([
      'error autoTrade',
      'warning safetyEnabled',
      'error ',
      'warning quoteAmount',
      'warning exit.ladder',
      'warning exit.trailing',
      'warning exit.timeStop',
    ]);
  });
});
