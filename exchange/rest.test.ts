import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { price, quantity } from '#domain/amount.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import { clientOrderId, type NewOrder } from '#domain/order.ts';
import type { Simulator } from '#simulator/simulator.ts';
import { control, startTestSimulator, type Body } from '#simulator/testing.ts';
import { createExchangeClient, type ExchangeClient, type ExchangeSettings } from './client.ts';
import { ExchangeError, type Failure } from './failure.ts';
import { Secret } from './secret.ts';

const sol = marketSymbol('SOLUSDT');

let simulator: Simulator;
let client: ExchangeClient;
let count = 0;

const clientWith = (changes: Partial<ExchangeSettings> = {}): ExchangeClient =>
  createExchangeClient({
    restUrl: simulator.url,
    webUrl: simulator.url,
    credentials: { apiKey: 'sim-key', secret: new Secret('sim-secret') },
    recvWindowMs: 1000,
    gate: { refusal: () => null },
    ...changes,
  });

const order = (side: 'buy' | 'sell' = 'buy'): NewOrder => ({
  symbol: sol,
  side,
  type: 'limitIoc',
  price: price('1'),
  quantity: quantity('5'),
  clientOrderId: clientOrderId(`rest-${(count += 1)}`),
});

const place = (side: 'buy' | 'sell' = 'buy', withinMs = 60_000) =>
  client.placeOrder(order(side), { notAfterMs: Date.now() + withinMs, recvWindowMs: 1000 });

const fault = (endpoint: string, action: string, more: object = {}) =>
  control(simulator, 'POST /_sim/faults', { endpoint, action, ...more });

/** What a read failed with; fails the test when it did not. */
const failureOf = async (read: Promise<unknown>): Promise<Failure> => {
  const error: unknown = await read.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ExchangeError) return error.failure;
  throw new Error('an ExchangeError was expected', { cause: error });
};

/** Orders that reached the exchange. */
const sentOrders = async (): Promise<number> => {
  const { body } = await control(simulator, 'GET /_sim/truth');
  const requests = body['requests'] ?? [];
  return Array.from<Body>(requests).filter(
    (each) => String(each['method']) === 'POST' && String(each['path']) === '/api/v3/order',
  ).length;
};

beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await control(simulator, 'POST /_sim/reset');
  client = clientWith();
});
afterEach(() => client.close());

describe('an answer that a careless client would choke on ends in time, as doubt', () => {
  test.each([
    ['huge', 'malformed'],
    ['gzipBomb', 'malformed'],
    ['truncated', 'unreachable'],
    ['garbage', 'malformed'],
    ['html', 'malformed'],
    ['wrongType', 'malformed'],
    ['redirect', 'malformed'],
    ['reset', 'unreachable'],
    ['endless', 'unreachable'],
    ['slowDrip', 'unreachable'],
  ])('%s is %s', { timeout: 15_000 }, async (action, kind) => {
    await fault('GET /api/v3/order', action);
    const before = process.memoryUsage().rss;
    const failure = await failureOf(client.findOrder(sol, { clientOrderId: clientOrderId('x') }));
    expect(failure.kind).toBe(kind);
    expect(process.memoryUsage().rss - before).toBeLessThan(512 * 1024 * 1024);
  });
});

describe('told to slow down', () => {
  test('a read waits as long as it was told, then asks', async () => {
    const told = { status: 429, retryAfterSeconds: 1 };
    await fault('GET /api/v3/account', 'status', told);
    expect(await failureOf(client.balances())).toMatchObject({ kind: 'throttled', status: 429 });
    const before = performance.now();
    expect((await client.balances()).size).toBeGreaterThan(0);
    expect(performance.now() - before).toBeGreaterThan(800);
  });

  test('a read that would have to wait too long fails at once, unsent', async () => {
    const told = { status: 429, retryAfterSeconds: 60 };
    await fault('GET /api/v3/account', 'status', told);
    await failureOf(client.balances());
    const failure = await failureOf(client.balances());
    expect(failure).toMatchObject({ kind: 'unreachable', sent: 'no' });
  });

  test('an order is doubt; the next one waits, and is not sent after its time', async () => {
    await fault('POST /api/v3/order', 'status', { status: 429, retryAfterSeconds: 60 });
    expect((await place()).kind).toBe('unknown');
    expect(await place('buy', 300)).toMatchObject({ kind: 'notSent' });
    expect(await sentOrders()).toBe(1);
  });

  test('418 stops every call, and says until when', async () => {
    await fault('GET /api/v3/depth', 'status', { status: 418, retryAfterSeconds: 120 });
    await failureOf(client.depth(sol));
    expect(client.budget().bannedUntilMs).toBeGreaterThan(Date.now());
    expect(await failureOf(client.balances())).toMatchObject({ sent: 'no' });
    expect(await failureOf(client.clock.refresh())).toMatchObject({ sent: 'no' });
    const answer = await place('sell', 300);
    expect(answer).toMatchObject({ kind: 'notSent', because: expect.stringContaining('418') });
    expect(await sentOrders()).toBe(0);
  });
});

describe('a Retry-After', () => {
  test.each([
    ['7', 7000],
    ['0', 0],
    ['', null],
    ['-5', null],
    ['Infinity', null],
    ['1e9', null],
    ['999999999', 259_200_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', null],
  ])('of %j is %j ms', async (text, ms) => {
    const server = createServer((_request, response) => {
      response.writeHead(418, { 'retry-after': text });
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const url = `http://127.0.0.1:${port}`;
    const own = clientWith({ restUrl: url, webUrl: url });
    expect(await failureOf(own.depth(sol))).toMatchObject({ status: 418, retryAfterMs: ms });
    const { bannedUntilMs } = own.budget();
    expect(bannedUntilMs === null || Number.isFinite(new Date(bannedUntilMs).getTime())).toBe(true);
    await own.close();
    await new Promise((done) => server.close(done));
  });
});

describe('within what the exchange allows', () => {
  test('of a burst of entries, those that would be late are not sent, and none is doubt', async () => {
    await control(simulator, 'POST /_sim/switches', { ordersPerSecond: 12 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => place()));
    const kinds = answers.map((each) => each.kind);
    expect(new Set(kinds)).toEqual(new Set(['acknowledged', 'notSent']));
    expect(kinds.filter((kind) => kind === 'acknowledged')).toHaveLength(7);
    expect(await sentOrders()).toBe(7);
  });

  test('exits wait for their turn, and all of them are sent', { timeout: 15_000 }, async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => place('sell')));
    // There is nothing to sell: a clear no is an answer, too.
    expect(new Set(answers.map((each) => each.kind))).toEqual(new Set(['refused']));
    expect(await sentOrders()).toBe(20);
  });

  test('an exit goes out at once while entries wait', async () => {
    const entries = Array.from({ length: 10 }, () => place());
    const exit = await place('sell');
    const waiting = await Promise.race([Promise.all(entries), Promise.resolve('waiting')]);
    expect(exit.kind).not.toBe('notSent');
    expect(waiting).toBe('waiting');
    await Promise.all(entries);
  });

  test.each([
    ['shared300', 'new'],
    ['perEndpoint500', 'old'],
  ] as const)('reads as the model %s allows meet no 429', async (model, weights) => {
    await control(simulator, 'POST /_sim/switches', { rateModel: model, weights });
    await client.close();
    client = clientWith({ budget: { model } });
    const reads = Array.from({ length: 60 }, () => client.balances().then(() => 'read', kindOf));
    const answers = new Set(await Promise.all(reads));
    expect(answers.has('throttled')).toBe(false);
    expect(answers.has('read')).toBe(true);
  });

  test('reads and orders together as the calls per second allow meet no 429', async () => {
    const limits = {
      rateModel: 'shared300',
      weights: 'new',
      callsPerSecond: 20,
      ordersPerSecond: 12,
    };
    await control(simulator, 'POST /_sim/switches', limits);
    await client.close();
    client = clientWith({ budget: { model: 'shared300' } });
    const find = () => client.findOrder(sol, { clientOrderId: clientOrderId('x') });
    const reads = Array.from({ length: 40 }, () => find().then(() => 'read', kindOf));
    const orders = Array.from({ length: 20 }, () => place('sell').then(({ kind }) => kind));
    expect(new Set(await Promise.all(orders))).toEqual(new Set(['refused']));
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['read']));
  }, 15_000);

  test('other limits hold from the next call on', async () => {
    client.limitTo({ orderRate: 4, exitReserve: 1, sharers: 1 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => place()));
    expect(answers.filter(({ kind }) => kind === 'acknowledged')).toHaveLength(3);
    expect(client.budget().orders).toMatchObject({ used: 3, most: 4 });
  });

  test('which of the models holds is learned from the first 429', async () => {
    await control(simulator, 'POST /_sim/switches', { rateModel: 'shared300', weights: 'new' });
    expect(client.budget().model).toBe('perEndpoint500');
    const reads = Array.from({ length: 40 }, () => client.balances().then(() => 'read', kindOf));
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['read', 'throttled']));
    expect(client.budget().model).toBe('shared300');
  });
});

const kindOf = (error: unknown): string =>
  error instanceof ExchangeError ? error.failure.kind : String(error);

test('orders of one instant find a connection open each, of those that pings and clock keep warm', async () => {
  let connections = 0;
  const server = createServer((request, response) => {
    const body = request.url?.startsWith('/api/v3/time') === true ? { serverTime: Date.now() } : {};
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  }).on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const at = clientWith({ restUrl: `http://127.0.0.1:${port}` });
  try {
    await at.clock.refresh();
    expect(connections).toBeGreaterThan(0);
    await at.warm(5);
    const open = connections;
    expect(open).toBeGreaterThanOrEqual(5);
    const timing = { notAfterMs: Date.now() + 60_000, recvWindowMs: 1000 };
    await Promise.all([order(), order(), order()].map((each) => at.placeOrder(each, timing)));
    expect(connections, 'none was opened for them').toBe(open);
    await at.warm(50);
    expect(connections, 'as many as may leave at once').toBe(10);
  } finally {
    await at.close();
    server.close();
  }
});
