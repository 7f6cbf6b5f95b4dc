import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Activities } from '#activities/index.ts';
import { openTrades, recordRun } from '#prisma/runs.ts';
import { until } from '#test/until.ts';
import { createActivityCounter } from '#worker/activity-counter.ts';
import { createWorker, runWorkers } from '#worker/create-worker.ts';
import { botRunWorkflowId, taskQueues } from '#workflows/messages.ts';
import { createApp } from './app.ts';
import { startRun } from './bot/run.ts';
import type { ApiDeps } from './deps.ts';
import type { RunView } from './schemas/bot.ts';
import { startDemo } from './start-demo.ts';
import {
  aConfiguration,
  asked,
  clear,
  startDatabase,
  startEngine,
  testDeps,
  type TestDatabase,
  type TestEngine,
} from './testing.ts';

// Starting and stopping the bot: the real BotRunWorkflow, with no monitor to watch for it.

const stack = new AsyncDisposableStack();
let database: TestDatabase;
let engine: TestEngine;
let deps: ApiDeps;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  database = stack.use(await startDatabase());
  engine = stack.use(await startEngine());
  deps = testDeps(database.db, { temporal: engine.gateway });
  app = createApp(deps);
  const { db, installationId } = database;
  const activities = {
    recordRun: (run) => recordRun(db, { ...run, nowMs: Date.now() }),
    listOpenTrades: () => openTrades(db, installationId),
  } satisfies Partial<Activities>;
  const worker = runWorkers([
    await createWorker({
      connection: engine.native,
      namespace: engine.server.namespace,
      taskQueue: taskQueues.sniper,
      activities,
      workflows: true,
      activitySlots: 10,
      counter: createActivityCounter(),
    }),
  ]);
  stack.defer(() => worker.stop());
}, 120_000);
afterAll(() => stack.disposeAsync(), 60_000);
afterEach(async () => {
  await until('no run is left', async () => {
    if ((await engine.gateway.runState()) !== 'running') return true;
    await engine.gateway.stopRun({ positions: 'keep' }); // refused if it ends just now: looked again
    return false;
  });
  await clear(database.db);
}, 30_000);

const ask = async <T = Record<string, unknown>>(...args: Parameters<typeof asked>) => {
  const response = await app.fetch(asked(...args), {});
  return { status: response.status, body: (await response.json()) as T };
};
const post = (json: object) => ({ method: 'POST', json });
const status = async () =>
  (await ask<{ running: boolean; workflow: string; run: RunView | null }>('/api/bot/status')).body;
const runIs = (state: string) =>
  until(`the run is ${state}`, async () => {
    const run = await database.db.botRun.findFirst({ orderBy: { startedAt: 'desc' } });
    return run?.state === state ? run : null;
  });

describe('the bot', { timeout: 30_000 }, () => {
  test('starts once, shows that it runs, and stops', async () => {
    const configurationId = await aConfiguration(database.db, database.installationId);
    expect(await status()).toMatchObject({ running: false, run: null });
    const { status: code, body } = await ask('/api/bot/start', post({}));
    expect(code).toBe(200);
    expect(body).toMatchObject({ workflowId: botRunWorkflowId, configurationId });
    expect(await ask('/api/bot/start', post({}))).toMatchObject({ status: 409 });
    await runIs('running');
    expect(await status()).toMatchObject({
      running: true,
      workflow: 'running',
      run: { id: body['runId'], state: 'running', configurationVersion: 1 },
    });
    const stop = await ask('/api/bot/stop', post({ positions: 'keep' }));
    expect(stop).toMatchObject({ status: 200, body: { state: 'stopping' } });
    await runIs('stopped');
    await until('nothing runs', async () => !(await status()).running);
    expect((await status()).run).toMatchObject({ state: 'stopped', positions: 'keep' });
    expect(await ask('/api/bot/stop', post({ positions: 'keep' }))).toMatchObject({ status: 409 });
  });

  test('starts once for a key, whoever repeats it', async () => {
    await aConfiguration(database.db, database.installationId);
    const key = { 'idempotency-key': 'start-once' };
    const first = await ask('/api/bot/start', { ...post({}), headers: key });
    await runIs('running');
    const again = await ask('/api/monitor/start', { ...post({}), headers: key });
    expect(again.status).toBe(409); // the key belongs to the other call
    expect(await ask('/api/bot/start', { ...post({}), headers: key })).toEqual(first);
    const own = await startRun(deps, { configurationId: undefined, key: 'start-once' });
    expect(own).toEqual(first.body); // also when the answer was lost before it was kept
    expect(await ask('/api/monitor/stop', post({}))).toMatchObject({ status: 200 });
    expect(await runIs('stopped')).toMatchObject({ positions: 'keep' });
  });

  test('does not start with a configuration that nobody wrote', async () => {
    const configurationId = randomUUID();
    expect(await ask('/api/bot/start', post({ configurationId }))).toMatchObject({ status: 404 });
    expect(await ask('/api/bot/start', post({ configurationId: 'x' }))).toMatchObject({
      status: 422,
    });
  });
});

describe('on the simulator, by itself', { timeout: 30_000 }, () => {
  /** A run that the record has, and Temporal does not. */
  const aRun = async (state: string) => {
    const { db, installationId } = database;
    const configurationId = await aConfiguration(db, installationId);
    return db.botRun.create({
      data: {
        installationId,
        configurationId,
        workflowId: botRunWorkflowId,
        state,
        startedAt: new Date(0),
      },
    });
  };

  test('writes a configuration and starts the first run, once for two processes', async () => {
    const demos = [startDemo(deps), startDemo(deps)];
    const run = await runIs('running');
    await Promise.all(demos.map((demo) => demo.done));
    expect(await database.db.botRun.count()).toBe(1);
    expect(await database.db.botConfiguration.findMany()).toMatchObject([
      { id: run.configurationId, name: 'demo', active: true },
    ]);
  });

  test('leaves a stopped bot stopped', async () => {
    await aRun('stopped');
    await startDemo(deps).done;
    expect((await status()).running).toBe(false);
    expect(await database.db.botRun.count()).toBe(1);
  });

  test('starts a run again that Temporal has lost, as the same run', async () => {
    const { id, configurationId } = await aRun('running');
    await startDemo(deps).done;
    await until('it runs', async () => (await status()).running);
    expect((await status()).run).toMatchObject({ id, configurationId });
  });

  test('finishes the stop of a run that Temporal has lost', async () => {
    const { id } = await aRun('stopping');
    await startDemo(deps).done;
    expect(await runIs('stopped')).toMatchObject({ id, positions: 'keep' });
  });
});
