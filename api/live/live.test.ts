import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Venue } from '#domain/mode.ts';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { addPreflight } from '#prisma/live.ts';
import { createApp } from '../app.ts';
import { asked, startDatabase, testDeps, type TestDatabase } from '../testing.ts';
import type { LiveState } from './schemas.ts';

const GATED: Venue = { mode: 'test', orders: 'gated' };
const KEY = randomUUID();
const DAY_MS = 24 * 3_600_000;

let database: TestDatabase;
let nowMs: number;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  const { db } = database;
  await db.preflight.deleteMany();
  await db.liveConfirmation.deleteMany();
  await db.botConfiguration.deleteMany();
  nowMs = Date.now();
  app = appAt(GATED);
});

const appAt = (venue: Venue, key: { credentialId: string } | null = { credentialId: KEY }) => {
  const deps = testDeps(database.db, { clock: { now: () => nowMs } });
  const installation = { ...deps.installation, venue, key: () => Promise.resolve(key) };
  return createApp({ ...deps, installation });
};

const call = async (method: string, path: string, json?: unknown) => {
  const init = json === undefined ? { method } : { method, json };
  const response = await app.fetch(asked(`/api/live${path}`, init), {});
  return { status: response.status, headers: response.headers, body: await response.json() };
};
const live = async (): Promise<LiveState> => (await call('GET', '')).body as LiveState;
const states = ({ parts }: LiveState) => parts.map(({ name, state }) => `${name} ${state}`);

const configured = (autoTrade: 'off' | 'armedByHand' | 'all' = 'armedByHand') =>
  database.db.botConfiguration.create({
    data: {
      installationId: database.installationId,
      name: `live ${randomUUID()}`,
      version: 1,
      active: true,
      options: tradingOptions.parse({ ...demoOptions, autoTrade, liveConfirmation: 3 }),
    },
  });
const preflightOf = (credentialId: string, passed = true) =>
  addPreflight(database.db, {
    installationId: database.installationId,
    credentialId,
    passed,
    findings: [{ name: 'order', state: passed ? 'ok' : 'failed', text: 'looked at' }],
    atMs: nowMs,
  });
const confirm = async (more: object = {}) => {
  const { phrase } = await live();
  return call('POST', '/confirm', { text: phrase, ...more });
};

describe('going live', () => {
  test('is shown step by step, with what to do about each', async () => {
    const state = await live();
    expect(states(state)).toEqual([
      'exchange met',
      'liveTrading met',
      'key met',
      'preflight unknown',
      'autoTrade notMet',
      'confirmation notMet',
    ]);
    expect(state.open).toBe(false);
    expect(state.parts.every(({ state: is, todo }) => (is === 'met') === (todo === null))).toBe(
      true,
    );
  });

  test('names the mode in every answer', async () => {
    expect((await call('GET', '')).headers.get('x-sniper-mode')).toBe('test');
    expect((await call('GET', '/nothing')).headers.get('x-sniper-mode')).toBe('test');
  });

  test('needs every other part before anything can be confirmed', async () => {
    expect(await confirm()).toMatchObject({
      status: 409,
      body: { error: { details: { missing: ['preflight', 'autoTrade'] } } },
    });
    await configured();
    await preflightOf(randomUUID());
    expect((await confirm()).status).toBe(409);
    await preflightOf(KEY, false);
    expect((await confirm()).status).toBe(409);
    expect(await database.db.liveConfirmation.count()).toBe(0);
  });

  test('is confirmed by the phrase alone, for days, and expires', async () => {
    await configured();
    await preflightOf(KEY);
    const { phrase } = await live();
    for (const text of ['yes', phrase.toUpperCase(), `${phrase}!`, phrase.slice(0, -1)])
      expect((await call('POST', '/confirm', { text })).status).toBe(422);
    const { status, body } = await confirm();
    expect(status).toBe(200);
    expect(body).toMatchObject({ open: true, confirmation: { state: 'valid' } });
    nowMs += 3 * DAY_MS - 1;
    expect((await live()).open).toBe(true);
    nowMs += 1;
    expect(await live()).toMatchObject({ open: false, confirmation: { state: 'expired' } });
    expect(await confirm({ days: 30 })).toMatchObject({ status: 200, body: { open: true } });
    expect((await confirm({ days: 31 })).status).toBe(422);
  });

  test('is withdrawn at once, and no earlier word counts again', async () => {
    await configured();
    await preflightOf(KEY);
    await confirm({ days: 30 });
    nowMs += 1000;
    await confirm({ days: 1 });
    expect(await call('DELETE', '/confirm')).toMatchObject({
      status: 200,
      body: { open: false, confirmation: { state: 'withdrawn', withdrawnBy: 'operator token' } },
    });
    expect(await database.db.liveConfirmation.count({ where: { withdrawnAt: null } })).toBe(0);
  });

  test.each([
    { venue: { mode: 'simulator', orders: 'play' } as const, missing: 'exchange' },
    { venue: { mode: 'dry-run', orders: 'paper' } as const, missing: 'liveTrading' },
  ])('is not confirmed in $venue.mode', async ({ venue, missing }) => {
    app = appAt(venue);
    await configured();
    await preflightOf(KEY);
    expect(states(await live())).toContain(`${missing} notMet`);
    expect((await confirm()).status).toBe(409);
  });

  test('puts no key to the test in the simulator, and none that is not there', async () => {
    app = appAt({ mode: 'simulator', orders: 'play' });
    expect((await call('POST', '/preflight')).status).toBe(409);
    app = appAt(GATED, null);
    expect((await call('POST', '/preflight')).status).toBe(409);
  });

  test('is what the diagnosis names while it is shut', async () => {
    await configured();
    const answer = await app.fetch(asked('/api/diagnosis'), {});
    const { checks } = (await answer.json()) as { checks: { name: string }[] };
    expect(checks.find(({ name }) => name === 'liveGate')).toMatchObject({
      state: 'failed',
      text: 'The key was not put to the test yet.',
      page: '/live',
    });
  });

  test('starts no run with real money and without a key', async () => {
    await configured();
    app = appAt(GATED, null);
    const run = asked('/api/bot/start', { method: 'POST', json: {} });
    expect((await app.fetch(run, {})).status).toBe(409);
  });

  test('stops when nothing may be bought by itself', async () => {
    await configured('off');
    await preflightOf(KEY);
    expect(states(await live())).toContain('autoTrade notMet');
    expect((await confirm()).status).toBe(409);
  });
});
