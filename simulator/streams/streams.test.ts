import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../simulator.ts';
import {
  control,
  eventually,
  get,
  openPair,
  openSocket,
  signed,
  startTestSimulator,
  type Body,
} from '../testing.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startTestSimulator();
  await openPair(simulator, 'AAAUSDT');
});
afterAll(() => simulator.stop());

const some = (list: readonly unknown[]): boolean => list.length > 0;
const deals = 'spot@public.aggre.deals.v3.api.pb@100ms@AAAUSDT';

async function privateSocket() {
  const { body } = await signed(simulator, 'POST /api/v3/userDataStream');
  return await openSocket(simulator, `?listenKey=${String(body['listenKey'])}`);
}

async function buy(quantity: number, more: object = {}) {
  const order = { symbol: 'AAAUSDT', side: 'BUY', type: 'IMMEDIATE_OR_CANCEL', price: '1.05' };
  return await signed(simulator, 'POST /api/v3/order', { ...order, quantity, ...more });
}

describe('control messages', () => {
  it('echo an accepted channel, answer PING, and refuse with code 0', async () => {
    using socket = await openSocket(simulator);
    socket.subscribe(deals, 'spot@public.deals.v3.api.pb@AAAUSDT');
    socket.subscribe('spot@public.aggre.deals.v3.api.pb@100ms@NOSUCHUSDT');
    socket.send({ method: 'PING' });
    const texts = await eventually(
      () => socket.texts,
      (list) => list.length >= 4,
    );
    const answers = texts.map((text) => JSON.parse(text) as { code: number; msg: string });
    expect(answers[0]).toEqual({ id: 0, code: 0, msg: deals });
    expect(answers[1]).toMatchObject({
      code: 0,
      msg: expect.stringContaining('Reason： Blocked!'),
    });
    expect(answers[2]?.msg).toContain('Not Subscribed successfully!');
    expect(answers[3]?.msg).toBe('PONG');
  });

  it('take 30 channels and refuse the next', async () => {
    using socket = await openSocket(simulator);
    const { body } = await get(simulator, '/api/v3/exchangeInfo');
    const symbols = (body['symbols'] ?? []).slice(0, 31).map((record) => String(record['symbol']));
    socket.subscribe(...symbols.map((name) => `spot@public.limit.depth.v3.api.pb@${name}@5`));
    const texts = await eventually(
      () => socket.texts,
      (list) => list.length >= 31,
    );
    expect(texts.filter((text) => text.includes('Not Subscribed'))).toHaveLength(1);
  });

  it('refuse a private channel without a key, and a wrong key at all', async () => {
    using socket = await openSocket(simulator);
    socket.subscribe('spot@private.orders.v3.api.pb');
    await eventually(
      () => socket.texts,
      (list) => list.length > 0,
    );
    expect(socket.texts[0]).toContain('Blocked!');
    using wrong = await openSocket(simulator, '?listenKey=abc');
    await eventually(
      () => wrong.closeCode,
      (code) => code !== null,
    );
    expect(wrong.texts).toEqual(['Invalid listen key']);
  });
});

describe('public channels', () => {
  it('push a deal with its time, side and both order numbers', async () => {
    using socket = await openSocket(simulator);
    socket.subscribe(deals);
    await eventually(() => socket.texts, some);
    await buy(20);
    const frames = await eventually(
      () => socket.frames,
      (list) => list.length > 0,
    );
    expect(frames[0]).toMatchObject({ channel: deals, symbol: 'AAAUSDT' });
    const [deal] = frames[0]?.['publicAggreDeals']?.['deals'] ?? [];
    expect(deal).toMatchObject({ tradeType: expect.any(Number), price: expect.any(String) });
    expect(String(deal?.['tradeId'])).toMatch(/^\d{18}X0_\d{18}X0$/);
  });

  it('push depth without a gap, so that a book kept by the diffs equals the snapshot', async () => {
    await openPair(simulator, 'DEPUSDT', { traders: false });
    using socket = await openSocket(simulator);
    socket.subscribe('spot@public.aggre.depth.v3.api.pb@10ms@DEPUSDT');
    await eventually(() => socket.texts, some);
    for (const price of ['0.90', '0.91', '0.92', '0.90']) {
      const order = { symbol: 'DEPUSDT', side: 'BUY', type: 'LIMIT', quantity: 10, price };
      await signed(simulator, 'POST /api/v3/order', order);
    }
    const snapshot = (await get(simulator, '/api/v3/depth?symbol=DEPUSDT')).body;
    const last = String(snapshot['lastUpdateId']);
    const frames = await eventually(
      () => socket.frames.map((frame) => frame['publicAggreDepths']),
      (list) => list.at(-1)?.['toVersion'] === last,
    );
    const book = new Map<string, string>();
    for (const [index, frame] of frames.entries()) {
      const from = BigInt(String(frame?.['fromVersion']));
      const before = frames[index - 1]?.['toVersion'] ?? String(from - 1n);
      expect(from).toBe(BigInt(String(before)) + 1n);
      for (const level of frame?.['bids'] ?? []) {
        book.set(String(level['price']), String(level['quantity']));
      }
    }
    expect([...book].toSorted((a, b) => Number(b[0]) - Number(a[0]))).toEqual(snapshot['bids']);
  });

  it('push all symbols every three seconds', async () => {
    using socket = await openSocket(simulator);
    socket.subscribe('spot@public.miniTickers.v3.api.pb@UTC+8');
    const frames = await eventually(
      () => socket.frames,
      (list) => list.length > 0,
    );
    const items = frames[0]?.['publicMiniTickers']?.['items'] ?? [];
    expect(items.map((item: Body) => item['symbol'])).toContain('BTCUSDT');
  });

  it.each([
    ['spot@public.kline.v3.api.pb@AAAUSDT@Min1', 'publicSpotKline', 'openingPrice'],
    ['spot@public.miniTicker.v3.api.pb@AAAUSDT@UTC+8', 'publicMiniTicker', 'lastCloseLow'],
    ['spot@public.aggre.bookTicker.v3.api.pb@10ms@AAAUSDT', 'publicAggreBookTicker', 'version'],
    ['spot@public.bookTicker.batch.v3.api.pb@AAAUSDT', 'publicBookTickerBatch', 'items'],
    ['spot@public.limit.depth.v3.api.pb@AAAUSDT@20', 'publicLimitDepths', 'asks'],
  ])('push %s', async (channel, body, field) => {
    using socket = await openSocket(simulator);
    socket.subscribe(channel);
    const frames = await eventually(
      () => socket.frames,
      (list) => list.length > 0,
    );
    expect(frames[0]?.['channel']).toBe(channel);
    expect(frames[0]?.[body]?.[field]).toBeDefined();
  });
});

describe('private channels', () => {
  it('report order, deal and balance of one order', async () => {
    using socket = await privateSocket();
    const kinds = ['orders', 'deals', 'account'];
    socket.subscribe(...kinds.map((kind) => `spot@private.${kind}.v3.api.pb`));
    await eventually(
      () => socket.texts,
      (list) => list.length === 3,
    );
    const placed = await buy(30, { newClientOrderId: 'private-1' });
    const frames = await eventually(
      () => socket.frames,
      (list) => list.some((frame) => frame['privateOrders']?.['status'] === 2),
    );
    const final = frames.find((frame) => frame['privateOrders']?.['status'] === 2);
    expect(final?.['privateOrders']).toMatchObject({
      id: placed.body['orderId'],
      clientId: 'private-1',
      cumulativeQuantity: '30',
      remainQuantity: '0',
      orderType: 3,
      tradeType: 1,
    });
    const deal = frames.find((frame) => frame['privateDeals'] !== undefined);
    expect(deal?.['privateDeals']).toMatchObject({ feeCurrency: 'USDT', tradeType: 1 });
    expect(frames.some((frame) => frame['privateAccount']?.['type'] === 'ENTRUST_PLACE')).toBe(
      true,
    );
  });

  it('can double its events, come before the answer, or never', async () => {
    using socket = await privateSocket();
    socket.subscribe('spot@private.deals.v3.api.pb');
    await eventually(() => socket.texts, some);
    await control(simulator, 'POST /_sim/switches', { privateEvents: 'duplicated' });
    await buy(5);
    await eventually(
      () => socket.frames,
      (list) => list.length === 2,
    );
    await control(simulator, 'POST /_sim/switches', {
      privateEvents: 'inOrder',
      streamOrder: 'never',
    });
    await buy(5);
    await control(simulator, 'POST /_sim/switches', { streamOrder: 'beforeAck' });
    await buy(7);
    const frames = await eventually(
      () => socket.frames,
      (list) => list.length === 3,
    );
    expect(frames[2]?.['privateDeals']?.['quantity']).toBe('7');
    await control(simulator, 'POST /_sim/switches', { streamOrder: 'afterAck' });
  });

  it('die with their key', async () => {
    await control(simulator, 'POST /_sim/switches', { listenKeyMinutes: 0.001 });
    using socket = await privateSocket();
    const code = await eventually(
      async () => (await signed(simulator, 'GET /api/v3/userDataStream')).body && socket.closeCode,
      (value) => value !== null,
    );
    expect(code).toBe(1000);
    await control(simulator, 'POST /_sim/switches', { listenKeyMinutes: 60 });
  });
});

describe('stream faults', () => {
  const fault = async (body: object) => await control(simulator, 'POST /_sim/faults', body);

  it('drop all connections without a close frame', async () => {
    using socket = await openSocket(simulator);
    socket.subscribe(deals);
    await eventually(() => socket.texts, some);
    await fault({ stream: 'drop' });
    const code = await eventually(
      () => socket.closeCode,
      (value) => value !== null,
    );
    expect(code).toBe(1006);
  });

  it('stall silently until resumed, and lose the frames of a gap', async () => {
    await openPair(simulator, 'GAPUSDT', { traders: false });
    using socket = await openSocket(simulator);
    const channel = 'spot@public.aggre.depth.v3.api.pb@10ms@GAPUSDT';
    socket.subscribe(channel);
    await eventually(() => socket.texts, some);
    const place = async (price: string) =>
      await signed(simulator, 'POST /api/v3/order', {
        symbol: 'GAPUSDT',
        side: 'BUY',
        type: 'LIMIT',
        quantity: 10,
        price,
      });
    const versions = () => socket.frames.map((frame) => frame['publicAggreDepths']);
    await place('0.90');
    await eventually(versions, (list) => list.length === 1);
    await fault({ stream: 'gap', channel, count: 1 });
    await place('0.91');
    const pending = async () => (await control(simulator, 'GET /_sim/faults')).body['streams'];
    await eventually(pending, (list) => list?.[0]?.['left'] === 0);
    await place('0.92');
    const seen = await eventually(versions, (list) => list.length === 2);
    const before = BigInt(String(seen[0]?.['toVersion']));
    expect(BigInt(String(seen[1]?.['fromVersion']))).toBeGreaterThan(before + 1n);
    await control(simulator, 'DELETE /_sim/faults');
  });
});
