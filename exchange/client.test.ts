import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { price, quantity } from '#domain/amount.ts';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import { clientOrderId, type NewOrder } from '#domain/order.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { startSimulator, type Simulator } from '#simulator/simulator.ts';
import { createExchangeClient, type ExchangeClient, type PlaceAnswer } from './client.ts';
import { ExchangeError } from './failure.ts';
import { Secret } from './secret.ts';

const sol = marketSymbol('SOLUSDT');

let simulator: Simulator;
let client: ExchangeClient;
let count = 0;

const clientFor = (url: string, secret = 'sim-secret'): ExchangeClient =>
  createExchangeClient({
    restUrl: url,
    webUrl: url,
    credentials: { apiKey: 'sim-key', secret: new Secret(secret) },
    recvWindowMs: 1000,
    gate: { refusal: () => null },
  });

const control = async (method: string, path: string, body?: unknown): Promise<void> => {
  const answer = await fetch(`${simulator.controlUrl}/_sim/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
};

const order = (changes: Partial<NewOrder> = {}): NewOrder => ({
  symbol: sol,
  side: 'buy',
  type: 'limitIoc',
  price: price('1'),
  quantity: quantity('5'),
  clientOrderId: clientOrderId(`test-${(count += 1)}`),
  ...changes,
});

const place = (changes: Partial<NewOrder> = {}, notAfterMs = Date.now() + 60_000) =>
  client.placeOrder(order(changes), { notAfterMs, recvWindowMs: 1000, timeoutMs: 400 });

beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    controlPort: 0,
    dataDir: null,
    scenario: 'empty',
    seed: 'client',
  });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await control('POST', 'reset');
  await control('POST', 'switches', { rateModel: 'off' });
  // Of its own for each test: what one was told to wait for must not hold the next one back.
  client = clientFor(simulator.url);
  await client.clock.refresh();
});
afterEach(() => client.close());

const buyAtMarket = async (): Promise<NewOrder> => {
  const top = await client.bookTop(sol);
  const { rules } = await client.symbolRules([sol]);
  const decimals = rules[0]?.priceDecimals ?? 2;
  const limit = (Number(top.ask?.price) * 1.001).toFixed(decimals); // a test's price, not money
  return order({ price: price(limit), quantity: quantity('0.1') });
};

describe('what the market says', () => {
  test('rules of a pair, and of all', async () => {
    const all = await client.symbolRules();
    expect(all.malformed).toEqual([]);
    expect(all.rules.length).toBeGreaterThan(20);
    const { rules } = await client.symbolRules([sol]);
    expect(rules).toHaveLength(1);
    expect(rules[0]).toMatchObject({
      symbol: 'SOLUSDT',
      base: 'SOL',
      quote: 'USDT',
      status: 'online',
    });
    const none = await client.symbolRules([marketSymbol('NOSUCHUSDT')]);
    expect(none).toEqual({ rules: [], malformed: [] });
  });

  test('best prices, depth, deals and the pairs that are open to the API', async () => {
    const top = await client.bookTop(sol);
    const depth = await client.depth(sol, 5);
    expect(Number(top.bid?.price)).toBeLessThan(Number(top.ask?.price));
    expect(depth.bids.length).toBe(5);
    expect((await client.deals(sol)).length).toBeGreaterThan(0);
    expect(await client.defaultSymbols()).toContain('SOLUSDT');
  });

  test('an announced pair is in the calendar and in the records, with one opening', async () => {
    const opensAt = Date.now() + 3_600_000;
    await control('POST', 'listings', { symbol: '新币USDT', announceAt: Date.now(), opensAt });
    const { coins } = await client.calendar();
    expect(coins).toContainEqual(expect.objectContaining({ base: '新币', opensAtMs: opensAt }));
    const { rules } = await client.symbolRules([marketSymbol('新币USDT')]);
    expect(rules[0]).toMatchObject({ base: '新币', firstOpenTimeMs: opensAt });
  });
});

describe('an order', () => {
  test('is acknowledged without a status, and found with what it executed', async () => {
    const wanted = await buyAtMarket();
    const answer = await client.placeOrder(wanted, {
      notAfterMs: Date.now() + 1000,
      recvWindowMs: 1000,
    });
    expect(answer.kind).toBe('acknowledged');
    const report = await client.findOrder(sol, { clientOrderId: wanted.clientOrderId });
    expect(report).toMatchObject({ side: 'buy', status: 'filled', executed: '0.1' });
    if (report === null) return;
    const executions = await client.executions(sol, report.exchangeOrderId);
    expect(executions[0]).toMatchObject({ feeAsset: 'USDT' });
    const balances = await client.balances();
    expect(balances.get(asset('SOL'))?.free).toBe('0.1');
    const range = { sinceMs: Date.now() - 60_000 };
    expect((await client.allOrders(sol, range)).map((each) => each.clientOrderId)).toContain(
      wanted.clientOrderId,
    );
  });

  test('that fills nothing is final and executed nothing', async () => {
    const wanted = order({ price: price('1'), quantity: quantity('5') });
    await client.placeOrder(wanted, { notAfterMs: Date.now() + 1000, recvWindowMs: 1000 });
    const report = await client.findOrder(sol, { clientOrderId: wanted.clientOrderId });
    expect(report).toMatchObject({ status: 'canceled', executed: '0' });
  });

  test('nobody knows is null, and a cancel of it says so', async () => {
    const ref = { clientOrderId: clientOrderId('nobody') };
    expect(await client.findOrder(sol, ref)).toBeNull();
    expect(await client.cancelOrder(sol, ref)).toBe('unknownOrder');
  });

  test('may be tried without being sent', async () => {
    await client.testOrder(await buyAtMarket());
    await expect(client.testOrder(order({ quantity: quantity('0.1') }))).rejects.toThrow(/30002/);
  });
});

describe('what a refusal is about', () => {
  const refusal = (answer: PlaceAnswer): string =>
    answer.kind === 'refused' ? answer.refusal : answer.kind;

  test('a pair that is closed to the API', async () => {
    expect(refusal(await place({ symbol: marketSymbol('BTCUSDT') }))).toBe('notOpenYet');
  });

  test('too small, and more than there is', async () => {
    expect(refusal(await place({ quantity: quantity('0.5') }))).toBe('parameters');
    expect(refusal(await place({ price: price('100'), quantity: quantity('1000') }))).toBe('funds');
  });

  test('an opening cap names the highest price', async () => {
    const symbol = 'CAPPEDUSDT';
    const now = Date.now();
    await control('POST', 'listings', {
      symbol,
      opensAt: now - 500,
      visibleAt: now - 1000,
      firstPrice: '1',
      cap: { price: '1.5', durationMs: 600_000 },
    });
    const answer = await place({ symbol: marketSymbol(symbol), price: price('9') });
    expect(answer).toMatchObject({ kind: 'refused', refusal: 'priceCap', cap: '1.5' });
  });

  test('a wrong secret', async () => {
    const stranger = clientFor(simulator.url, 'wrong');
    const answer = await stranger.placeOrder(order(), {
      notAfterMs: Date.now() + 1000,
      recvWindowMs: 1000,
    });
    expect(refusal(answer)).toBe('key');
    await stranger.close();
  });
});

describe('an answer that is lost is unknown, never a failure', () => {
  const lose = (action: string, more: object = {}) =>
    control('POST', 'faults', { endpoint: 'POST /api/v3/order', action, count: 1, ...more });

  test.each([
    ['loseReplyBeforeBooking', {}],
    ['loseReplyAfterBooking', {}],
    ['delay', { ms: 2000 }],
    ['status', { status: 502 }],
    ['status', { status: 503, booked: true }],
    ['status', { status: 429 }],
    ['status', { status: 418 }],
    ['status', { status: 403 }],
    ['reset', {}],
    ['garbage', {}],
    ['html', {}],
    ['wrongType', {}],
    ['truncated', {}],
    ['redirect', {}],
    ['slowDrip', {}],
    ['endless', {}],
    ['huge', {}],
    ['gzipBomb', {}],
  ])('%s %j', async (action, more) => {
    await lose(action, more);
    const answer = await place({ price: price('1') });
    expect(answer.kind).toBe('unknown');
  });

  test('one that could not leave was not sent', async () => {
    const nobody = clientFor(`http://127.0.0.1:${await freePort()}`);
    const timing = { notAfterMs: Date.now() + 60_000, recvWindowMs: 1000 };
    expect((await nobody.placeOrder(order(), timing)).kind).toBe('notSent');
    await nobody.close();
  });

  test('after its time nothing is signed', async () => {
    expect((await place({}, Date.now() - 10_000)).kind).toBe('notSent');
  });

  test('a read that is not answered is thrown, with its reason as data', async () => {
    await control('POST', 'faults', {
      endpoint: 'GET /api/v3/account',
      action: 'status',
      status: 429,
      retryAfterSeconds: 7,
    });
    const error = await client.balances().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ExchangeError);
    expect(error instanceof ExchangeError && error.failure.kind).toBe('throttled');
  });
});

describe('the clock', () => {
  test('a skew of the exchange is measured and signed with', async () => {
    await control('POST', 'clock', { skewMs: -7000 });
    expect((await place()).kind).toBe('refused');
    await client.clock.refresh();
    expect(Math.abs(client.clock.offsetMs() + 7000)).toBeLessThan(500);
    expect((await place()).kind).toBe('acknowledged');
    await control('POST', 'clock', { skewMs: 0 });
    await client.clock.refresh();
  });
});
