import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Activities } from '#activities/index.ts';
import type { Database } from '#prisma/client.ts';
import { configurationOf } from '#prisma/runs.ts';
import { closeTrade, editExits, openTrade, recordEvent, requestSale } from '#prisma/trades.ts';
import { until } from '#test/until.ts';
import { createActivityCounter } from '#worker/activity-counter.ts';
import { createWorker, runWorkers } from '#worker/create-worker.ts';
import { sniperWorkflowId, taskQueues } from '#workflows/messages.ts';
import { createApp } from './app.ts';
import type { ErrorEnvelope } from './schemas/error.ts';
import type { HistoryView } from './schemas/trade-detail.ts';
import {
  aConfiguration,
  asked,
  aTrade,
  MODE,
  startDatabase,
  startEngine,
  testDeps,
  type TestDatabase,
  type TestEngine,
} from './testing.ts';

// Commands, answered by the real workflows on a real Temporal. Nothing here reaches an exchange:
// the listings open long after the test.

const stack = new AsyncDisposableStack();
let database: TestDatabase;
let engine: TestEngine;
let app: ReturnType<typeof createApp>;
let configurationId: string;
let worker: ReturnType<typeof runWorkers>;

/** The activities that a waiting trade needs, on the real record. */
const activitiesOf = (db: Database) =>
  ({
    openTrade: async (input) => {
      const options = await configurationOf(db, input.configurationId);
      const workflowId = sniperWorkflowId(input.listingId);
      await openTrade(db, { input, workflowId, mode: MODE, nowMs: Date.now() });
      return { options };
    },
    recordEvent: (event) => recordEvent(db, event),
    closeTrade: (close) => closeTrade(db, { ...close, nowMs: Date.now() }),
    requestSale: ({ listingId, reason }) =>
      requestSale(db, listingId, { reason, nowMs: Date.now() }),
    editExits: ({ listingId, exits }) => editExits(db, listingId, { exits, nowMs: Date.now() }),
  }) satisfies Partial<Activities>;

const startWorker = async () => {
  const shared = {
    connection: engine.native,
    namespace: engine.server.namespace,
    activities: activitiesOf(database.db),
    workflows: true,
    activitySlots: 10,
    counter: createActivityCounter(),
  };
  worker = runWorkers([await createWorker({ ...shared, taskQueue: taskQueues.sniper })]);
};

beforeAll(async () => {
  database = stack.use(await startDatabase());
  engine = stack.use(await startEngine());
  app = createApp(testDeps(database.db, { temporal: engine.gateway }));
  configurationId = await aConfiguration(database.db, database.installationId);
  await startWorker();
  stack.defer(() => worker.stop());
}, 120_000);
afterAll(() => stack.disposeAsync(), 60_000);

const ask = async <T = Record<string, unknown>>(...args: Parameters<typeof asked>) => {
  const response = await app.fetch(asked(...args), {});
  return { status: response.status, body: (await response.json()) as T };
};

let listings = 0;
/** A trade that waits for an opening in a day. */
const waitingTrade = async (): Promise<string> => {
  const { db, installationId } = database;
  const id = `waits${String((listings += 1)).padStart(7, '0')}`;
  const names = { base: `WAIT${listings}`, quote: 'USDT', symbol: `WAIT${listings}USDT` };
  await db.listing.create({
    data: {
      ...names,
      id,
      installationId,
      generation: 1,
      state: 'started',
      firstSeenAt: new Date(),
    },
  });
  await engine.client.workflow.start('SniperWorkflow', {
    taskQueue: taskQueues.sniper,
    workflowId: sniperWorkflowId(id),
    args: [
      {
        ...names,
        installationId,
        listingId: id,
        source: 'calendar',
        opensAtMs: Date.now() + 86_400_000,
        configurationId,
      },
    ],
  });
  await until('the trade waits', async () => {
    const trade = await db.trade.findUnique({ where: { id }, include: { log: true } });
    return trade?.phase === 'waiting' && trade.log.length > 0;
  });
  return id;
};

const post = (json: object = {}, key?: string) => ({
  method: 'POST',
  json,
  headers: key === undefined ? {} : { 'idempotency-key': key },
});

describe('commands of a trade', { timeout: 30_000 }, () => {
  test('a disarm gives the entry up, once; the same key is the same command', async () => {
    const id = await waitingTrade();
    const path = `/api/trades/${id}/disarm`;
    const done = { state: 'done', tradeId: id, updateId: 'one' };
    expect(await ask(path, post({ reason: 'not this one' }, 'one'))).toEqual({
      status: 200,
      body: done,
    });
    const trade = await until('the reason is written', () =>
      database.db.trade.findFirst({ where: { id, summary: 'not this one' } }),
    );
    expect(trade).toMatchObject({ phase: 'closed', outcome: 'disarmed' });
    expect(await ask(path, post({}, 'one'))).toEqual({ status: 200, body: done });
    const late = await ask<ErrorEnvelope>(path, post({}, 'two'));
    expect(late.status).toBe(409);
    expect(late.body.error).toMatchObject({ code: 'CONFLICT', details: { phase: 'closed' } });
  });

  test('a sale of what is not bought yet is refused, with the phase', async () => {
    const id = await waitingTrade();
    const { status, body } = await ask<ErrorEnvelope>(`/api/trades/${id}/sell`, post());
    expect(status).toBe(409);
    expect(body.error.details).toEqual({ phase: 'waiting' });
  });

  test('exits are replaced once per key, refused before there are any, and when wrong', async () => {
    const id = await waitingTrade();
    const path = `/api/trades/${id}/exits`;
    const patch = (exits: object) => ({ ...post({ exits }, 'edit'), method: 'PATCH' });
    expect(await ask(path, patch({ stop: 10 }))).toMatchObject({ status: 409 });
    await database.db.tradePlan.create({
      data: { listingId: id, exits: {}, budget: '100', updatedAt: new Date() },
    });
    const wrong = await ask<ErrorEnvelope>(path, patch({ slackSteps: [5, 2], breakEven: 4 }));
    expect(wrong.status).toBe(422);
    expect(wrong.body.error.details).toMatchObject([
      { path: 'exits.slackSteps' },
      { path: 'exits.breakEven' },
    ]);
    expect(await ask(path, patch({ stop: 10 }))).toMatchObject({ status: 200 });
    expect(await ask(path, patch({ stop: 10 }))).toMatchObject({ status: 200 });
    const plan = await database.db.tradePlan.findUniqueOrThrow({ where: { listingId: id } });
    expect(plan).toMatchObject({ version: 2, exits: { stop: 10 } });
  });

  test('a trade that Temporal has lost is said to have nobody', async () => {
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'holding' });
    const { status, body } = await ask<ErrorEnvelope>(`/api/trades/${id}/sell`, post());
    expect(status).toBe(409);
    expect(body.error.message).toContain('Temporal has no workflow of this trade');
    expect(await ask(`/api/trades/${id}/history`)).toMatchObject({ status: 404 });
  });

  test('the history tells what Temporal did', async () => {
    const id = await waitingTrade();
    const running = await ask<HistoryView>(`/api/trades/${id}/history`);
    expect(running.body).toMatchObject({ status: 'RUNNING', truncated: false, pending: [] });
    await ask(`/api/trades/${id}/disarm`, post());
    const body = await until('the workflow has ended', async () => {
      const { body: seen } = await ask<HistoryView>(`/api/trades/${id}/history`);
      return seen.status === 'COMPLETED' ? seen : null;
    });
    expect(body.temporalUrl).toContain(encodeURIComponent(sniperWorkflowId(id)));
    expect(body.events.map(({ name, about }) => [name, about])).toEqual(
      expect.arrayContaining([
        ['activityTaskScheduled', 'openTrade'],
        ['activityTaskCompleted', 'openTrade'],
        ['workflowExecutionUpdateAccepted', 'disarm'],
      ]),
    );
  });

  test('is pending while no worker answers, and done when one does', async () => {
    const id = await waitingTrade();
    await worker.stop();
    try {
      const soon = createApp(testDeps(database.db, { temporal: engine.hasty }));
      const path = `/api/trades/${id}/disarm`;
      const first = await soon.fetch(asked(path, post({}, 'slow')), {});
      expect(first.status).toBe(202);
      expect(await first.json()).toEqual({ state: 'pending', tradeId: id, updateId: 'slow' });
    } finally {
      await startWorker();
    }
    const second = await until('it is done', async () => {
      const answer = await ask(`/api/trades/${id}/disarm`, post({}, 'slow'));
      return answer.body['state'] === 'done' ? answer : null;
    });
    expect(second.status).toBe(200);
  }, 60_000);

  test('is not accepted while Temporal is away', async () => {
    const id = await waitingTrade();
    const alone = createApp(testDeps(database.db));
    const response = await alone.fetch(asked(`/api/trades/${id}/disarm`, post()), {});
    expect(response.status).toBe(503);
    expect(((await response.json()) as ErrorEnvelope).error.message).toContain('Temporal');
  });
});
