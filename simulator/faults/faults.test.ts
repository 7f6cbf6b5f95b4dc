import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../simulator.ts';
import {
  control,
  eventually,
  get,
  openPair,
  openSocket,
  signed,
  signedUrl,
  startTestSimulator,
  type Body,
} from '../testing.ts';

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startTestSimulator();
  await openPair(simulator, 'AAAUSDT');
});
afterEach(() => simulator.stop());

const endpoint = 'POST /api/v3/order';

const fault = async (body: object) => await control(simulator, 'POST /_sim/faults', body);

function buy(newClientOrderId: string) {
  return signed(simulator, endpoint, {
    symbol: 'AAAUSDT',
    side: 'BUY',
    type: 'IMMEDIATE_OR_CANCEL',
    quantity: 10,
    price: '1.05',
    newClientOrderId,
  });
}

const truth = async () => (await control(simulator, 'GET /_sim/truth')).body;
const orders = async () => (await truth())['orders'] ?? ([] as Body[]);

describe('a reply that is lost', () => {
  it('before booking leaves no order', async () => {
    await fault({ endpoint, action: 'loseReplyBeforeBooking' });
    await expect(buy('lost-1')).rejects.toThrow('fetch failed');
    expect(await orders()).toHaveLength(0);
    expect((await buy('lost-1')).status).toBe(200);
  });

  it('after booking leaves one, which a query by client id finds', async () => {
    await fault({ endpoint, action: 'loseReplyAfterBooking' });
    await expect(buy('lost-2')).rejects.toThrow('fetch failed');
    const query = { symbol: 'AAAUSDT', origClientOrderId: 'lost-2' };
    const seen = await signed(simulator, 'GET /api/v3/order', query);
    expect(seen.body['status']).toBe('FILLED');
  });

  it('can come after all, long after the connection died', async () => {
    await fault({ endpoint, action: 'bookLate', afterMs: 50 });
    await expect(buy('late-1')).rejects.toThrow('fetch failed');
    expect(await orders()).toHaveLength(0);
    await eventually(orders, (list) => list.length === 1);
  });
});

describe('a reply that is held', () => {
  it.each(['beforeBooking', 'afterBooking'] as const)('%s waits until released', async (when) => {
    const { body } = await fault({ endpoint, action: 'hold', when });
    let answered = false;
    const reply = buy('held-1').finally(() => (answered = true));
    const held = async () => (await control(simulator, 'GET /_sim/faults')).body['calls'];
    await eventually(held, (list) => list?.[0]?.['held'] === 1);
    expect(await orders()).toHaveLength(when === 'afterBooking' ? 1 : 0);
    expect(answered).toBe(false);
    await control(simulator, `POST /_sim/faults/${String(body['id'])}/release`);
    expect((await reply).status).toBe(200);
    expect(await orders()).toHaveLength(1);
  });
});

describe('an answer that is wrong', () => {
  it.each([
    [503, false],
    [503, true],
    [429, false],
    [418, false],
  ])('with status %i, booked: %s', async (status, booked) => {
    await fault({ endpoint, action: 'status', status, booked, retryAfterSeconds: 3 });
    const reply = await buy('status-1');
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([status, '3']);
    expect(await orders()).toHaveLength(booked ? 1 : 0);
  });

  it.each(['garbage', 'html', 'wrongType', 'truncated', 'reset'] as const)(
    'by being %s can still have been booked',
    async (action) => {
      await fault({ endpoint, action, booked: true });
      await expect(buy('odd-1')).rejects.toThrow(/fetch failed|JSON|terminated|Unexpected/);
      expect(await orders()).toHaveLength(1);
      expect((await buy('odd-2')).status).toBe(200);
    },
  );

  it.each(['endless', 'slowDrip'] as const)('by a body that is %s', async (action) => {
    await fault({ endpoint: 'GET /api/v3/time', action });
    const abort = new AbortController();
    const response = await fetch(`${simulator.url}/api/v3/time`, { signal: abort.signal });
    const first = await response.body?.getReader().read();
    expect(first?.done).toBe(false);
    abort.abort();
    expect((await get(simulator, '/api/v3/time')).status).toBe(200);
  });

  it('by 30 MB, or by a small body that unpacks to 200 MB', async () => {
    await fault({ endpoint: 'GET /api/v3/time', action: 'huge' });
    const huge = await fetch(`${simulator.url}/api/v3/time`);
    expect((await huge.arrayBuffer()).byteLength).toBeGreaterThan(30_000_000);
    await fault({ endpoint: 'GET /api/v3/time', action: 'gzipBomb' });
    const bomb = await request(`${simulator.url}/api/v3/time`);
    expect(bomb.headers['content-encoding']).toBe('gzip');
    const zipped = Buffer.from(await bomb.body.arrayBuffer());
    expect(zipped.length).toBeLessThan(1_000_000);
    expect(gunzipSync(zipped).length).toBe(200 * 1_048_576);
  }, 20_000);
});

describe('a fault', () => {
  it('strikes only the calls it names, as often as it was told', async () => {
    await fault({
      endpoint,
      action: 'status',
      status: 500,
      count: 2,
      skip: 1,
      params: { side: 'BUY' },
    });
    const statuses = [];
    for (const id of ['a', 'b', 'c', 'd']) statuses.push((await buy(id)).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
    const { requests } = await truth();
    const placed = (requests ?? []).filter((request: Body) => request['path'] === '/api/v3/order');
    expect(placed.map((request: Body) => request['fault'])).toEqual([
      null,
      'status',
      'status',
      null,
    ]);
    expect(BigInt(String(placed[0]?.['arrivedNs'])) > 0n).toBe(true);
  });

  it.each([
    [{ endpoint: 'order', action: 'reset' }, 'endpoint'],
    [{ endpoint, action: 'explode' }, 'action'],
    [{ endpoint, action: 'delay' }, 'ms'],
    [{ endpoint, action: 'status', status: 200 }, 'status'],
    [{ stream: 'wobble' }, 'stream'],
    [{ endpoint, action: 'reset', colour: 'red' }, 'colour'],
  ])('is refused with 422 and the field: %j', async (body, field) => {
    const reply = await fault(body);
    expect(reply.status).toBe(422);
    const details = reply.body['error']?.['details'] ?? [];
    expect(details.map((detail: Body) => detail['field'])).toContain(field);
  });
});

describe('a reset', () => {
  it('carries out nothing of what was held, delayed or to be booked late', async () => {
    await fault({ endpoint, action: 'hold', when: 'beforeBooking', params: { side: 'BUY' } });
    await fault({ endpoint, action: 'bookLate', afterMs: 60 });
    const held = buy('held-2').catch(() => 'cut');
    const reports = async () => (await control(simulator, 'GET /_sim/faults')).body['calls'];
    await eventually(reports, (list) => list?.[0]?.['held'] === 1);
    await expect(buy('late-2')).rejects.toThrow('fetch failed');
    await control(simulator, 'POST /_sim/reset');
    expect(await held).toBe('cut');
    await openPair(simulator, 'AAAUSDT');
    // Ordered after, due after the one that was dropped.
    await fault({ endpoint, action: 'bookLate', afterMs: 60 });
    await expect(buy('late-3')).rejects.toThrow('fetch failed');
    const ids = (list: readonly Body[]) => list.map((order) => String(order['clientOrderId']));
    expect(ids(await eventually(orders, (list) => list.length > 0))).toEqual(['late-3']);
  });

  it('tells nobody what the stream had not told yet', async () => {
    await control(simulator, 'POST /_sim/switches', { streamLagMs: 80 });
    await buy('untold');
    await control(simulator, 'POST /_sim/reset');
    await openPair(simulator, 'AAAUSDT');
    const { body } = await signed(simulator, 'POST /api/v3/userDataStream');
    using socket = await openSocket(simulator, `?listenKey=${String(body['listenKey'])}`);
    socket.subscribe('spot@private.orders.v3.api.pb');
    await eventually(
      () => socket.texts,
      (list) => list.length > 0,
    );
    await control(simulator, 'POST /_sim/switches', { streamLagMs: 120 });
    await buy('told');
    const told = await eventually(
      () => socket.frames.map((frame) => String(frame['privateOrders']?.['clientId'])),
      (list) => list.length > 0,
    );
    expect(new Set(told)).toEqual(new Set(['told']));
  });
});

describe('switches', () => {
  const set = async (body: object) => await control(simulator, 'POST /_sim/switches', body);

  it.each([
    ['refuse', 400, 1],
    ['accept', 200, 2],
    ['returnFirst', 200, 1],
  ])('decide what a repeated client id does: %s', async (mode, status, booked) => {
    await set({ duplicateClientOrderId: mode, duplicateCode: 12345 });
    const first = await buy('same');
    const second = await buy('same');
    expect(second.status).toBe(status);
    expect(await orders()).toHaveLength(booked);
    const same = second.body['orderId'] === first.body['orderId'];
    expect([same, second.body['code'] ?? null]).toEqual([
      mode === 'returnFirst',
      mode === 'refuse' ? 12345 : null,
    ]);
  });

  it('hide a new order from queries for a while', async () => {
    await set({ clientIdLagMs: 300, openOrdersLagMs: 300 });
    await buy('lag-1');
    const query = { symbol: 'AAAUSDT', origClientOrderId: 'lag-1' };
    const ask = async () => await signed(simulator, 'GET /api/v3/order', query);
    expect((await ask()).body['code']).toBe(-2013);
    await eventually(ask, (reply) => reply.status === 200);
  });

  it('meter calls, refuse with 429, then ban with 418', async () => {
    await set({ rateModel: 'shared300', weights: 'new', banAfterRefusals: 2, banSeconds: 60 });
    const statuses: number[] = [];
    for (let index = 0; index < 15; index += 1) {
      statuses.push((await get(simulator, '/api/v3/exchangeInfo?symbol=AAAUSDT')).status);
    }
    expect(statuses).toEqual([...Array(12).fill(200), 429, 418, 418]);
  });

  it('limit orders per second', async () => {
    await set({ ordersPerSecond: 3 });
    const statuses = [];
    for (const id of ['a', 'b', 'c', 'd']) statuses.push((await buy(id)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('are refused with the field when they are not known', async () => {
    const reply = await set({ cancelAnswer: 'MAYBE' });
    expect(reply.status).toBe(422);
    expect(reply.body['error']?.['details']?.[0]).toMatchObject({ field: 'cancelAnswer' });
  });

  it('are all named by GET /_sim, with what may be set', async () => {
    const { body } = await control(simulator, 'GET /_sim');
    const named = Object.keys(body['settable']?.['switches']?.['properties'] ?? {});
    expect(named).toEqual(Object.keys(body['switches'] ?? {}));
    expect(body['calls']).toContain('POST /_sim/clock');
  });
});

describe('the clock', () => {
  it('can be wrong, and timestamps are held against it', async () => {
    await control(simulator, 'POST /_sim/clock', { skewMs: 20_000 });
    const { body } = await get(simulator, '/api/v3/time');
    expect(Number(body['serverTime']) - Date.now()).toBeGreaterThan(19_000);
    const early = await signed(simulator, 'GET /api/v3/account');
    expect(early.body['code']).toBe(700003);
    const timestamp = Date.now() + 20_000;
    expect(
      (
        await fetch(signedUrl(simulator, '/api/v3/account', { timestamp }), {
          headers: { 'x-mexc-apikey': 'sim-key' },
        })
      ).status,
    ).toBe(200);
  });
});
