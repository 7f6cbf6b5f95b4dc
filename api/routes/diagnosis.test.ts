import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectDatabase } from '#prisma/client.ts';
import { createApp } from '../app.ts';
import type { CheckView, DiagnosisView } from '../schemas/diagnosis.ts';
import {
  aConfiguration,
  aHeartbeat,
  asked,
  aSighting,
  aTrade,
  clear,
  startDatabase,
  testDeps,
  type TestDatabase,
} from '../testing.ts';

// Why nothing is traded, told from the record.

let database: TestDatabase;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  database = await startDatabase();
  const temporal = { ...testDeps(database.db).temporal, ping: () => Promise.resolve() };
  app = createApp(testDeps(database.db, { temporal }));
}, 60_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
}, 30_000);
beforeEach(async () => {
  await clear(database.db);
  await aSystem();
});

/** Everything that trading needs. */
const aSystem = async () => {
  const { db, installationId } = database;
  const configurationId = await aConfiguration(db, installationId);
  await db.botRun.create({
    data: { installationId, configurationId, workflowId: 'bot-run', state: 'running' },
  });
  const source = { lastOkAt: Date.now(), everyMs: 5000, errors: 0, lastError: null };
  const details = { clockAgeMs: 10, restLatencyMs: 12, sources: { exchangeInfo: source } };
  await aHeartbeat(db, { process: 'worker', ageMs: 0 });
  await aHeartbeat(db, { process: 'monitor', ageMs: 0, details });
};

const ask = async (path: string) => {
  const response = await app.fetch(asked(`/api${path}`), {});
  return { status: response.status, body: (await response.json()) as DiagnosisView };
};
const stateOf = (body: DiagnosisView): Record<string, CheckView['state']> =>
  Object.fromEntries(body.checks.map(({ name, state }) => [name, state]));

describe('of the system', () => {
  test('says that all is there', async () => {
    const { body } = await ask('/diagnosis');
    expect(body).toMatchObject({ ok: true, headline: 'Everything that trading needs is there.' });
    expect(new Set(Object.values(stateOf(body)))).toEqual(new Set(['passed']));
  });

  test('puts the first failure first, and what to do beside each', async () => {
    const { db, installationId } = database;
    await db.killSwitch.create({
      data: { installationId, level: 'halt', reason: 'odd', actor: 'x', since: new Date() },
    });
    await db.botHealth.delete({
      where: { process_instance: { process: 'worker', instance: 'one' } },
    });
    const { body } = await ask('/diagnosis');
    expect(body.ok).toBe(false);
    expect(body.headline).toBe('No worker lives: no worker has ever run.');
    expect(stateOf(body)).toMatchObject({ worker: 'failed', kill: 'failed', monitor: 'passed' });
    for (const check of body.checks.filter(({ state }) => state === 'failed'))
      expect(check).toMatchObject({ todo: expect.any(String), page: expect.stringMatching(/^\//) });
  });

  test('says that a stopped bot looks for nothing', async () => {
    await database.db.botRun.updateMany({ data: { state: 'stopped' } });
    expect((await ask('/diagnosis')).body.headline).toContain('The bot is stopped');
  });

  test('names a source that is silent', async () => {
    const lastError = 'HTTP 403';
    const sources = { calendar: { lastOkAt: null, everyMs: 60_000, errors: 3, lastError } };
    const details = { clockAgeMs: 10, sources };
    await aHeartbeat(database.db, { process: 'monitor', ageMs: 0, details });
    expect((await ask('/diagnosis')).body.headline).toBe('Silent: calendar (HTTP 403).');
  });

  test('answers without a database and without Temporal, for a pair too', async () => {
    const db = connectDatabase('postgresql://nobody:nothing@127.0.0.1:1/none');
    const response = await createApp(testDeps(db)).fetch(asked('/api/diagnosis?symbol=AUSDT'), {});
    const body = (await response.json()) as DiagnosisView;
    expect(response.status).toBe(200);
    expect(body).toMatchObject({ ok: false, headline: 'The database does not answer.' });
    expect(stateOf(body)).toMatchObject({ database: 'failed', run: 'notReached' });
    await db.$disconnect();
  });
});

describe('of a pair', () => {
  test('that nobody has reported', async () => {
    const { status, body } = await ask('/diagnosis?symbol=%E5%B8%81%E5%AE%89USDT');
    expect(status).toBe(200);
    expect(body).toMatchObject({ symbol: '币安USDT', listingId: null, ok: false });
    expect(body.headline).toBe('No source has ever reported 币安USDT.');
    expect(stateOf(body)).toMatchObject({ seen: 'failed', sold: 'notReached' });
  });

  test('that was set aside says why', async () => {
    const { db, installationId } = database;
    const more = { result: 'notAListing', reason: 'quoteNotWanted' };
    const said = { installationId, listingId: null, source: 'exchangeInfo', at: new Date(), more };
    await aSighting(db, said);
    expect((await ask('/diagnosis?symbol=COIN1USDT')).body.headline).toBe(
      'COIN1USDT is no new listing: its quote coin is not among `quotes`.',
    );
  });

  test('that waits for its opening is fine', async () => {
    const { db, installationId } = database;
    const opensAt = new Date(Date.now() + 3_600_000);
    const id = await aTrade(db, { installationId, n: 1, phase: 'waiting', more: { opensAt } });
    await aSighting(db, { installationId, listingId: id, source: 'calendar', at: new Date() });
    const { body } = await ask(`/listings/${id}/diagnosis`);
    expect(body.ok).toBe(true);
    expect(body.headline).toContain('it opens in 60 min');
  });

  test('that nobody hands over is a failure', async () => {
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    await db.trade.delete({ where: { id } });
    const at = new Date(Date.now() - 60_000);
    const said = { installationId, listingId: id, source: 'calendar', at };
    await aSighting(db, { ...said, more: { handledAt: null } });
    expect((await ask(`/diagnosis?symbol=COIN1`)).body.headline).toContain(
      'Reported 60 s ago and not handed over',
    );
  });

  test('that the risk rules refused names rule and numbers, whatever the system is now', async () => {
    const { db, installationId } = database;
    const more = { outcome: 'denied', summary: 'Denied' };
    const id = await aTrade(db, { installationId, n: 1, phase: 'closed', more });
    const rules = [
      { rule: 'killSwitch', limit: 'off', actual: 'off', passed: true },
      { rule: 'dailySpend', limit: '100', actual: '150', passed: false },
    ];
    await db.riskVerdict.create({
      data: { listingId: id, workflowId: 'w', allowed: false, rules, decidedAt: new Date() },
    });
    await db.botHealth.deleteMany();
    const { body } = await ask(`/listings/${id}/diagnosis`);
    expect(body.headline).toBe('The risk rules said no: dailySpend is 150, allowed 100.');
    expect(body.checks.map(({ name }) => name)[0]).toBe('seen');
  });

  test('that was bought and sold has nothing wrong', async () => {
    const { db, installationId } = database;
    const more = { outcome: 'traded', bought: '5', sold: '5', spent: '10', profit: '1.5' };
    const id = await aTrade(db, { installationId, n: 1, phase: 'closed', more });
    const at = new Date();
    const verdict = { listingId: id, workflowId: 'w', allowed: true, rules: [], decidedAt: at };
    await db.riskVerdict.create({ data: verdict });
    await db.tradeOrder.create({
      data: {
        clientOrderId: 'o',
        listingId: id,
        workflowId: 'w',
        leg: 'entry',
        n: 0,
        symbol: 'COIN1USDT',
        side: 'buy',
        type: 'limitIoc',
        state: 'filled',
        createdAt: at,
        sentAt: at,
        latencyMs: 8,
      },
    });
    const { body } = await ask(`/listings/${id}/diagnosis`);
    expect(body).toMatchObject({ ok: true, headline: 'It was bought and sold.' });
    expect(body.checks.at(-1)?.text).toBe('Closed (traded), profit 1.5 USDT.');
  });

  test('that does not exist by id is not found', async () => {
    expect((await ask('/listings/nothing/diagnosis')).status).toBe(404);
  });
});
