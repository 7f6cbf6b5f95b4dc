import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from './app.ts';
import {
  aConfiguration,
  aHeartbeat,
  asked,
  clear,
  startDatabase,
  testDeps,
  type TestDatabase,
} from './testing.ts';

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

describe('readiness', () => {
  const alive = { clockAgeMs: 10, stream: 'live', clockOffsetMs: 1, sources: {} };
  const source = (lastOkAgoMs: number) => ({
    lastOkAt: Date.now() - lastOkAgoMs,
    everyMs: 5000,
    errors: 0,
    lastError: null,
  });
  const running = async () => {
    const { db, installationId } = database;
    const configurationId = await aConfiguration(db, installationId);
    await db.botRun.create({
      data: { installationId, configurationId, workflowId: 'bot-run', state: 'running' },
    });
  };
  const ready = async () => {
    const response = await app.fetch(asked('/api/health/ready'), {});
    const { status } = response;
    const body = (await response.json()) as {
      parts: Record<string, { ok: boolean; detail: string }>;
    };
    const missing = Object.entries(body.parts).filter(([, part]) => !part.ok);
    return { status, missing: missing.map(([name]) => name), parts: body.parts };
  };

  test('is there when every part is', async () => {
    await aHeartbeat(database.db, { process: 'monitor', ageMs: 0, details: alive });
    await aHeartbeat(database.db, { process: 'worker', ageMs: 0 });
    expect(await ready()).toMatchObject({ status: 200, missing: [] });
  });

  test.each([
    ['monitor', ['exchange', 'monitor']],
    ['worker', ['worker']],
  ])('is gone when the %s is silent for 6 s', async (silent, missing) => {
    for (const process of ['monitor', 'worker'])
      await aHeartbeat(database.db, {
        process,
        ageMs: process === silent ? 6500 : 0,
        details: alive,
      });
    const found = await ready();
    expect(found).toMatchObject({ status: 503, missing });
    expect(found.parts[silent]?.detail).toMatch(/^silent for \d+ s$/);
  });

  test('is gone when the exchange is not heard of, while a run is active', async () => {
    const details = { ...alive, sources: { exchangeInfo: source(60_000) } };
    await aHeartbeat(database.db, { process: 'monitor', ageMs: 0, details });
    await aHeartbeat(database.db, { process: 'worker', ageMs: 0 });
    expect(await ready()).toMatchObject({ status: 200 });
    await running();
    expect(await ready()).toMatchObject({ status: 503, missing: ['exchange'] });
  });

  test('goes by the monitor that looks, when there are two', async () => {
    await running();
    await aHeartbeat(database.db, { process: 'worker', ageMs: 0 });
    for (const [instance, ageMs, agoMs] of [
      ['looks', 1000, 100],
      ['looked', 0, 60_000],
    ] as const) {
      const details = { ...alive, sources: { exchangeInfo: source(agoMs) } };
      await aHeartbeat(database.db, { process: 'monitor', instance, ageMs, details });
    }
    expect(await ready()).toMatchObject({ status: 200, missing: [] });
  });
});
