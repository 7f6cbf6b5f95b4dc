import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { price, quantity } from '#domain/amount.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import type { StreamState } from '#domain/market.ts';
import { clientOrderId, type NewOrder, type OrderReport } from '#domain/order.ts';
import type { Simulator } from '#simulator/simulator.ts';
import { control, startTestSimulator, type Body } from '#simulator/testing.ts';
import { until } from '#test/until.ts';
import { createExchangeClient, type ExchangeClient } from '../../client.ts';
import { Secret } from '../../secret.ts';
import type { AccountFill, BalanceChange } from './account-events.ts';
import {
  createAccountStream,
  type AccountStream,
  type AccountStreamSettings,
} from './account-stream.ts';

const sol = marketSymbol('SOLUSDT');

interface Heard {
  readonly orders: OrderReport[];
  readonly fills: AccountFill[];
  readonly balances: BalanceChange[];
  readonly states: StreamState[];
  connects: number;
  reconciled: number;
}

let simulator: Simulator;
let client: ExchangeClient;
let stream: AccountStream;
let heard: Heard;
let count = 0;

const listen = (changes: Partial<AccountStreamSettings> = {}): AccountStream => {
  const lists: Heard = {
    orders: [],
    fills: [],
    balances: [],
    states: [],
    connects: 0,
    reconciled: 0,
  };
  heard = lists;
  return createAccountStream({
    wsUrl: simulator.wsUrl,
    listenKeys: client.listenKeys,
    keyCheckMs: 50,
    missed: { calls: client, symbols: () => [sol] },
    ...changes,
    listener: {
      onOrder: (report) => lists.orders.push(report),
      onFill: (fill) => lists.fills.push(fill),
      onBalance: (change) => lists.balances.push(change),
      onConnected: () => (lists.connects += 1),
      onReconciled: () => (lists.reconciled += 1),
      onState: (state) => lists.states.push(state),
    },
  });
};

const buyNow = (): Promise<NewOrder> => buy('limitIoc', 1.003);

const buy = async (type: NewOrder['type'], over: number): Promise<NewOrder> => {
  const top = await client.bookTop(sol);
  const limit = (Number(top.ask?.price) * over).toFixed(2); // a test's price, not money
  const order: NewOrder = {
    symbol: sol,
    side: 'buy',
    type,
    price: price(limit),
    quantity: quantity('0.1'),
    clientOrderId: clientOrderId(`acc-${(count += 1)}`),
  };
  const timing = { notAfterMs: Date.now() + 60_000, recvWindowMs: 1000 };
  const answer = await client.placeOrder(order, timing);
  if (answer.kind !== 'acknowledged') throw new Error(JSON.stringify(answer));
  return order;
};

const reportOf = (order: NewOrder, status: OrderReport['status']) => () =>
  heard.orders.find((each) => each.clientOrderId === order.clientOrderId && each.status === status);

const connected = (times = 1) => until('connected', () => heard.connects >= times);

beforeAll(async () => {
  simulator = await startTestSimulator({ seed: 'account' });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await control(simulator, 'POST /_sim/reset');
  client = createExchangeClient({
    restUrl: simulator.url,
    webUrl: simulator.url,
    credentials: { apiKey: 'sim-key', secret: new Secret('sim-secret') },
    recvWindowMs: 1000,
    gate: { refusal: () => null },
    budget: { model: 'perEndpoint500' },
  });
  stream = listen();
});
afterEach(async () => {
  await stream.close();
  await client.close();
});

const missAll = () => control(simulator, 'POST /_sim/switches', { streamOrder: 'never' });
const drop = () => control(simulator, 'POST /_sim/faults', { stream: 'drop' });
const reconciled = (times = 1) => until('reconciled', () => heard.reconciled >= times);

describe('what was not heard', () => {
  test('is asked for after a reconnect: ends, whole orders, executions, balances', async () => {
    await reconciled();
    const resting = await buy('limit', 0.99);
    await until('the resting order', reportOf(resting, 'new'));
    await missAll();
    await client.cancelOrder(sol, { clientOrderId: resting.clientOrderId });
    const bought = await buyNow();
    expect(reportOf(bought, 'filled')()).toBeUndefined();
    await drop();
    await reconciled(2);
    expect(reportOf(resting, 'canceled')()).toBeDefined();
    expect(reportOf(bought, 'filled')()).toMatchObject({ executed: '0.1' });
    expect(heard.fills).toMatchObject([{ clientOrderId: bought.clientOrderId, side: 'buy' }]);
    const last = heard.balances.findLast(({ asset }) => asset === 'SOL');
    expect(last).toMatchObject({ free: '0.1', locked: '0', cause: 'REST' });
  });

  test('and was heard meanwhile is told once', async () => {
    await reconciled();
    const order = await buyNow();
    await until('the end of the order', reportOf(order, 'filled'));
    await until('the execution', () => heard.fills[0]);
    await drop();
    await reconciled(2);
    const told = heard.orders.filter((each) => each.clientOrderId === order.clientOrderId);
    expect(told.filter(({ status }) => status === 'filled')).toHaveLength(1);
    expect(heard.fills).toHaveLength(1);
  });

  test('is asked for until it is answered, and not said to be whole before', async () => {
    await reconciled();
    await missAll();
    const order = await buyNow();
    for (const endpoint of ['GET /api/v3/myTrades', 'GET /api/v3/account'])
      await control(simulator, 'POST /_sim/faults', { endpoint, action: 'status', status: 503 });
    await drop();
    await connected(2);
    expect(heard.reconciled).toBe(1);
    expect(reportOf(order, 'filled')()).toBeUndefined();
    await reconciled(2);
    expect(reportOf(order, 'filled')()).toBeDefined();
    expect(heard.fills).toHaveLength(1);
  });

  test('a coin that is gone is told as zero', async () => {
    await reconciled();
    await buyNow();
    await until('the coin', () => heard.balances.find(({ asset }) => asset === 'SOL'));
    await control(simulator, 'POST /_sim/accounts', { balances: { SOL: '0' } });
    await drop();
    await reconciled(2);
    const last = heard.balances.findLast(({ asset }) => asset === 'SOL');
    expect(last).toMatchObject({ free: '0', cause: 'REST' });
  });
});

describe('the account stream', () => {
  test('is live when all its channels are accepted, and tells to ask what was missed', async () => {
    await connected();
    expect(stream.state()).toBe('live');
    expect(heard.states).toEqual(['live']);
  });

  test('tells an order, its execution with the fee, and the balances', async () => {
    await connected();
    const order = await buyNow();
    const report = await until('the end of the order', reportOf(order, 'filled'));
    expect(report).toMatchObject({ symbol: 'SOLUSDT', side: 'buy', executed: '0.1' });
    const asked = await client.findOrder(sol, { clientOrderId: order.clientOrderId });
    expect(report).toMatchObject({
      exchangeOrderId: asked?.exchangeOrderId,
      executedQuote: asked?.executedQuote,
    });
    const fill = await until('the execution', () => heard.fills[0]);
    expect(fill).toMatchObject({
      clientOrderId: order.clientOrderId,
      side: 'buy',
      feeAsset: 'USDT',
      isMaker: false,
    });
    const base = await until('the balance', () => heard.balances.find((b) => b.asset === 'SOL'));
    expect(base).toMatchObject({ free: '0.1', locked: '0' });
    expect(stream.malformed()).toBe(0);
  });

  test.each(['duplicated', 'reordered'])('says the same when events are %s', async (mode) => {
    await control(simulator, 'POST /_sim/switches', { privateEvents: mode });
    await connected();
    const order = await buyNow();
    await until('the end of the order', reportOf(order, 'filled'));
    await until('the execution', () => heard.fills[0]);
    const second = await buyNow();
    await until('the end of the second', reportOf(second, 'filled'));
    const first = heard.orders.filter((each) => each.clientOrderId === order.clientOrderId);
    expect(first.at(-1)?.status).toBe('filled');
    expect(new Set(heard.fills.map((fill) => fill.tradeId)).size).toBe(heard.fills.length);
  });

  test('connects again after a drop, with the same key, and tells that there was a gap', async () => {
    await connected();
    const [key] = await client.listenKeys.list();
    await control(simulator, 'POST /_sim/faults', { stream: 'drop' });
    await connected(2);
    expect(heard.states).toEqual(['live', 'connecting', 'live']);
    expect(await client.listenKeys.list()).toEqual([key]);
  });

  test.each(['close', 'silent'])('gets a new key when its key dies: %s', async (death) => {
    await control(simulator, 'POST /_sim/switches', { listenKeyDeath: death });
    await connected();
    const [key = ''] = await client.listenKeys.list();
    await client.listenKeys.close(key);
    await connected(2);
    expect(await client.listenKeys.list()).not.toContain(key);
    const order = await buyNow();
    await until('the end of the order', reportOf(order, 'filled'));
  });

  test('renews its key before it dies, and stays connected', async () => {
    await stream.close();
    await control(simulator, 'POST /_sim/switches', { listenKeyMinutes: 0.02 });
    stream = listen({ keyRenewMs: 200 });
    await connected();
    const [key] = await client.listenKeys.list();
    const renewals = async () => {
      const { requests } = (await control(simulator, 'GET /_sim/truth')).body;
      return Array.from<Body>(requests ?? []).filter(({ method }) => String(method) === 'PUT')
        .length;
    };
    // A life of 1.2 s, renewed after 0.2 s: after ten renewals it would be dead without them.
    await until('ten renewals', async () => (await renewals()) >= 10);
    expect(await client.listenKeys.list()).toEqual([key]);
    expect(heard.states).toEqual(['live']);
  });

  test('gives its key back when it is closed', async () => {
    await connected();
    expect(await client.listenKeys.list()).toHaveLength(1);
    await stream.close();
    expect(await client.listenKeys.list()).toEqual([]);
    expect(stream.state()).toBe('closed');
  });

  test('gives back a key that comes after it was closed', async () => {
    await connected();
    await stream.close();
    const slow = { endpoint: 'POST /api/v3/userDataStream', action: 'delay', ms: 100 };
    await control(simulator, 'POST /_sim/faults', slow);
    stream = listen();
    await stream.close();
    const keyCalls = async () => {
      const { requests } = (await control(simulator, 'GET /_sim/truth')).body;
      const all = Array.from<Body>(requests ?? []).map((each) => String(each['method']));
      return all.filter((method) => method === 'DELETE').length;
    };
    await until('both keys are given back', async () => (await keyCalls()) === 2);
    expect(await client.listenKeys.list()).toEqual([]);
  });

  test('keeps trying while no key is to be had', async () => {
    await stream.close();
    const fault = { endpoint: 'POST /api/v3/userDataStream', action: 'status', status: 503 };
    await control(simulator, 'POST /_sim/faults', { ...fault, count: 3 });
    stream = listen();
    await connected();
    expect(stream.state()).toBe('live');
  });
});
