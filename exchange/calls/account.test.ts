import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { add, compare, price, quantity, quoteAmount, shareOf, zeroQuote } from '#domain/amount.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import { clientOrderId, type NewOrder } from '#domain/order.ts';
import type { Simulator } from '#simulator/simulator.ts';
import { control, openPair, startTestSimulator } from '#simulator/testing.ts';
import { createExchangeClient, type ExchangeClient } from '../client.ts';
import { Secret } from '../secret.ts';

const abc = marketSymbol('ABCUSDT');

let simulator: Simulator;
let client: ExchangeClient;
let count = 0;

const timing = () => ({ notAfterMs: Date.now() + 60_000, recvWindowMs: 1000 });

/** An order that rests well below the market. */
const resting = (changes: Partial<NewOrder> = {}): NewOrder => ({
  symbol: abc,
  side: 'buy',
  type: 'limit',
  price: price('0.9'),
  quantity: quantity('10'),
  clientOrderId: clientOrderId(`calls-${(count += 1)}`),
  ...changes,
});

const switchTo = (switches: object) => control(simulator, 'POST /_sim/switches', switches);

beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await control(simulator, 'POST /_sim/reset');
  await control(simulator, 'POST /_sim/clock', { skewMs: 0 });
  await openPair(simulator, 'ABCUSDT');
  client = createExchangeClient({
    restUrl: simulator.url,
    webUrl: simulator.url,
    credentials: { apiKey: 'sim-key', secret: new Secret('sim-secret') },
    recvWindowMs: 1000,
    gate: { refusal: () => null },
    budget: { orderRate: 12, exitReserve: 0 },
  });
});
afterEach(() => client.close());

describe('a batch of orders', () => {
  test('has an answer for each, in their order', async () => {
    const orders = [resting(), resting({ quantity: quantity('0.5') }), resting()];
    const answers = await client.placeOrders(orders, timing());
    expect(answers.map((each) => each.kind)).toEqual(['acknowledged', 'refused', 'acknowledged']);
    expect(answers[1]).toMatchObject({ code: 30002, refusal: 'parameters' });
    const open = await client.openOrders(abc);
    const ids = [orders[0]?.clientOrderId, orders[2]?.clientOrderId];
    expect(new Set(open.map((each) => each.clientOrderId))).toEqual(new Set(ids));
  });

  test('whose answer is lost is unknown for every order, and each can be found', async () => {
    const fault = { endpoint: 'POST /api/v3/batchOrders', action: 'loseReplyAfterBooking' };
    await control(simulator, 'POST /_sim/faults', fault);
    const orders = [resting(), resting()];
    const answers = await client.placeOrders(orders, { ...timing(), timeoutMs: 300 });
    expect(answers.map((each) => each.kind)).toEqual(['unknown', 'unknown']);
    const found = await Promise.all(
      orders.map(({ clientOrderId: id }) => client.findOrder(abc, { clientOrderId: id })),
    );
    expect(found.map((each) => each?.status)).toEqual(['new', 'new']);
  });

  test('of none, too many, or two pairs is our mistake', async () => {
    const other = resting({ symbol: marketSymbol('SOLUSDT') });
    const many = Array.from({ length: 21 }, () => resting());
    for (const orders of [[], many, [resting(), other]])
      await expect(client.placeOrders(orders, timing())).rejects.toThrow(RangeError);
  });
});

describe('cancelling', () => {
  const place = async (order: NewOrder) => {
    const { kind } = await client.placeOrder(order, timing());
    expect(kind).toBe('acknowledged');
    return order;
  };

  test.each(['NEW', 'CANCELED'])('is a request, whether the answer says %s', async (answer) => {
    await switchTo({ cancelAnswer: answer });
    const order = await place(resting());
    const ref = { clientOrderId: order.clientOrderId };
    expect(await client.cancelOrder(abc, ref)).toBe('asked');
    expect(await client.findOrder(abc, ref)).toMatchObject({ status: 'canceled', executed: '0' });
  });

  test('that meets a fill says nothing of it: the query does', async () => {
    await switchTo({ cancelMeets: 'fill' });
    const order = await place(resting());
    const ref = { clientOrderId: order.clientOrderId };
    expect(await client.cancelOrder(abc, ref)).toBe('unknownOrder');
    expect(await client.findOrder(abc, ref)).toMatchObject({ status: 'filled', executed: '10' });
  });

  test('all of a pair, and all of the account', async () => {
    await place(resting());
    await place(resting());
    expect(await client.openOrders()).toHaveLength(2);
    await client.cancelOpenOrders([abc]);
    expect(await client.openOrders()).toEqual([]);
    await place(resting());
    await client.cancelAllOrders();
    expect(await client.openOrders(abc)).toEqual([]);
  });
});

describe('the account', () => {
  test('pairs that its key may trade, and what fees are paid in', async () => {
    expect(await client.selfSymbols()).toContain('ABCUSDT');
    expect(await client.paysFeesInMx()).toBe(false);
    await switchTo({ feeAsset: 'MX' });
    expect(await client.paysFeesInMx()).toBe(true);
    expect(await client.tradeFee(abc)).toMatchObject({ taker: expect.stringMatching(/^0\.\d+$/) });
  });

  test('a read that is refused for its time is signed anew with the exchange’s clock', async () => {
    await client.clock.refresh();
    await control(simulator, 'POST /_sim/clock', { skewMs: 20_000 });
    expect((await client.balances()).size).toBeGreaterThan(0);
    expect(Math.abs(client.clock.offsetMs() - 20_000)).toBeLessThan(1000);
  });

  test('an order that is refused for its time is not sent again, but the clock is set', async () => {
    await client.clock.refresh();
    await control(simulator, 'POST /_sim/clock', { skewMs: -20_000 });
    const refused = await client.placeOrder(resting(), timing());
    expect(refused).toMatchObject({ kind: 'refused', refusal: 'clock' });
    await client.clock.refresh();
    expect((await client.placeOrder(resting(), timing())).kind).toBe('acknowledged');
  });

  test.each(['snowflake', 'hex', 'digits'])('order ids of the shape %s are text', async (shape) => {
    await switchTo({ orderIdShape: shape });
    const order = resting();
    const answer = await client.placeOrder(order, timing());
    const found = await client.findOrder(abc, { clientOrderId: order.clientOrderId });
    expect(answer).toMatchObject({ kind: 'acknowledged', exchangeOrderId: found?.exchangeOrderId });
  });
});

describe('an order that executed against more than a page of others', () => {
  const others = async (count: number): Promise<void> => {
    const balances = { MANY: '100000', USDT: '0' };
    await control(simulator, 'POST /_sim/accounts', { apiKey: 'crowd', balances });
    const crowd = createExchangeClient({
      restUrl: simulator.url,
      webUrl: simulator.url,
      credentials: { apiKey: 'crowd', secret: new Secret('sim-secret') },
      recvWindowMs: 1000,
      gate: { refusal: () => null },
      budget: { orderRate: 10_000, exitReserve: 0 },
    });
    for (let n = 0; n < count; n += 1) {
      const at = (1 + n * 0.001).toFixed(3); // a test's price, not money
      const sell = { symbol: marketSymbol('MANYUSDT'), side: 'sell', price: price(at) } as const;
      await crowd.placeOrder(resting({ ...sell, quantity: quantity('2') }), timing());
    }
    await crowd.close();
  };

  test('has executions that add up, fees included', { timeout: 20_000 }, async () => {
    await openPair(simulator, 'MANYUSDT', { traders: false, band: null });
    await others(130);
    const symbol = marketSymbol('MANYUSDT');
    const order = resting({
      symbol,
      type: 'limitIoc',
      price: price('2'),
      quantity: quantity('500'),
    });
    await client.placeOrder(order, timing());
    const report = await client.findOrder(symbol, { clientOrderId: order.clientOrderId });
    expect(report).toMatchObject({ status: 'partlyCanceled', executed: '260' });
    if (report === null) return;
    const page = await client.executions(symbol, report.exchangeOrderId);
    const all = await client.executionsOf(report);
    expect([page.length, all.length]).toEqual([100, 101]);
    const sum = (of: (each: (typeof all)[number]) => string) =>
      all.reduce((total, each) => add(total, quoteAmount(of(each))), zeroQuote);
    expect(sum((each) => each.quantity)).toBe('260');
    expect(sum((each) => each.quote)).toBe(report.executedQuote);
    // The truth of the exchange: 0.05 % of all that changed hands.
    expect(
      compare(
        sum((each) => each.fee),
        shareOf(report.executedQuote, quoteAmount('0.0005'), quoteAmount('1')),
      ),
    ).toBe(0);
    expect(new Set(all.map((each) => each.tradeId)).size).toBe(101);
  });

  test('and those of a usual order are left as they are', async () => {
    const order = resting({ type: 'limitIoc', price: price('1.05') });
    await client.placeOrder(order, timing());
    const report = await client.findOrder(abc, { clientOrderId: order.clientOrderId });
    expect(report?.status).toBe('filled');
    if (report === null) return;
    const page = await client.executions(abc, report.exchangeOrderId);
    expect(await client.executionsOf(report)).toEqual(page);
  });
});

describe('names that are not plain ASCII are signed as they are sent', () => {
  test.each([
    ['恶俗鱼USDT', 'asSent'],
    ['恶俗鱼USDT', 'reEncoded'],
    ['TIN(XTIN)USDT', 'asSent'],
    ['TIN(XTIN)USDT', 'reEncoded'],
  ])('%s, %s', async (name, signing) => {
    await openPair(simulator, name);
    await switchTo({ signing });
    const symbol = marketSymbol(name);
    const order = resting({ symbol });
    expect((await client.placeOrder(order, timing())).kind).toBe('acknowledged');
    const batch = [resting({ symbol }), resting({ symbol })];
    const answers = await client.placeOrders(batch, timing());
    expect(answers.map((each) => each.kind)).toEqual(['acknowledged', 'acknowledged']);
    expect(await client.openOrders(symbol)).toHaveLength(3);
  });
});

describe('a repeated client id', () => {
  test.each([
    ['refuse', 'unknown'],
    ['accept', 'acknowledged'],
    ['returnFirst', 'acknowledged'],
  ])('%s: the answer is %s, never a proof that nothing is there', async (rule, kind) => {
    await switchTo({ duplicateClientOrderId: rule });
    const order = resting();
    await client.placeOrder(order, timing());
    expect((await client.placeOrder(order, timing())).kind).toBe(kind);
  });
});
