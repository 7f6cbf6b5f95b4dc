import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { price, quantity } from '#domain/amount.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import { clientOrderId, type ExchangeOrderId, type NewOrder } from '#domain/order.ts';
import type { ExchangeClient } from '../client.ts';
import { ExchangeError } from '../failure.ts';
import { fixture, startAnswering, theirs, type Answering } from './fixtures.ts';

type Row = readonly [string, unknown, (call: ExchangeClient) => Promise<unknown>, unknown];

let answering: Answering;

beforeAll(async () => {
  answering = await startAnswering();
});
afterAll(() => answering[Symbol.asyncDispose]());

const printed = fixture('calls.printed-2025.json')['examples'];
const library = fixture('responses.recorded-2024.json')['responses'];
const ours = fixture('shapes.ours-2026.json');
const btc = marketSymbol('BTCUSDT');
const order: NewOrder = {
  symbol: marketSymbol('ABCUSDT'),
  side: 'buy',
  type: 'limitIoc',
  price: price('1'),
  quantity: quantity('1'),
  clientOrderId: clientOrderId('parity-1'),
};
const timing = () => ({ notAfterMs: Date.now() + 60_000, recvWindowMs: 1000 });
const ref = { clientOrderId: order.clientOrderId };
const id = 'x' as ExchangeOrderId; // opaque text
const OLD_ID = '06a480e69e604477bfb48dddd5f0b750';

const filled = { executed: '1220', executedQuote: '5.54124', status: 'filled', side: 'sell' };
const unfilled = { executed: '0.0', status: 'new', side: 'buy', exchangeOrderId: '1' };
const batch: readonly NewOrder[] = ['hio8279hbdsds', '123456', 'third'].map((name) => ({
  ...order,
  clientOrderId: clientOrderId(name),
}));

const rows: readonly Row[] = [
  [
    'printed account',
    printed?.['Account Information'],
    (c) => c.balances().then(Object.fromEntries),
    { NBNTEST: { free: '1111078', locked: '33' }, MAIN: { free: '1020000', locked: '0' } },
  ],
  [
    'account of a C# client',
    theirs('GET', '/api/v3/account'),
    (c) => c.balances().then(Object.fromEntries),
    { NBNTEST: { free: '1111078', locked: '33' }, MAIN: { free: '1020000', locked: '0' } },
  ],
  [
    'account of 2026',
    ours['account']?.['body'],
    (c) => c.balances().then(Object.fromEntries),
    { ONETEST: { free: '1211078', locked: '34' } },
  ],
  [
    'printed fee',
    printed?.['Query Symbol Commission'],
    (c) => c.tradeFee(btc),
    { maker: '0.0030000000', taker: '0.0030000000' },
  ],
  [
    'fee of a C# client',
    theirs('GET', '/api/v3/tradeFee'),
    (c) => c.tradeFee(btc),
    { maker: '0.0030000000' },
  ],
  [
    'deduction of a C# client',
    theirs('GET', '/api/v3/mxDeduct/enable'),
    (c) => c.paysFeesInMx(),
    true,
  ],
  [
    'recorded orders',
    library?.['fetchOrders'],
    (c) => c.allOrders(btc, { sinceMs: 0 }),
    [
      {
        ...filled,
        exchangeOrderId: 'C02__385413065019117569043',
        price: '0.004327',
        clientOrderId: null,
        createdAtMs: 1_707_671_871_000,
      },
    ],
  ],
  [
    'printed order',
    printed?.['Query Order'],
    (c) => c.findOrder(btc, ref),
    { ...unfilled, quantity: '1.0', clientOrderId: 'myOrder1' },
  ],
  ['printed open orders', printed?.['Current Open Orders'], (c) => c.openOrders(), [unfilled]],
  [
    'printed all orders',
    printed?.['All Orders'],
    (c) => c.allOrders(btc, { sinceMs: 0 }),
    [unfilled],
  ],
  [
    'open orders of a C# client',
    theirs('GET', '/api/v3/openOrders'),
    (c) => c.openOrders(),
    [unfilled],
  ],
  [
    'all orders of a C# client',
    theirs('GET', '/api/v3/allOrders'),
    (c) => c.allOrders(btc, { sinceMs: 0 }),
    [unfilled],
  ],
  ['order of a C# client', theirs('GET', '/api/v3/order'), (c) => c.findOrder(btc, ref), unfilled],
  [
    'an order of a live account',
    ours['orders']?.[0]?.['body'],
    (c) => c.findOrder(btc, ref),
    { status: 'filled', executed: '0.12', executedQuote: '2.08104', clientOrderId: '11' },
  ],
  [
    'an order of 2026 as printed',
    ours['orders']?.[1]?.['body'],
    (c) => c.findOrder(btc, ref),
    { status: 'new', quantity: '3.0', exchangeOrderId: '7' },
  ],
  [
    'recorded executions',
    library?.['fetchMyTrades'],
    (c) => c.executions(btc, id),
    [
      {
        tradeId: 'dd44f79dda764c2e927a190ac5e7a1e5',
        quantity: '1220',
        quote: '5.54124',
        fee: '0',
        feeAsset: 'USDT',
        isMaker: false,
      },
    ],
  ],
  [
    'printed executions',
    printed?.['Account Trade List'],
    (c) => c.executions(btc, id),
    [{ price: '4.00000100', fee: '10.10000000', feeAsset: 'BNB' }],
  ],
  [
    'executions of a C# client',
    theirs('GET', '/api/v3/myTrades'),
    (c) => c.executions(btc, id),
    [{ quote: '48.000012' }],
  ],
  [
    'executions of a live account',
    [ours['trades']?.[0]?.['body'], ours['trades']?.[1]?.['body']],
    (c) => c.executions(btc, id),
    [
      { fee: '0.004', feeAsset: 'USDT' },
      { fee: '0.01564920035', tradeId: '600000000000000003X2' },
    ],
  ],
  [
    'printed acknowledgement',
    printed?.['New Order'],
    (c) => c.placeOrder(order, timing()),
    { kind: 'acknowledged', exchangeOrderId: OLD_ID },
  ],
  [
    'acknowledgement of a C# client',
    theirs('POST', '/api/v3/order'),
    (c) => c.placeOrder(order, timing()),
    { kind: 'acknowledged', exchangeOrderId: OLD_ID },
  ],
  [
    'acknowledgement of a live account',
    ours['placed']?.['body'],
    (c) => c.placeOrder(order, timing()),
    { kind: 'acknowledged', exchangeOrderId: 'C02__600000000000000004065' },
  ],
  ['printed test order', printed?.['Test New Order'], (c) => c.testOrder(order), undefined],
  [
    'printed batch',
    printed?.['Batch Orders'],
    (c) => c.placeOrders(batch, timing()),
    [
      { kind: 'acknowledged', exchangeOrderId: '1196315350023612316' },
      { kind: 'refused', code: 30002, refusal: 'parameters' },
      { kind: 'acknowledged', exchangeOrderId: '1196315350023612318' },
    ],
  ],
  ['printed cancel', printed?.['Cancel Order'], (c) => c.cancelOrder(btc, ref), 'asked'],
  [
    'cancel of a C# client',
    theirs('DELETE', '/api/v3/order'),
    (c) => c.cancelOrder(btc, ref),
    'asked',
  ],
  [
    'printed cancel of all',
    printed?.['Cancel all Open Orders on a Symbol'],
    (c) => c.cancelOpenOrders([btc]),
    undefined,
  ],
  ['cancel of all, still NEW', ours['cancelAll']?.['body'], (c) => c.cancelAllOrders(), undefined],
  [
    'printed listen key',
    printed?.['Generate Listen Key'],
    (c) => c.listenKeys.create(),
    expect.stringMatching(/^.{64}$/),
  ],
  [
    'listen key of a C# client',
    theirs('POST', '/api/v3/userDataStream'),
    (c) => c.listenKeys.create(),
    expect.stringMatching(/^.{64}$/),
  ],
  [
    'printed extension',
    printed?.['Extend Listen Key Validity'],
    (c) => c.listenKeys.renew('k'),
    undefined,
  ],
  [
    'printed end of a key',
    printed?.['Close Listen Key'],
    (c) => c.listenKeys.close('k'),
    undefined,
  ],
  [
    'printed list of keys',
    printed?.['Get Valid Listen Keys'],
    (c) => c.listenKeys.list(),
    expect.arrayContaining([expect.any(String)]),
  ],
  [
    'list of keys of 2026',
    ours['listenKeys']?.['body'],
    (c) => c.listenKeys.list(),
    ['a'.repeat(64)],
  ],
];

test.each(rows)('%s means what it says', async (...row) => {
  const [, body, call, expected] = row;
  expect(body).toBeDefined();
  answering.answer(200, body);
  expect({ value: await call(answering.client) }).toMatchObject({ value: expected });
});

describe('a refusal that was seen', () => {
  const refusals = Array.from(ours['refusals']?.['body'] ?? []);

  test.each(refusals.map((each) => [String(each[0]), Number(each[1])] as const))(
    '%s (%i) keeps its code and is classified by it',
    async (msg, code) => {
      answering.answer(400, { msg, code, _extend: null });
      const placed = await answering.client.placeOrder(order, timing());
      const cap = code === 30010 ? '5' : null;
      expect(placed).toMatchObject({ kind: 'refused', code, reason: msg, cap });
      const read: unknown = await answering.client.balances().catch((thrown: unknown) => thrown);
      expect(read).toBeInstanceOf(ExchangeError);
    },
  );
});
