import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from 'undici';
import { startTracing, type Tracing } from '#runtime/tracing.ts';
import { until } from '#test/until.ts';
import { createActivityCounter } from '#worker/activity-counter.ts';
import { createWorker, runWorkers } from '#worker/create-worker.ts';
import { taskQueues } from '#workflows/messages.ts';
import { createApp } from './app.ts';
import { createTemporalGateway } from './temporal/gateway.ts';
import { asked, startDatabase, startEngine, testDeps } from './testing.ts';

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
  const database = stack.use(await startDatabase());
  const engine = stack.use(await startEngine());
  const shared = {
    connection: engine.native,
    namespace: engine.server.namespace,
    counter: createActivityCounter(),
    activitySlots: 5,
    tracing,
  };
  const checkCredential = async () => {
    const { body } = await request(`${exchange}/api/v3/account?signature=planted`);
    await body.dump();
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
  app = createApp(testDeps(database.db, { temporal, tracing }));
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

test('nothing is loaded where no collector is named', async () => {
  expect(await startTracing('test', undefined)).toBeNull();
});
