import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../simulator.ts';
import {
  control,
  eventually,
  get,
  openPair,
  openSocket,
  signed,
  startTestSimulator,
  type Params,
} from '../testing.ts';

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startTestSimulator();
});
afterEach(() => simulator.stop());

const set = async (body: object) => await control(simulator, 'POST /_sim/switches', body);

async function place(more: Params) {
  const order = { symbol: 'AAAUSDT', side: 'BUY', type: 'LIMIT', quantity: 10, price: '0.9' };
  return await signed(simulator, 'POST /api/v3/order', { ...order, ...more });
}

async function query(orderId: unknown) {
  const named = { symbol: 'AAAUSDT', orderId: String(orderId) };
  return (await signed(simulator, 'GET /api/v3/order', named)).body;
}

const calendar = async () => await get(simulator, '/api/operation/new_coin_calendar');

describe('market orders', () => {
  it.each(['normal', 'refused', 'canceled'])('at an opening can be %s', async (marketOrders) => {
    await openPair(simulator, 'AAAUSDT', { opensAt: Date.now() - 2_000, marketOrders });
    const { status, body } = await signed(simulator, 'POST /api/v3/order', {
      symbol: 'AAAUSDT',
      side: 'BUY',
      type: 'MARKET',
      quoteOrderQty: 20,
    });
    const seen = status === 200 ? (await query(body['orderId']))['status'] : body['code'];
    expect(seen).toBe({ normal: 'FILLED', refused: 30019, canceled: 'CANCELED' }[marketOrders]);
  });

  it('carry a protective limit 5 % away, hidden in the acknowledgement by default', async () => {
    await openPair(simulator, 'AAAUSDT');
    const order = { type: 'MARKET', quantity: 20, price: '' };
    const hidden = await place(order);
    expect(hidden.body['price']).toBe('0');
    const limit = Number((await query(hidden.body['orderId']))['price']);
    expect(limit).toBeGreaterThan(1.04);
    await set({ marketAckPrice: 'limit', marketProtection: '0.02' });
    const shown = Number((await place(order)).body['price']);
    expect(shown).toBeGreaterThan(1.01);
    expect(shown).toBeLessThan(1.03);
  });
});

describe('a cancel', () => {
  it('can find its order filled meanwhile', async () => {
    await openPair(simulator, 'AAAUSDT');
    const { body } = await place({});
    await set({ cancelMeets: 'fill' });
    const named = { symbol: 'AAAUSDT', orderId: String(body['orderId']) };
    const canceled = await signed(simulator, 'DELETE /api/v3/order', named);
    expect(canceled.body['code']).toBe(-2011);
    expect(await query(body['orderId'])).toMatchObject({ status: 'FILLED', executedQty: '10' });
  });

  it('can answer CANCELED', async () => {
    await openPair(simulator, 'AAAUSDT');
    await set({ cancelAnswer: 'CANCELED' });
    await place({});
    const { body } = await signed(simulator, 'DELETE /api/v3/openOrders', { symbol: 'AAAUSDT' });
    expect(body).toMatchObject([{ status: 'CANCELED' }]);
  });
});

describe('self-trade prevention', () => {
  it.each([
    ['cancel_maker', 'CANCELED', 'CANCELED'],
    ['cancel_taker', 'NEW', 'CANCELED'],
    ['cancel_both', 'CANCELED', 'CANCELED'],
    ['', 'FILLED', 'FILLED'],
  ])('%j ends the resting order %s and the new one %s', async (stpMode, resting, coming) => {
    await openPair(simulator, 'AAAUSDT', { traders: false });
    await control(simulator, 'POST /_sim/accounts', { balances: { AAA: '100' } });
    const sell = await place({ side: 'SELL', price: '1' });
    const buy = await place({ price: '1', type: 'IMMEDIATE_OR_CANCEL', stpMode });
    expect((await query(sell.body['orderId']))['status']).toBe(resting);
    expect((await query(buy.body['orderId']))['status']).toBe(coming);
  });
});

describe('fees', () => {
  it('can be taken in MX', async () => {
    await openPair(simulator, 'AAAUSDT');
    await control(simulator, 'POST /_sim/accounts', { balances: { MX: '10' } });
    await set({ feeAsset: 'MX', myTradesClientOrderId: 'set' });
    await place({ type: 'IMMEDIATE_OR_CANCEL', price: '1.1', newClientOrderId: 'mx-1' });
    const { body } = await signed(simulator, 'GET /api/v3/myTrades', { symbol: 'AAAUSDT' });
    expect(body[0]).toMatchObject({ commissionAsset: 'MX', clientOrderId: 'mx-1' });
  });
});

describe('the record of a pair', () => {
  it('can flip later than orders are accepted, and apart', async () => {
    await set({ statusDelayMs: 60_000, tradeSideDelayMs: 60_000, firstOpenTime: 'absent' });
    await openPair(simulator, 'AAAUSDT', { opensAt: Date.now() - 1_000 });
    expect((await place({})).status).toBe(200);
    const { body } = await get(simulator, '/api/v3/exchangeInfo?symbol=AAAUSDT');
    const record = body['symbols']?.[0];
    expect(record).toMatchObject({ status: '2', isSpotTradingAllowed: true, tradeSideType: 4 });
    expect(record).not.toHaveProperty('firstOpenTime');
  });

  it('can stay closed to the API for good', async () => {
    await openPair(simulator, 'AAAUSDT', { apiTrading: false });
    expect((await place({})).body['code']).toBe(10007);
    const { body } = await get(simulator, '/api/v3/defaultSymbols');
    expect(body['data']).not.toContain('AAAUSDT');
    const price = await get(simulator, '/api/v3/ticker/price?symbol=AAAUSDT');
    expect(price.status).toBe(200);
  });

  it('moves its opening, is called off, suspended and delisted', async () => {
    await openPair(simulator, 'AAAUSDT', { opensAt: Date.now() + 60_000 });
    const change = async (body: object) =>
      await control(simulator, 'PATCH /_sim/listings/AAAUSDT', body);
    expect((await place({})).body['code']).toBe(10007);
    await change({ opensAt: Date.now() });
    expect((await place({})).status).toBe(200);
    await change({ status: '2' });
    expect((await place({})).body['code']).toBe(30000);
    await change({ status: '3' });
    expect((await place({})).body['code']).toBe(30014);
    const { body } = await get(simulator, '/api/v3/symbol/offline');
    expect(body['data']).toMatchObject([{ symbol: 'AAAUSDT', state: 3 }]);
    expect((await change({ status: 'gone' })).status).toBe(422);
  });
});

describe('the calendar', () => {
  it.each([
    ['normal', { vcoinName: 'AAA', firstOpenTime: 2_000_000_000_000 }],
    ['wrongTime', { firstOpenTime: 2_000_003_600_000 }],
    ['renamed', { symbol: 'AAA', first_open_time: 2_000_000_000_000 }],
    ['missing', { vcoinName: 'AAA' }],
    ['colliding', { vcoinName: 'BTC' }],
  ])('can be %s', async (mode, coin) => {
    await openPair(simulator, 'AAAUSDT', { announceAt: 0, opensAt: 2_000_000_000_000 });
    await set({ calendar: mode });
    expect((await calendar()).body['data']?.['newCoins']).toMatchObject([coin]);
  });

  it.each([
    ['forbidden', 403],
    ['absent', 404],
  ])('can be %s: a page, no JSON', async (mode, status) => {
    await set({ calendar: mode });
    const response = await fetch(`${simulator.url}/api/operation/new_coin_calendar`);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html']);
  });

  it('goes with announcements and the web list of pairs', async () => {
    await openPair(simulator, 'AAAUSDT', { announceAt: 0, opensAt: 2_000_000_000_000 });
    const news = (await get(simulator, '/api/v3/announcements')).body['data']?.[0]?.['details'];
    expect(news?.[0]?.['title']).toBe('First in Market: MEXC to List AAA (AAA) in Innovation Zone');
    const web = await get(simulator, '/api/platform/spot/market-v2/web/symbolsV2');
    const pairs = web.body['data']?.['symbols']?.['USDT'] ?? [];
    expect(pairs.find((pair) => pair['vn'] === 'AAA')).toMatchObject({ ot: 2_000_000_000_000 });
  });
});

describe('keys', () => {
  it('can lack the right to trade, or a symbol', async () => {
    await openPair(simulator, 'AAAUSDT');
    await control(simulator, 'POST /_sim/accounts', { permissions: ['read'] });
    expect((await place({})).body['code']).toBe(700007);
    const rights = { permissions: ['read', 'trade'], allowedSymbols: ['ADAUSDT'] };
    await control(simulator, 'POST /_sim/accounts', rights);
    expect((await place({})).body['code']).toBe(30020);
    const { body } = await signed(simulator, 'GET /api/v3/selfSymbols');
    expect(body['data']).toEqual(['ADAUSDT']);
  });
});

describe('order ids', () => {
  it.each([
    ['snowflake', /^C02__\d{18}036$/],
    ['digits', /^\d{18}$/],
    ['hex', /^[0-9a-f]{32}$/],
  ])('can be %s', async (orderIdShape, pattern) => {
    await openPair(simulator, 'AAAUSDT');
    await set({ orderIdShape });
    expect(String((await place({})).body['orderId'])).toMatch(pattern);
  });
});

describe('candles', () => {
  it('have at most 500 rows, or ignore the window they are asked for', async () => {
    const minutes = 700 * 60_000;
    const path = `/api/v3/klines?symbol=ADAUSDT&interval=1m&startTime=${Date.now() - minutes}`;
    expect((await get(simulator, path)).body).toHaveLength(500);
    const narrow = `${path.replace(/startTime.*/, '')}startTime=${Date.now() - 120_000}&limit=50`;
    expect((await get(simulator, narrow)).body.length).toBeLessThan(4);
    await set({ klineWindow: 'ignored' });
    expect((await get(simulator, narrow)).body).toHaveLength(50);
    const wrong = await get(simulator, '/api/v3/klines?symbol=ADAUSDT&interval=1h');
    expect(wrong.status).toBe(400);
  });
});

describe('connections', () => {
  it('can end at random without a word', async () => {
    await set({ connectionSeconds: 0.05 });
    using socket = await openSocket(simulator);
    const code = await eventually(
      () => socket.closeCode,
      (value) => value !== null,
    );
    expect(code).toBe(1006);
  });

  it('can answer several channels in one text', async () => {
    await set({ subscriptionAnswer: 'joined' });
    using socket = await openSocket(simulator);
    const params = ['ADAUSDT', 'XRPUSDT'].map((s) => `spot@public.limit.depth.v3.api.pb@${s}@5`);
    socket.send({ method: 'SUBSCRIPTION', params });
    const texts = await eventually(
      () => socket.texts,
      (list) => list.length > 0,
    );
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({ msg: params.join(',') });
  });
});

describe('control input', () => {
  it.each([
    ['POST /_sim/listings', { symbol: 'A B', opensAt: 1 }, 'symbol'],
    ['POST /_sim/listings', { symbol: 'AAAUSDT' }, 'opensAt'],
    ['POST /_sim/listings', { symbol: 'AAAXYZ', opensAt: 1 }, 'baseAsset'],
    ['POST /_sim/listings', { symbol: 'AAAUSDT', opensAt: 1, firstPrice: '1e-7' }, 'firstPrice'],
    ['POST /_sim/listings', { symbol: 'AAAUSDT', opensAt: 1, speed: 2 }, 'speed'],
    ['POST /_sim/listings', { symbol: 'BTCUSDT', opensAt: 1 }, 'symbol'],
    ['POST /_sim/accounts', { balances: { USDT: '-1' } }, 'balances.USDT'],
    ['POST /_sim/clock', { skewMs: 'late' }, 'skewMs'],
  ])('%s refuses %j and names the field', async (call, body, field) => {
    const reply = await control(simulator, call, body);
    expect(reply.status).toBe(422);
    expect(reply.body['error']?.['details']?.[0]).toMatchObject({ field });
  });

  it('that is not JSON is refused, and an unknown path is 404', async () => {
    const init = { method: 'POST', body: '{' };
    expect((await fetch(`${simulator.controlUrl}/_sim/clock`, init)).status).toBe(422);
    expect((await control(simulator, 'GET /_sim/nothing')).status).toBe(404);
  });

  it('can put everything back to the beginning', async () => {
    await openPair(simulator, 'AAAUSDT');
    await place({ price: '1.1' });
    await set({ cancelAnswer: 'CANCELED' });
    await control(simulator, 'POST /_sim/reset');
    const { accounts, orders } = (await control(simulator, 'GET /_sim/truth')).body;
    expect(orders).toHaveLength(0);
    expect(accounts?.[0]?.['balances']).toEqual([{ asset: 'USDT', free: '10000', locked: '0' }]);
    expect((await control(simulator, 'GET /_sim/switches')).body['cancelAnswer']).toBe('NEW');
    expect((await get(simulator, '/api/v3/depth?symbol=AAAUSDT')).status).toBe(400);
  });
});
