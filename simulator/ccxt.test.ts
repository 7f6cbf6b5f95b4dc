import ccxt from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from './simulator.ts';
import { eventually, startTestSimulator } from './testing.ts';

// A client that nobody here wrote trades against the simulator.

let simulator: Simulator;
let client: InstanceType<typeof ccxt.pro.mexc>;
const pair = 'ADA/USDT';

beforeAll(async () => {
  simulator = await startTestSimulator();
  client = new ccxt.pro.mexc({
    apiKey: 'sim-key',
    secret: 'sim-secret',
    enableRateLimit: false,
  });
  client.urls['api']['spot'] = { public: simulator.url, private: simulator.url };
  client.urls['api']['ws'].spot = simulator.wsUrl;
  // Futures are not part of the simulator.
  client.fetchSwapMarkets = () => Promise.resolve([]);
  await client.loadHttpProxyAgent();
  await client.loadMarkets();
});
afterAll(async () => {
  await client.close();
  await simulator.stop();
});

describe('ccxt', () => {
  it('reads markets, balances, prices, candles and fees', async () => {
    expect(Object.keys(client.markets ?? {})).toContain(pair);
    expect(await client.fetchBalance()).toMatchObject({ USDT: { free: 10_000 } });
    const ticker = await client.fetchTicker(pair);
    expect(Number(ticker.bid)).toBeLessThan(Number(ticker.ask));
    expect((await client.fetchOrderBook(pair, 5)).asks).toHaveLength(5);
    expect(await client.fetchOHLCV(pair, '1m', undefined, 3)).toHaveLength(3);
    expect(await client.fetchTradingFee(pair)).toMatchObject({ maker: 0, taker: 0.0005 });
  });

  it('places limit, IOC and market orders, queries, cancels and reads its trades', async () => {
    const last = (await client.fetchTicker(pair)).last ?? 0;
    const resting = await client.createOrder(pair, 'limit', 'buy', 100, last * 0.99);
    const ioc = await client.createOrder(pair, 'limit', 'buy', 100, last * 1.01, {
      timeInForce: 'IOC',
    });
    const byCost = await client.createMarketBuyOrderWithCost(pair, 20);
    expect((await client.fetchOpenOrders(pair)).map((order) => order.id)).toEqual([resting.id]);
    await client.cancelOrder(String(resting.id), pair);
    expect((await client.fetchOrder(String(resting.id), pair)).status).toBe('canceled');
    expect(await client.fetchOrder(String(ioc.id), pair)).toMatchObject({
      status: 'closed',
      filled: 100,
    });
    const spent = (await client.fetchOrder(String(byCost.id), pair)).cost;
    expect(spent).toBeLessThanOrEqual(20);
    expect(spent).toBeGreaterThan(19.9);
    const trades = await client.fetchMyTrades(pair);
    expect(trades.map((trade) => trade.order)).toEqual(expect.arrayContaining([ioc.id, byCost.id]));
    expect(trades[0]?.fee?.currency).toBe('USDT');
  });

  it('watches deals and its own orders', async () => {
    const orders = client.watchOrders(pair);
    const trades = client.watchTrades(pair);
    const last = (await client.fetchTicker(pair)).last ?? 0;
    let placed = 0;
    const seen = { orders: false, trades: false };
    void orders.then(() => (seen.orders = true));
    void trades.then(() => (seen.trades = true));
    await eventually(
      async () => {
        // The subscription is in force at an unknown instant: one more order until it is.
        placed += 1;
        if (placed % 20 === 1) {
          await client.createOrder(pair, 'limit', 'buy', 10, last * 1.01, { timeInForce: 'IOC' });
        }
        return seen;
      },
      (is) => is.orders && is.trades,
    );
    expect((await trades)[0]?.symbol).toBe(pair);
    expect((await orders)[0]?.symbol).toBe(pair);
  });
});
