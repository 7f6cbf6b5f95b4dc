import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../simulator.ts';
import {
  control,
  eventually,
  get,
  openPair,
  sign,
  signed,
  startTestSimulator,
  type Params,
} from '../testing.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startTestSimulator();
  await openPair(simulator, 'AAAUSDT');
});
afterAll(() => simulator.stop());

const order = (more: Params): Params => ({ symbol: 'AAAUSDT', side: 'BUY', ...more });

async function send(init: { query: string; body?: string; key?: string; type?: string }) {
  const response = await fetch(`${simulator.url}/api/v3/order/test?${init.query}`, {
    method: 'POST',
    headers: {
      'x-mexc-apikey': init.key ?? 'sim-key',
      'content-type': init.type ?? 'application/json',
    },
    ...(init.body === undefined ? {} : { body: init.body }),
  });
  return [response.status, await response.json()] as const;
}

const params = (): string =>
  `symbol=AAAUSDT&side=BUY&type=LIMIT&quantity=10&price=1&recvWindow=5000&timestamp=${Date.now()}`;

describe('signing', () => {
  it('takes a signature over the query', async () => {
    const query = params();
    const signature = sign('sim-secret', query);
    expect(await send({ query: `${query}&signature=${signature}` })).toEqual([200, {}]);
  });

  it('takes a signature over query and body joined without &', async () => {
    const query = 'symbol=AAAUSDT&side=BUY&type=LIMIT';
    const rest = `quantity=10&price=1&timestamp=${Date.now()}`;
    const signature = sign('sim-secret', query + rest);
    expect(await send({ query, body: `${rest}&signature=${signature}` })).toEqual([200, {}]);
    const wrong = sign('sim-secret', `${query}&${rest}`);
    const refused = await send({ query, body: `${rest}&signature=${wrong}` });
    expect(refused[1]).toMatchObject({ code: 700002 });
  });

  it('refuses a wrong signature, an unknown key, a wrong type and a missing key', async () => {
    const query = `${params()}&signature=${'0'.repeat(64)}`;
    const refusal = (code: number) => [400, expect.objectContaining({ code })];
    expect(await send({ query })).toEqual(refusal(700002));
    expect(await send({ query, key: 'nobody' })).toEqual(refusal(10072));
    expect(await send({ query, type: 'text/plain', body: 'x' })).toEqual(refusal(700013));
    expect(await send({ query, key: '' })).toEqual(refusal(400));
  });

  it.each([
    ['a minute ahead', 60_000, 700003],
    ['a minute old', -60_000, 700003],
  ])('refuses a timestamp %s', async (_, offsetMs, code) => {
    const timestamp = Date.now() + offsetMs;
    const reply = await signed(simulator, 'GET /api/v3/account', { timestamp });
    expect([reply.status, reply.body['code']]).toEqual([400, code]);
  });

  it.each([
    [{ recvWindow: 60_001 }, 700005],
    [{ timestamp: 'soon' }, 700008],
    [{ timestamp: '' }, 700004],
  ])('refuses %j with %i', async (time, code) => {
    const reply = await signed(simulator, 'GET /api/v3/account', time);
    expect([reply.status, reply.body['code']]).toEqual([400, code]);
  });

  it('takes a timestamp that is less than a second ahead', async () => {
    const timestamp = Date.now() + 900;
    expect((await signed(simulator, 'GET /api/v3/account', { timestamp })).status).toBe(200);
  });

  it('can sign the text it would write itself', async () => {
    await openPair(simulator, 'GOLD(X)USDT');
    const name = { symbol: 'GOLD(X)USDT' };
    expect((await signed(simulator, 'GET /api/v3/openOrders', name)).status).toBe(200);
    await control(simulator, 'POST /_sim/switches', { signing: 'reEncoded' });
    const refused = await signed(simulator, 'GET /api/v3/openOrders', name);
    expect(refused.body['code']).toBe(700002);
    await control(simulator, 'POST /_sim/switches', { signing: 'asSent' });
  });
});

describe('orders', () => {
  it('acknowledges without status, then shows fills and the fee in quote', async () => {
    const bought = await signed(simulator, 'POST /api/v3/order', {
      ...order({ type: 'IMMEDIATE_OR_CANCEL', quantity: 50, price: '1.05' }),
      newClientOrderId: 'first-buy',
    });
    expect(Object.keys(bought.body)).toEqual([
      'symbol',
      'orderId',
      'orderListId',
      'price',
      'origQty',
      'type',
      'side',
      'transactTime',
    ]);
    const query = { symbol: 'AAAUSDT', origClientOrderId: 'first-buy' };
    const seen = await signed(simulator, 'GET /api/v3/order', query);
    expect(seen.body).toMatchObject({ status: 'FILLED', executedQty: '50', timeInForce: null });
    expect(Number(seen.body['time']) % 1000).toBe(0);
    const [trade] = (await signed(simulator, 'GET /api/v3/myTrades', { symbol: 'AAAUSDT' })).body;
    expect(trade).toMatchObject({ commissionAsset: 'USDT', clientOrderId: null, isMaker: false });
    const fee = Number(trade?.['commission']);
    expect(fee).toBeCloseTo(Number(trade?.['quoteQty']) * 0.0005, 12);
  });

  it('ends an IOC that ran out of book as PARTIALLY_CANCELED', async () => {
    await openPair(simulator, 'THINUSDT', { levelQuote: 5, band: null });
    const asked = { symbol: 'THINUSDT', side: 'BUY', quantity: 3000, price: '1.02' };
    const placed = await signed(simulator, 'POST /api/v3/order', {
      ...asked,
      type: 'IMMEDIATE_OR_CANCEL',
    });
    const { orderId = null } = placed.body;
    const seen = await signed(simulator, 'GET /api/v3/order', {
      symbol: 'THINUSDT',
      orderId: String(orderId),
    });
    expect(seen.body).toMatchObject({ status: 'PARTIALLY_CANCELED' });
    const account = (await signed(simulator, 'GET /api/v3/account')).body;
    const usdt = (account['balances'] ?? []) as { asset: string; locked: string }[];
    expect(usdt.find(({ asset }) => asset === 'USDT')?.locked).toBe('0');
  });

  it('says NEW when it cancels, and CANCELED when asked afterwards', async () => {
    const placed = await signed(
      simulator,
      'POST /api/v3/order',
      order({ type: 'LIMIT', quantity: 10, price: '0.85' }),
    );
    const named = { symbol: 'AAAUSDT', orderId: String(placed.body['orderId']) };
    const open = await signed(simulator, 'GET /api/v3/openOrders', { symbol: 'AAAUSDT' });
    expect(open.body).toMatchObject([{ orderId: named.orderId, status: 'NEW' }]);
    const canceled = await signed(simulator, 'DELETE /api/v3/order', named);
    expect(canceled.body).toMatchObject({ status: 'NEW' });
    expect((await signed(simulator, 'GET /api/v3/order', named)).body['status']).toBe('CANCELED');
    const again = await signed(simulator, 'DELETE /api/v3/order', named);
    expect([again.status, again.body['code']]).toEqual([400, -2011]);
  });

  it.each([
    [{ type: 'LIMIT', quantity: '0.5', price: '1' }, 30002],
    [{ type: 'LIMIT', quantity: '3000000', price: '1' }, 30003],
    [{ type: 'LIMIT', quantity: '10.123', price: '1' }, 10096],
    [{ type: 'LIMIT', quantity: '1e3', price: '1' }, 700008],
    [{ type: 'LIMIT', quantity: '0', price: '1' }, 10102],
    [{ type: 'LIMIT', quantity: '10' }, 700004],
    [{ type: 'LIMIT', quantity: '100', price: '1.5' }, 30087],
    [{ type: 'LIMIT', quantity: '100000', price: '1' }, 10101],
    [{ type: 'MARKET', quantity: '200000', side: 'SELL' }, 30003],
    [{ type: 'LIMIT', quantity: '50000', price: '1', side: 'SELL' }, 30005],
    [{ type: 'STOP_LOSS', quantity: '10', price: '1' }, 700004],
  ])('refuses %j with %i', async (asked, code) => {
    const reply = await signed(simulator, 'POST /api/v3/order', order(asked));
    expect([reply.status, reply.body['code']]).toEqual([400, code]);
  });

  it('places a batch that is part good and part bad', async () => {
    const batch = [
      { symbol: 'AAAUSDT', side: 'BUY', type: 'LIMIT', quantity: '10', price: '0.9' },
      { symbol: 'AAAUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.1', price: '0.9' },
    ];
    const batchOrders = JSON.stringify(batch);
    const reply = await signed(simulator, 'POST /api/v3/batchOrders', { batchOrders });
    expect(reply.body).toMatchObject([{ symbol: 'AAAUSDT' }, { code: 30002 }]);
    const all = await signed(simulator, 'DELETE /api/v3/order/all');
    expect(all.body).toHaveLength(1);
  });
});

describe('an opening', () => {
  it('refuses orders with 10007 before, and trades within 100 ms after', async () => {
    const opensAt = Date.now() + 400;
    const more = { opensAt, visibleAt: 0, announceAt: 0, path: { kind: 'winner' } };
    await openPair(simulator, 'NEWUSDT', more);
    const record = async () =>
      (await get(simulator, '/api/v3/exchangeInfo?symbol=NEWUSDT')).body['symbols']?.[0];
    expect(await record()).toMatchObject({ status: '2', isSpotTradingAllowed: false });
    const early = await signed(simulator, 'POST /api/v3/order', {
      symbol: 'NEWUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: 10,
      price: '1',
    });
    expect(early.body).toEqual({ code: 10007, msg: 'symbol not support api' });
    expect((await get(simulator, '/api/v3/trades?symbol=NEWUSDT')).body).toEqual([]);
    const trades = await eventually(
      async () => (await get(simulator, '/api/v3/trades?symbol=NEWUSDT')).body,
      (list) => list.length > 0,
    );
    expect(Number(trades.at(-1)?.['time']) - opensAt).toBeLessThan(100);
    expect(await record()).toMatchObject({ status: '1', isSpotTradingAllowed: true });
  });

  it('caps buys with 30010 and names the number', async () => {
    await openPair(simulator, 'CAPUSDT', {
      opensAt: Date.now() - 1_000,
      cap: { price: '1.01' },
    });
    const asked = { symbol: 'CAPUSDT', side: 'BUY', type: 'LIMIT', quantity: 10 };
    const high = await signed(simulator, 'POST /api/v3/order', { ...asked, price: '1.02' });
    expect(high.body).toEqual({ code: 30010, msg: 'Order price cannot exceed 1.01USDT' });
    const low = await signed(simulator, 'POST /api/v3/order', { ...asked, price: '1.01' });
    expect(low.status).toBe(200);
  });

  it.each(['10007then30001', '30016', 'absent'] as const)('can answer by %s', async (mode) => {
    await control(simulator, 'POST /_sim/switches', { preOpening: mode });
    const symbol = `P${mode.toUpperCase()}USDT`;
    await openPair(simulator, symbol, { opensAt: Date.now() + 2_000 });
    const asked = { symbol, side: 'BUY', type: 'LIMIT', quantity: 10, price: '1' };
    const reply = await signed(simulator, 'POST /api/v3/order', asked);
    const codes = { '10007then30001': 30001, '30016': 30016, absent: 10007 };
    expect(reply.body['code']).toBe(codes[mode]);
    const info = await get(simulator, `/api/v3/exchangeInfo?symbol=${symbol}`);
    expect(info.status).toBe(mode === 'absent' ? 400 : 200);
    await control(simulator, 'POST /_sim/switches', { preOpening: '10007' });
  });
});
