import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { marketSymbol } from '#domain/market-symbol.ts';
import type { BookTop, Deal, StreamState } from '#domain/market.ts';
import { startSimulator, type Simulator } from '#simulator/simulator.ts';
import { startProxy } from '#test/proxy.ts';
import { until } from '#test/until.ts';
import { createMarketStream, type MarketStream, type Ticker } from './market-stream.ts';

let simulator: Simulator;
let stream: MarketStream;

const control = async (path: string, body: object): Promise<void> => {
  const answer = await fetch(`${simulator.controlUrl}/_sim/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
};

const listen = (symbol: string) => {
  const deals: Deal[] = [];
  const tops: BookTop[] = [];
  const states: StreamState[] = [];
  const stop = stream.watch(marketSymbol(symbol), {
    onDeal: (deal) => deals.push(deal),
    onBook: (top) => tops.push(top),
    onState: (state) => states.push(state),
  });
  return { deals, tops, states, stop };
};

beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    controlPort: 0,
    dataDir: null,
    scenario: 'empty',
    seed: 'streams',
  });
  stream = createMarketStream({ wsUrl: simulator.wsUrl });
});
afterAll(async () => {
  await stream.close();
  await simulator.stop();
});

const open = async (symbol: string, inMs: number): Promise<void> => {
  const now = Date.now();
  await control('listings', { symbol, visibleAt: now, opensAt: now + inMs, firstPrice: '2' });
};

describe('the market stream', () => {
  test('a pair that does not exist yet is heard from its first deal on', async () => {
    const heard = listen('FUTUREUSDT');
    await open('FUTUREUSDT', 1500);
    const deal = await until('a deal', () => heard.deals[0]);
    const top = await until('a book', () => heard.tops[0]);
    expect(deal).toMatchObject({ symbol: 'FUTUREUSDT' });
    expect(deal.price).toMatch(/^\d+(\.\d+)?$/);
    expect(top.symbol).toBe('FUTUREUSDT');
    expect(stream.state()).toBe('live');
    heard.stop();
  });

  test('after a drop it connects and hears again, and says so', async () => {
    await open('DROPUSDT', 0);
    const heard = listen('DROPUSDT');
    await until('a book', () => heard.tops[0]);
    await control('faults', { stream: 'drop' });
    await until('the drop is noticed', () => heard.states.includes('connecting'));
    await until('it is live again', () => heard.states.at(-1) === 'live');
    const before = heard.tops.length;
    await until('more books', () => heard.tops.length > before);
    expect(heard.states).toContain('connecting');
    heard.stop();
  });

  test('silence is called stale, not calm', async () => {
    await open('QUIETUSDT', 0);
    await using proxy = await startProxy(Number(new URL(simulator.wsUrl).port));
    const own = createMarketStream({ wsUrl: `ws://127.0.0.1:${proxy.port}/ws` });
    const states: StreamState[] = [];
    own.watch(marketSymbol('QUIETUSDT'), {
      onDeal: () => undefined,
      onBook: () => undefined,
      onState: (state) => states.push(state),
    });
    await until('live', () => own.state() === 'live');
    proxy.hold();
    await until('stale', () => states.includes('stale'), { withinMs: 30_000 });
    proxy.release();
    await until('live again', () => own.state() === 'live', { withinMs: 30_000 });
    expect(states).toContain('stale');
    await own.close();
  }, 60_000);

  test('all pairs in one ticker', async () => {
    const seen: Ticker[] = [];
    const stop = stream.watchAllTickers((tickers) => seen.push(...tickers));
    await until('a ticker', () => seen.some((ticker) => ticker.symbol === 'SOLUSDT'));
    expect(seen.length).toBeGreaterThan(20);
    stop();
  });

  test('many pairs over as few connections as 30 subscriptions each allow', async () => {
    const own = createMarketStream({ wsUrl: simulator.wsUrl });
    const names = Array.from({ length: 40 }, (_, n) => `POOL${n}USDT`);
    const heard = new Set<string>();
    const connections = async () => {
      const answer = await fetch(`${simulator.controlUrl}/_sim`);
      // The control port's answer, as this simulator gives it.
      return ((await answer.json()) as { streams: { connections: number } }).streams.connections;
    };
    const before = await connections();
    await Promise.all(names.map((name) => open(name, 0)));
    const stops = names.map((name) =>
      own.watch(marketSymbol(name), {
        onDeal: () => undefined,
        onBook: (top) => heard.add(top.symbol),
        onState: () => undefined,
      }),
    );
    await until('all pairs', () => heard.size === names.length);
    // Two channels for each pair.
    expect((await connections()) - before).toBe(3);
    expect(own.state()).toBe('live');
    for (const stop of stops.slice(0, 20)) stop();
    own.watch(marketSymbol('POOL0USDT'), {
      onDeal: () => undefined,
      onBook: (top) => heard.add(`${top.symbol} again`),
      onState: () => undefined,
    });
    await until('a place that came free', () => heard.has('POOL0USDT again'));
    expect((await connections()) - before).toBe(3);
    await own.close();
  });

  test('what nobody watches any more is not heard', async () => {
    await open('LEFTUSDT', 0);
    const heard = listen('LEFTUSDT');
    await until('a book', () => heard.tops[0]);
    heard.stop();
    const other = listen('DROPUSDT');
    const count = heard.tops.length;
    await until('others go on', () => other.tops.length > 2);
    expect(heard.tops.length).toBe(count);
    other.stop();
  });
});
