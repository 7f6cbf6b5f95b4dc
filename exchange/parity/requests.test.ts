import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { price, quantity } from '#domain/amount.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import { clientOrderId, type NewOrder } from '#domain/order.ts';
import { createExchangeClient, type ExchangeClient } from '../client.ts';
import { Secret } from '../secret.ts';
import { fixture } from './fixtures.ts';

// What a widely used client sends for the calls that we make, too, from its own tests.

const requests = Array.from(fixture('requests.ccxt-2026-11.json')['requests'] ?? []);
const ltc = marketSymbol('LTCUSDT');

const order = (symbol: string, changes: Partial<NewOrder>): NewOrder => ({
  symbol: marketSymbol(symbol),
  side: 'buy',
  type: 'limit',
  price: null,
  quantity: quantity('1'),
  clientOrderId: clientOrderId('ours'),
  ...changes,
});
const timing = () => ({ notAfterMs: Date.now() + 60_000, recvWindowMs: 5000 });
const place = (c: ExchangeClient, symbol: string, changes: Partial<NewOrder>) =>
  c.placeOrder(order(symbol, changes), timing());
const atlas = (side: 'buy' | 'sell', size: string, limit: string) =>
  order('ATLASUSDT', { side, quantity: quantity(size), price: price(limit) });

/** Our call for theirs, by call and case; null for what we never send. */
const OURS: Readonly<Record<string, ((c: ExchangeClient) => Promise<unknown>) | null>> = {
  'fetchCurrencies: default': null,
  'fetchTradingFee: fetchTradingFee': (c) => c.tradeFee(marketSymbol('BTCUSDT')),
  'createOrder: tif FOK': null,
  'createOrder: tif IOC': (c) =>
    place(c, 'ADAUSDT', { type: 'limitIoc', price: price('2'), quantity: quantity('0.5') }),
  'createOrder: Spot market buy': (c) => place(c, 'ATLASUSDT', { type: 'market' }),
  'createOrder: Spot market buy with price': null,
  'createOrder: Spot limit sell': (c) => c.placeOrder(atlas('sell', '1500', '0.007'), timing()),
  'createOrder: spot market sell with cost': null,
  'createOrders: Spot create multiple buy orders at once': (c) =>
    c.placeOrders([atlas('buy', '1000', '0.005'), atlas('buy', '1100', '0.0054')], timing()),
  'fetchOrders: Spot orders': (c) => c.allOrders(ltc, { sinceMs: 1 }),
  // We ask by order, never by time.
  'fetchOrders: Spot orders with until': null,
  'fetchMyTrades: Spot private trades': null,
  'fetchOpenOrders: Spot open orders': (c) => c.openOrders(ltc),
  'cancelAllOrders: Cancel all spot orders without a symbol': (c) => c.cancelAllOrders(),
  'cancelAllOrders: Cancel spot orders': (c) => c.cancelOpenOrders([ltc]),
  'fetchTrades: fetch trades - spot /api/v3/aggTrades': null,
  'fetchTrades: fetch trades - spot /api/v3/historicalTrades': null,
  'fetchTrades: fetch trades - spot /api/v3/trades': (c) => c.deals(ltc),
  'fetchTrades: spot fetchTrades': null,
  'fetchOHLCV: fetchOHLCV with limit and until param for spot': null,
  'fetchOHLCV: fetchOHLCV with until param for spot': (c) =>
    c.candles(marketSymbol('ETHUSDT'), {
      interval: '1m',
      fromMs: 1_764_900_000_001,
      toMs: 1_764_930_000_002,
    }),
  'fetchOHLCV: spot ohlcv': null,
  'fetchTime: fetchTime': (c) => c.clock.refresh(1),
  'fetchOrderBook: spot orderbook': (c) => c.depth(marketSymbol('BTCUSDT')),
};

/** What every request of ours carries, or one that asks for more than the default. */
const OUR_OWN = new Set(['newClientOrderId', 'limit', 'startTime']);
const STAMP = new Set(['timestamp', 'recvWindow', 'signature']);

const nameOf = (request: (typeof requests)[number]): string => {
  const name = `${String(request['call'])}: ${String(request['what'])}`;
  return name in OURS ? name : `${name} ${new URL(String(request['url'])).pathname}`;
};

let server: Server;
let client: ExchangeClient;
let heard: { method: string; url: URL; text: string } | null = null;

beforeAll(async () => {
  server = createServer((request, response) => {
    const text = request.url ?? '/';
    heard = { method: request.method ?? '', url: new URL(text, 'http://exchange'), text };
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const url = `http://127.0.0.1:${port}`;
  const credentials = { apiKey: 'key', secret: new Secret('secret') };
  const budget = { orderRate: 1000, exitReserve: 0 };
  client = createExchangeClient({
    restUrl: url,
    webUrl: url,
    credentials,
    recvWindowMs: 5000,
    gate: { refusal: () => null },
    budget,
  });
});
afterAll(async () => {
  await client.close();
  await new Promise((done) => server.close(done));
});

/** Parameters that are not of the instant; orders of a batch without their ids, which are ours. */
const paramsOf = (url: URL): Record<string, unknown> => {
  const pairs = [...url.searchParams].filter(([name]) => !STAMP.has(name));
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, name === 'batchOrders' ? withoutIds(value) : value]),
  );
};

const withoutIds = (text: string): unknown => {
  const orders = JSON.parse(text) as Record<string, unknown>[]; // as both clients write it
  return orders.map((each) =>
    Object.fromEntries(Object.entries(each).filter(([name]) => name !== 'newClientOrderId')),
  );
};

test('every request of theirs is one that we make, too, or one that we never send', () => {
  const names = requests.map(nameOf);
  expect(names.filter((name) => !(name in OURS))).toEqual([]);
  expect(names).toHaveLength(24);
});

const made = requests
  .map((request) => [nameOf(request), String(request['url'])] as const)
  .filter(([name]) => OURS[name] != null);

test.each(made)('%s: ours is the same', async (name, url) => {
  heard = null;
  await OURS[name]?.(client).catch(() => undefined);
  const theirs = new URL(url);
  const ours = heard as { method: string; url: URL; text: string } | null;
  expect(ours?.url.pathname).toBe(theirs.pathname);
  const sent = paramsOf(ours?.url ?? theirs);
  const expected = paramsOf(theirs);
  expect(sent).toMatchObject(expected);
  const more = Object.keys(sent).filter((key) => !(key in expected));
  expect(more.filter((key) => !OUR_OWN.has(key))).toEqual([]);
  const isSigned = theirs.searchParams.has('signature');
  expect(ours?.url.searchParams.has('signature')).toBe(isSigned);
  // Percent-encoding in capitals, as the documentation asks.
  expect(ours?.text).not.toMatch(/%[0-9A-F]?[a-f]/);
});
