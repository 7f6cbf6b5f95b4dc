import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from 'undici';
import { createLog } from '#runtime/log.ts';
import { logCalls } from '#runtime/log-calls.ts';
import { logFields } from '#runtime/log-fields.ts';
import { startTracing, type Tracing } from '#runtime/tracing.ts';
import { until } from '#test/until.ts';
import { createActivityCounter } from '#worker/activity-counter.ts';
import { createWorker, runWorkers } from '#worker/create-worker.ts';
import { symbolOf } from '#worker/name-lines.ts';
import { taskQueues } from '#workflows/messages.ts';
import { createApp } from './app.ts';
import { createTemporalGateway } from './temporal/gateway.ts';
import { requestFields } from './request-fields.ts';
import {
  asked,
  aTrade,
  MODE,
  startDatabase,
  startEngine,
  testDeps,
  type TestDatabase,
} from './testing.ts';

// One trace from a request through a workflow and its activity to a call of the exchange, as a
// collector gets it.

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
}
interface Sent {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: readonly Span[] }[] }[];
}

const stack = new AsyncDisposableStack();
const spans: Span[] = [];
let collected = '';
let tracing: Tracing;
let app: ReturnType<typeof createApp>;
let database: TestDatabase;
const lines: { process: string; msg: string; [field: string]: unknown }[] = [];

/** The log of a process, as it makes its own. */
const logOf = (process: 'api' | 'worker', context: () => object) =>
  createLog({
    process,
    mode: MODE,
    level: 'debug',
    format: 'json',
    context: () => ({ ...context(), ...tracing.logFields() }),
    into: { write: (text) => void lines.push(JSON.parse(text)) },
  });

/** A server that keeps what it is sent. */
const listening = async (heard: (text: string) => void): Promise<string> => {
  const server = createServer((incoming, response) => {
    let text = '';
    incoming.on('data', (part: Buffer) => (text += part.toString()));
    incoming.on('end', () => {
      heard(text);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // it listens on a port
  return `http://127.0.0.1:${port}`;
};

beforeAll(async () => {
  const collector = await listening((text) => {
    collected += text;
    const sent = JSON.parse(text) as Sent; // OTLP in JSON
    for (const { scopeSpans } of sent.resourceSpans)
      for (const scope of scopeSpans) spans.push(...scope.spans);
  });
  const exchange = await listening(() => undefined);
  const started = await startTracing('test', collector);
  if (started === null) throw new Error('it does not trace');
  tracing = started;
  database = stack.use(await startDatabase());
  const engine = stack.use(await startEngine());
  const shared = {
    connection: engine.native,
    namespace: engine.server.namespace,
    counter: createActivityCounter(),
    activitySlots: 5,
    tracing,
  };
  const log = logOf('worker', () => ({}));
  const calls = logCalls(log, () => ({ ...logFields(), ...tracing.logFields() }));
  stack.defer(() => calls.stop());
  const checkCredential = async () => {
    const { body } = await request(`${exchange}/api/v3/account?signature=planted`);
    await body.dump();
    log.info({}, 'Checked');
    return { state: 'ok', findings: [] };
  };
  const workers = runWorkers([
    await createWorker({
      ...shared,
      taskQueue: taskQueues.sniper,
      activities: {},
      workflows: true,
    }),
    await createWorker({
      ...shared,
      taskQueue: taskQueues.ops,
      activities: { checkCredential },
      workflows: false,
    }),
  ]);
  stack.defer(() => workers.stop());
  const temporal = createTemporalGateway({
    uiUrl: null,
    server: engine.server,
    interceptors: tracing.client,
  });
  stack.defer(() => temporal.close());
  const deps = testDeps(database.db, { temporal, tracing });
  app = createApp({ ...deps, log: logOf('api', requestFields) });
}, 120_000);
afterAll(() => stack.disposeAsync(), 60_000);

test('a request is one trace to the call of the exchange, without what is secret in it', async () => {
  const entered = await app.fetch(
    asked('/api/credentials', {
      method: 'POST',
      json: { label: 'key', apiKey: 'mx0vgl-planted', apiSecret: 'planted-secret' },
    }),
    {},
  );
  const { id } = (await entered.json()) as { id: string };
  const checked = await app.fetch(asked(`/api/credentials/${id}/check`, { method: 'POST' }), {});
  expect(await checked.json()).toMatchObject({ state: 'ok' });
  await tracing.close();
  const { traceId } = await until('the start of the workflow is told of', () =>
    spans.find(({ name }) => name.startsWith('StartWorkflow:AccountTask')),
  );
  const named = (part: string) =>
    spans.find((span) => span.traceId === traceId && span.name.startsWith(part));
  await until('the workflow is told of', () => named('RunWorkflow:AccountTask'));
  const chain = [
    'GET',
    'RunActivity:checkCredential',
    'StartActivity:checkCredential',
    'RunWorkflow:AccountTaskWorkflow',
    'StartWorkflow:AccountTaskWorkflow',
    'POST /api/credentials',
  ];
  const parents = chain.slice(0, -1).map((name) => [name, named(name)?.parentSpanId]);
  expect(parents).toEqual(
    chain.slice(0, -1).map((name, n) => [name, named(chain[n + 1] ?? '')?.spanId]),
  );
  expect(named('GET')?.parentSpanId).toMatch(/^[0-9a-f]{16}$/);
  expect(collected).toContain('/api/v3/account');
  expect(collected).not.toContain('planted');
});

test('each line of it names request, user, workflow and trace; none what is secret', async () => {
  const of = (process: string, msg: string) =>
    lines.filter((line) => line.process === process && line.msg === msg);
  const [request] = of('api', 'Request').filter(({ path }) => String(path).includes('check'));
  const workflowId = expect.stringMatching(/^task:checkCredential:/);
  expect(request).toMatchObject({
    mode: MODE,
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    userId: expect.stringMatching(/./),
  });
  const [call] = of('worker', 'Call').filter(({ path }) => path === '/api/v3/account');
  expect(call).toMatchObject({ workflowId, method: 'GET', status: 200 });
  const [checked] = of('worker', 'Checked');
  expect(checked).toMatchObject({ workflowId, traceId: call?.['traceId'] });
  // The workflow was begun by the call that entered the key.
  const begun = of('api', 'Request').map(({ traceId }) => traceId);
  expect(begun).toContain(call?.['traceId']);
  expect(JSON.stringify(lines)).not.toMatch(/planted|signature/);
});

test('a command names the trade that it is about', async () => {
  const { db, installationId } = database;
  const id = await aTrade(db, { installationId, n: 1, phase: 'holding' });
  await app.fetch(asked(`/api/trades/${id}/sell`, { method: 'POST', json: { reason: 'x' } }), {});
  const line = lines.find(({ path }) => path === `/api/trades/${id}/sell`);
  expect(line).toMatchObject({ workflowId: `sniper:${id}`, symbol: 'COIN1USDT' });
});

test('an activity names its pair, whatever it is asked', () => {
  expect(symbolOf([{ symbol: 'AUSDT' }])).toBe('AUSDT');
  expect(symbolOf([{ input: { symbol: 'AUSDT' } }])).toBe('AUSDT');
  expect([symbolOf([]), symbolOf(['x']), symbolOf([{ symbol: null }])]).toEqual([null, null, null]);
});

test('nothing is loaded where no collector is named', async () => {
  expect(await startTracing('test', undefined)).toBeNull();
});
