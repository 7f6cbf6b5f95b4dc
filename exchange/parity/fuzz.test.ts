import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { price, quantity } from '#domain/amount.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import { clientOrderId, type ExchangeOrderId, type NewOrder } from '#domain/order.ts';
import type { ExchangeClient } from '../client.ts';
import { ExchangeError } from '../failure.ts';
import { fixture, seen, startAnswering, theirs, type Answering, type Json } from './fixtures.ts';

// Answers that were seen, with something wrong in them, sent to the whole client: it reads what
// stands there, or says that it cannot. It never falls over and never makes up an amount.

const printed = fixture('calls.printed-2025.json')['examples'];
const ours = fixture('shapes.ours-2026.json');
const abc = marketSymbol('ABCUSDT');
const id = 'x' as ExchangeOrderId; // opaque text
const order: NewOrder = {
  symbol: abc,
  side: 'buy',
  type: 'limitIoc',
  price: price('1'),
  quantity: quantity('1'),
  clientOrderId: clientOrderId('fuzz-1'),
};
const timing = () => ({ notAfterMs: Date.now() + 60_000, recvWindowMs: 1000 });
const coin = { vcoinId: 'a', vcoinName: 'ABC', vcoinNameFull: 'Abc', firstOpenTime: 1.8e12 };
const calendar = { data: { newCoins: [coin, { vcoinName: 'OTHER' }] } };
const web = { data: { symbols: { USDT: [ours['webFragment']?.['body']] } } };
const range = { interval: '5m', fromMs: 0, toMs: 1.9e12 };

type Call = readonly [string, unknown, (client: ExchangeClient) => Promise<unknown>];

const calls: readonly Call[] = [
  ['symbolRules', seen('/api/v3/exchangeInfo'), (c) => c.symbolRules()],
  ['defaultSymbols', seen('/api/v3/defaultSymbols'), (c) => c.defaultSymbols()],
  ['offlinePairs', ours['offline']?.['body'], (c) => c.offlinePairs()],
  ['bookSnapshot', seen('/api/v3/depth'), (c) => c.bookSnapshot(abc)],
  ['bookTop', seen('/api/v3/ticker/bookTicker'), (c) => c.bookTop(abc)],
  ['lastPrice', seen('/api/v3/ticker/price'), (c) => c.lastPrice(abc)],
  ['deals', seen('/api/v3/trades'), (c) => c.deals(abc)],
  ['candles', seen('/api/v3/klines'), (c) => c.candles(abc, range)],
  ['announcements', theirs('GET', '/api/v3/announcements'), (c) => c.announcements()],
  ['calendar', calendar, (c) => c.calendar()],
  ['webPairs', web, (c) => c.webPairs()],
  ['balances', ours['account']?.['body'], (c) => c.balances().then((all) => [...all])],
  ['findOrder', ours['orders']?.[0]?.['body'], (c) => c.findOrder(abc, order)],
  ['openOrders', [ours['orders']?.[1]?.['body']], (c) => c.openOrders()],
  ['executions', [ours['trades']?.[0]?.['body']], (c) => c.executions(abc, id)],
  ['paysFeesInMx', theirs('GET', '/api/v3/mxDeduct/enable'), (c) => c.paysFeesInMx()],
  ['listenKeys', ours['listenKeys']?.['body'], (c) => c.listenKeys.list()],
  ['placeOrder', ours['placed']?.['body'], (c) => c.placeOrder(order, timing())],
  ['placeOrders', printed?.['Batch Orders'], (c) => c.placeOrders([order], timing())],
  ['cancelOrder', printed?.['Cancel Order'], (c) => c.cancelOrder(abc, order)],
];

let answering: Answering;

beforeAll(async () => {
  answering = await startAnswering();
});
afterAll(() => answering[Symbol.asyncDispose]());

/** Every place in a value, as the keys that lead there. */
const placesIn = (value: unknown, at: readonly string[] = []): (readonly string[])[] => {
  const inside =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, each]) => placesIn(each, [...at, key]))
      : [];
  return [at, ...inside];
};

/** A copy with something else at one place. */
const withAt = (value: unknown, [key, ...rest]: readonly string[], odd: unknown): unknown => {
  if (key === undefined) return odd;
  // The places were taken from this very value.
  if (Array.isArray(value))
    return value.map((x, n) => (String(n) === key ? withAt(x, rest, odd) : x));
  const fields = Object.entries(value as Json);
  return Object.fromEntries(fields.map(([k, x]) => [k, k === key ? withAt(x, rest, odd) : x]));
};

const ODD = ['', '-1', '1e9', 'NaN', '0x10', ' 1', '1,5', '9'.repeat(60), -1, 0.1, 1e300, null];
const odd = fc.oneof(fc.constantFrom<unknown>(...ODD, [], {}, true), fc.jsonValue());

const SIGNS = Array.from('0123456789-.eE"{}[],:nt \u0000');

/** The body with an odd value somewhere, or its text cut, or with another character in it. */
const spoilt = (body: unknown): fc.Arbitrary<string> => {
  const text = JSON.stringify(body);
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(...placesIn(body)), odd)
        .map(([at, value]) => JSON.stringify(withAt(body, at, value)) ?? ''),
    },
    { weight: 1, arbitrary: fc.nat(text.length).map((end) => text.slice(0, end)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.nat(text.length - 1), fc.constantFrom(...SIGNS))
        .map(([at, sign]) => `${text.slice(0, at)}${sign}${text.slice(at + 1)}`),
    },
  );
};

const AMOUNTS = new Set(
  'price quantity executed executedQuote fee free locked cap open high low close volume'.split(' '),
);

/** Every amount of a value, with its name. */
const amountsIn = (value: unknown): (readonly [string, unknown])[] =>
  placesIn(value)
    .filter((at) => AMOUNTS.has(at.at(-1) ?? ''))
    .map((at) => [at.join('.'), at.reduce<unknown>((x, key) => (x as Json)[key], value)] as const)
    .filter(([, amount]) => amount !== null && typeof amount !== 'object');

test.each(calls)('%s', { timeout: 60_000 }, async (...row) => {
  const [, body, call] = row;
  expect(body).toBeDefined();
  await fc.assert(
    fc.asyncProperty(spoilt(body), fc.constantFrom(200, 200, 200, 400), async (text, status) => {
      answering.answerText(status, text);
      // Of its own: a refusal that bans must not answer for the next.
      const client = answering.another();
      const outcome = await call(client).then(
        (value) => ({ value, error: null }),
        (error: unknown) => ({ value: null, error }),
      );
      await client.close();
      if (outcome.error !== null && !(outcome.error instanceof ExchangeError)) throw outcome.error;
      for (const [name, amount] of amountsIn(outcome.value)) {
        expect([name, amount]).toEqual([name, expect.stringMatching(/^\d+(\.\d+)?$/)]);
        // As it stands in the answer: no digit is ours.
        expect(text).toContain(String(amount));
      }
    }),
    { numRuns: 300 },
  );
});
