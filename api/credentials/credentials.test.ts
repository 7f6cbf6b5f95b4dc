import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { activeCredential } from '#prisma/credentials.ts';
import { openExchangeKey } from '#runtime/exchange-key.ts';
import { createApp } from '../app.ts';
import {
  aConfiguration,
  asked,
  aTrade,
  startDatabase,
  testDeps,
  type TestDatabase,
} from '../testing.ts';
import type { CredentialView } from './schemas.ts';

const SECRET = 'planted-secret-b1946ac92492d2347c6235';
const KEY = { label: 'sniper', apiKey: 'mx0vgl-planted-key', apiSecret: SECRET };

let database: TestDatabase;
let deps: ReturnType<typeof testDeps>;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.db.secretCredential.deleteMany();
  const live = {
    ...testDeps(database.db).installation,
    venue: { mode: 'test', orders: 'gated' } as const,
  };
  deps = testDeps(database.db, { installation: live });
  app = createApp(deps);
});

const call = async (method: string, path: string, json?: unknown) => {
  const init = json === undefined ? { method } : { method, json };
  const response = await app.fetch(asked(`/api/credentials${path}`, init), {});
  return { status: response.status, text: await response.text() };
};
const added = async (more: object = {}): Promise<CredentialView> => {
  const { status, text } = await call('POST', '', { ...KEY, ...more });
  expect(status).toBe(201);
  return JSON.parse(text) as CredentialView;
};

describe('a key of the exchange', () => {
  test('is sealed, opens for the signer, and is shown to nobody', async () => {
    const view = await added();
    expect(view).toMatchObject({ label: 'sniper', hint: 'mx0v…ey', state: 'inUse', check: null });
    const row = await activeCredential(database.db);
    if (row === null) throw new Error('it was not written');
    expect(openExchangeKey(await deps.keys(), row)).toEqual({
      apiKey: KEY.apiKey,
      apiSecret: SECRET,
    });
    const everything = JSON.stringify([
      await call('GET', ''),
      await database.db.secretCredential.findMany(),
      await database.db.auditEntry.findMany(),
      deps.log.lines,
    ]);
    expect(everything).toContain(view.id);
    expect(everything).not.toContain(SECRET);
    expect(everything).not.toContain(KEY.apiKey);
  });

  test('is in use until another is entered, which forgets it', async () => {
    const first = await added();
    const second = await added({ apiKey: 'mx0vgl-another' });
    expect((await activeCredential(database.db))?.id).toBe(second.id);
    const row = await database.db.secretCredential.findUniqueOrThrow({ where: { id: first.id } });
    expect(row.sealed).toBeNull();
  });

  test('is forgotten when it is removed', async () => {
    const { id } = await added();
    const { status, text } = await call('DELETE', `/${id}`);
    expect([status, JSON.parse(text)]).toEqual([
      200,
      expect.objectContaining({ state: 'removed' }),
    ]);
    expect(await activeCredential(database.db)).toBeNull();
    expect((await call('DELETE', '/3f0c8a52-6d1e-4b7a-9c24-5e8f7a6b1d90')).status).toBe(404);
  });

  test('is neither replaced nor removed while its trades are open', async () => {
    const { id } = await added();
    const { db, installationId } = database;
    const trade = await aTrade(db, { installationId, n: 1, phase: 'holding' });
    const other = await call('POST', '', { ...KEY, apiKey: 'mx0vgl-of-another-account' });
    expect(other.status).toBe(409);
    expect(other.text).toContain('COIN1USDT');
    expect((await call('DELETE', `/${id}`)).status).toBe(409);
    expect((await call('POST', '', { ...KEY, label: 'same account' })).status).toBe(201);
    await db.trade.update({ where: { id: trade }, data: { phase: 'closed' } });
    expect((await call('POST', '', { ...KEY, apiKey: 'mx0vgl-another' })).status).toBe(201);
    await db.trade.deleteMany();
    await db.listing.deleteMany();
  });

  test('of another account is not entered after the key was lost, while its trades are open', async () => {
    const { db, installationId } = database;
    await aTrade(db, { installationId, n: 2, phase: 'holding' });
    expect((await call('POST', '', { ...KEY, apiKey: 'mx0vgl-of-another-account' })).status).toBe(
      409,
    );
    await db.trade.deleteMany();
    await db.listing.deleteMany();
  });

  test('of another account is not entered while the bot runs', async () => {
    await added();
    const { db, installationId } = database;
    const configurationId = await aConfiguration(db, installationId);
    const run = { installationId, configurationId, workflowId: 'bot-run', state: 'running' };
    const { id } = await db.botRun.create({ data: run });
    const other = { ...KEY, apiKey: 'mx0vgl-of-another-account' };
    expect((await call('POST', '', other)).status).toBe(409);
    await db.botRun.update({ where: { id }, data: { state: 'stopped' } });
    expect((await call('POST', '', other)).status).toBe(201);
  });

  test('is forgotten with all that was sealed, but only after the key file was lost', async () => {
    const { id } = await added();
    expect((await call('DELETE', '')).status).toBe(409);
    app = createApp({ ...deps, keys: () => Promise.reject(new Error('the file is missing')) });
    expect((await call('DELETE', '')).status).toBe(200);
    const row = await database.db.secretCredential.findUniqueOrThrow({ where: { id } });
    expect(row.sealed).toBeNull();
    expect(await database.db.sealKeyUse.count()).toBe(0);
  });

  test.each([
    { apiKey: 'short' },
    { apiSecret: `${SECRET} with a space` },
    { apiSecret: 'line\nbreak' },
    { apiKey: 'x'.repeat(201) },
    { label: '' },
    { extra: true },
  ])('is refused as %o, and the answer does not repeat the secret', async (more) => {
    const { status, text } = await call('POST', '', { ...KEY, ...more });
    expect(status).toBe(422);
    expect(text).not.toContain(SECRET);
  });
});
