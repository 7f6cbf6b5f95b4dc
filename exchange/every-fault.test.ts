import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { price, quantity } from '#domain/amount.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import { clientOrderId, type NewOrder } from '#domain/order.ts';
import type { Simulator } from '#simulator/simulator.ts';
import { control, openPair, startTestSimulator, type Body } from '#simulator/testing.ts';
import { until } from '#test/until.ts';
import { createExchangeClient, type ExchangeClient } from './client.ts';
import { ExchangeError } from './failure.ts';
import { Secret } from './secret.ts';

// Whatever happens to a call: what the client claims is so, and by asking it finds what is booked.

const abc = marketSymbol('ABCUSDT');

/** Each action with what it needs, and whether the call is carried out. */
const FAULTS: readonly (readonly [string, object, 'booked' | 'late' | 'not'])[] = [
  ['loseReplyBeforeBooking', {}, 'not'],
  ['loseReplyAfterBooking', {}, 'booked'],
  ['delay', { ms: 900, when: 'afterBooking' }, 'booked'],
  ['delay', { ms: 900, when: 'beforeBooking' }, 'late'],
  ['bookLate', { afterMs: 300 }, 'late'],
  ['bookLate', { afterMs: 300, reply: '504' }, 'late'],
  ...[429, 418, 403, 500, 503].flatMap((status) => [
    ['status', { status, retryAfterSeconds: 1 }, 'not'] as const,
    ['status', { status, retryAfterSeconds: 1, booked: true }, 'booked'] as const,
  ]),
  ['status', { status: 400, code: 999_999, booked: true }, 'booked'],
  ...['reset', 'garbage', 'html', 'wrongType', 'redirect', 'truncated', 'huge', 'endless'].flatMap(
    spoilt,
  ),
  ...['slowDrip', 'gzipBomb'].flatMap(spoilt),
];

function spoilt(action: string) {
  return [
    [action, {}, 'not'],
    [action, { booked: true }, 'booked'],
  ] as const;
}

let simulator: Simulator;
let client: ExchangeClient;
let count = 0;

beforeAll(async () => {
  simulator = await startTestSimulator({ seed: 'faults' });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await control(simulator, 'POST /_sim/reset');
  await openPair(simulator, 'ABCUSDT');
  client = clientOf();
});
afterEach(() => client.close());

const clientOf = (): ExchangeClient =>
  createExchangeClient({
    restUrl: simulator.url,
    webUrl: simulator.url,
    credentials: { apiKey: 'sim-key', secret: new Secret('sim-secret') },
    recvWindowMs: 5000,
    gate: { refusal: () => null },
  });

const order = (): NewOrder => ({
  symbol: abc,
  side: 'buy',
  type: 'limitIoc',
  price: price('1.05'),
  quantity: quantity('10'),
  clientOrderId: clientOrderId(`fault-${(count += 1)}`),
});

const timing = () => ({ notAfterMs: Date.now() + 5000, recvWindowMs: 5000, timeoutMs: 400 });
const strike = (endpoint: string, action: string, more: object) =>
  control(simulator, 'POST /_sim/faults', { endpoint, action, ...more });
const booked = async (): Promise<readonly string[]> => {
  const { body } = await control(simulator, 'GET /_sim/truth/books');
  return Array.from<Body>(body['orders'] ?? []).map((each) => String(each['clientOrderId']));
};

test('every action that GET /_sim names is tested here', async () => {
  const { body } = await control(simulator, 'GET /_sim');
  const named = JSON.stringify(body['settable']?.['faults']).matchAll(
    /"action":\{[^}]*?"(?:const|enum)":("\w+"|\[[^\]]*\])/g,
  );
  const actions = [...named].flatMap(([, text = '']) => [JSON.parse(text)].flat() as string[]);
  const tested = [...FAULTS.map(([action]) => action), 'hold'];
  expect(new Set(actions)).toEqual(new Set(tested));
  expect(actions.length).toBeGreaterThan(14);
});

describe('an order', () => {
  test.each(FAULTS)('%s %j: %s', { timeout: 30_000 }, async (action, more, becomes) => {
    await strike('POST /api/v3/order', action, more);
    const wanted = order();
    const answer = await client.placeOrder(wanted, timing());
    // Nothing but doubt: nobody has said no, and nobody has said yes.
    expect(answer.kind).toBe('unknown');
    const id = wanted.clientOrderId;
    if (becomes === 'late') await until('it is booked', async () => (await booked()).includes(id));
    // A client that was not told to wait asks: what it finds is what there is.
    const other = clientOf();
    const found = await other.findOrder(abc, { clientOrderId: id });
    await other.close();
    expect(found === null ? [] : [found.clientOrderId]).toEqual(await booked());
    expect(found?.executed ?? null).toBe(becomes === 'not' ? null : '10');
  });

  test.each(['beforeBooking', 'afterBooking'])('held %s: taken when released', async (when) => {
    const { body } = await strike('POST /api/v3/order', 'hold', { when });
    const wanted = order();
    const placing = client.placeOrder(wanted, { ...timing(), timeoutMs: 5000 });
    const held = async () =>
      (await control(simulator, 'GET /_sim/faults')).body['calls']?.[0]?.['held'];
    await until('it is held', async () => Number(await held()) === 1);
    expect(await booked()).toEqual(when === 'afterBooking' ? [wanted.clientOrderId] : []);
    await control(simulator, `POST /_sim/faults/${String(body['id'])}/release`);
    expect((await placing).kind).toBe('acknowledged');
    expect(await booked()).toEqual([wanted.clientOrderId]);
  });
});

describe('a read and a cancel', () => {
  const quick = FAULTS.filter(
    ([action]) => !['endless', 'slowDrip', 'delay', 'huge', 'gzipBomb'].includes(action),
  );

  test.each(quick)('%s %j throw what it was, as data', { timeout: 30_000 }, async (...fault) => {
    const [action, more] = fault;
    const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['GET /api/v3/account', () => client.balances()],
      ['GET /api/v3/ticker/bookTicker', () => client.bookTop(abc)],
      ['DELETE /api/v3/order', () => client.cancelOrder(abc, order())],
    ];
    for (const [endpoint, call] of calls) {
      await client.close();
      client = clientOf();
      await strike(endpoint, action, more);
      const error: unknown = await call().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ExchangeError);
      const { failure } = error as ExchangeError; // by the line above
      expect(failure.kind).not.toBe('refused');
      await control(simulator, 'DELETE /_sim/faults');
    }
  });
});
