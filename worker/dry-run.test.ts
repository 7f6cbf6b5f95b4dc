import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDatabase, createTestLog, type TestDatabase } from '#api/testing.ts';
import { add, compare, partOf, price, quantity, subtract, zeroQuote } from '#domain/amount.ts';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import { clientOrderIdFor, type ExchangeOrderId, type NewOrder } from '#domain/order.ts';
import type { PlaceAnswer } from '#exchange/client.ts';
import { Secret } from '#exchange/secret.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { venueOf } from '#runtime/mode.ts';
import { startSimulator, type Simulator } from '#simulator/simulator.ts';
import { connectVenue, type ConnectedVenue } from './connect-venue.ts';

// A dry run with the simulator as the venue: its market, and no order that ever reaches it.

const SYMBOL = marketSymbol('SOLUSDT');
const [SOL, USDT] = [asset('SOL'), asset('USDT')];

let database: TestDatabase;
let simulator: Simulator;
let installationId: string;
let venue: ConnectedVenue;
beforeAll(async () => {
  [database, simulator] = await Promise.all([
    startDatabase(),
    startSimulator({ port: 0, controlPort: 0, dataDir: null, scenario: 'empty', seed: 'paper' }),
  ]);
  installationId = await ensureInstallation(database.db, { mode: 'test', account: 'paper' });
  venue = connect();
  await venue.exchange.clock.refresh();
}, 60_000);
afterAll(async () => {
  await venue.close();
  await simulator.stop();
  await database[Symbol.asyncDispose]();
});

/** Another process of the same dry run; it even has a key. */
const connect = (): ConnectedVenue => {
  const env = {
    MEXC_REST_URL: simulator.url,
    MEXC_WS_URL: simulator.wsUrl,
    MEXC_WEB_URL: simulator.url,
  };
  const credentials = { apiKey: 'sim-key', secret: new Secret('sim-secret') };
  return connectVenue(
    {
      installationId,
      venue: venueOf({ EXCHANGE: 'live', ...env }),
      key: { credentials, account: 'sim', credentialId: null },
    },
    {
      db: database.db,
      clock: { now: () => Date.now() },
      log: createTestLog(),
      notices: { on: () => undefined },
      role: 'worker',
      env,
    },
  );
};

const order = (changes: Partial<NewOrder>): NewOrder => ({
  symbol: SYMBOL,
  side: 'buy',
  type: 'limitIoc',
  price: price('1000'),
  quantity: quantity('0.1'),
  clientOrderId: clientOrderIdFor(
    { installationId, listingId: randomUUID().slice(0, 8) },
    'entry',
    0,
  ),
  ...changes,
});
const place = (wanted: NewOrder, withinMs = 5000, at = venue): Promise<PlaceAnswer> =>
  at.exchange.placeOrder(wanted, {
    notAfterMs: at.exchange.clock.exchangeNowMs() + withinMs,
    recvWindowMs: 1000,
  });
const idOf = (answer: PlaceAnswer): ExchangeOrderId => {
  if (answer.kind !== 'acknowledged') throw new Error(`it is ${answer.kind}`);
  return answer.exchangeOrderId;
};
const reported = async (exchangeOrderId: ExchangeOrderId) => {
  const report = await venue.exchange.findOrder(SYMBOL, { exchangeOrderId });
  if (report === null) throw new Error('it is not there');
  return report;
};
const bestBid = async () => {
  const { bid } = await venue.exchange.bookTop(SYMBOL);
  if (bid === null) throw new Error('no bid');
  return bid.price;
};
const free = async (coin: typeof SOL) =>
  (await venue.exchange.balances()).get(coin)?.free ?? quantity('0');

describe('a dry run', { timeout: 20_000 }, () => {
  test('begins with the wallet of the configuration', async () => {
    expect(await free(USDT)).toBe('1000');
  });

  test('buys from the live book, on the share that others leave, with the fee', async () => {
    const book = await venue.exchange.depth(SYMBOL);
    const [best] = book.asks;
    if (best === undefined) throw new Error('the book is empty');
    const size = partOf(best.quantity, 0.5);
    const report = await reported(
      idOf(await place(order({ price: price('500'), quantity: quantity('1') }))),
    );
    expect(report.status).toBe('filled');
    const fills = await venue.exchange.executionsOf(report);
    expect(compare(fills[0]?.price ?? price('0'), best.price)).toBe(0);
    expect(compare(fills[0]?.quantity ?? quantity('0'), size)).toBeLessThanOrEqual(0);
    const paid = fills.reduce((sum, fill) => add(sum, fill.quote), zeroQuote);
    expect(paid).toBe(report.executedQuote);
    expect(await free(SOL)).toBe('1');
    expect(compare(await free(USDT), quantity('1000'))).toBeLessThan(0);
  });

  test('is the same order under the same client id, and is found by a process after it', async () => {
    const wanted = order({ quantity: quantity('0.5') });
    const id = idOf(await place(wanted));
    const before = await venue.exchange.balances();
    await using stack = new AsyncDisposableStack();
    const other = connect();
    stack.defer(() => other.close());
    await other.exchange.clock.refresh();
    expect(idOf(await place(wanted, 5000, other))).toBe(id);
    expect(await other.exchange.balances()).toEqual(before);
    const { clientOrderId } = wanted;
    expect(await other.exchange.findOrder(SYMBOL, { clientOrderId })).toMatchObject({
      exchangeOrderId: id,
      status: 'filled',
    });
  });

  test('does not buy above its limit, sell what it has not, or spend what it has not', async () => {
    const low = await reported(idOf(await place(order({ price: price('0.01') }))));
    expect(low).toMatchObject({ status: 'canceled', executed: '0' });
    const much = { side: 'sell', price: price('0.01'), quantity: quantity('1000') } as const;
    expect(await place(order(much))).toMatchObject({ kind: 'refused', refusal: 'funds' });
    expect(await place(order({ quantity: quantity('1000') }))).toMatchObject({
      kind: 'refused',
      refusal: 'funds',
    });
  });

  test('sends nothing that is late, and nothing of a pair that does not trade', async () => {
    expect(await place(order({}), 0)).toMatchObject({ kind: 'notSent' });
    const symbol = marketSymbol('NOSUCHUSDT');
    expect(await place(order({ symbol }))).toMatchObject({ kind: 'refused' });
  });

  test('rests above the bid, locks what it sells, and gives it back when it is cancelled', async () => {
    const held = await free(SOL);
    const at = price('100000');
    const half = quantity('0.5');
    const wanted = order({ side: 'sell', type: 'limit', price: at, quantity: half });
    const id = idOf(await place(wanted));
    expect(await venue.exchange.openOrders(SYMBOL)).toMatchObject([{ status: 'new' }]);
    expect(await free(SOL)).toBe(subtract(held, half));
    await venue.exchange.cancelOrder(SYMBOL, { exchangeOrderId: id });
    expect(await reported(id)).toMatchObject({ status: 'canceled' });
    expect(await free(SOL)).toBe(held);
  });

  test('executes what rests once the book has come to it, at its own price', async () => {
    const bid = await bestBid();
    const above = price((Number(bid) + 0.01).toFixed(2));
    const size = quantity('0.01');
    const sell = { side: 'sell', type: 'limit', quantity: size } as const;
    const before = await free(USDT);
    const id = idOf(await place(order({ ...sell, price: above })));
    // The book comes down to it: the same order at a price that it has reached.
    await database.db.paperOrder.update({
      where: { exchangeOrderId: id },
      data: { price: bid },
    });
    expect(await reported(id)).toMatchObject({ status: 'filled', executed: size });
    expect(compare(await free(USDT), before)).toBeGreaterThan(0);
  });

  test('has sent nothing to the venue that could be an order', async () => {
    const answer = await fetch(`${simulator.controlUrl}/_sim/truth`);
    const { requests } = (await answer.json()) as {
      requests: { method: string; params: object }[];
    };
    expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(requests.filter(({ params }) => 'timestamp' in params)).toEqual([]);
  });
});
