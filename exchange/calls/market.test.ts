import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { marketSymbol } from '#domain/market-symbol.ts';
import type { Simulator } from '#simulator/simulator.ts';
import { control, openPair, startTestSimulator } from '#simulator/testing.ts';
import { createExchangeClient, type ExchangeClient } from '../client.ts';

let simulator: Simulator;
let client: ExchangeClient;

beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  await control(simulator, 'POST /_sim/reset');
  client = createExchangeClient({
    restUrl: simulator.url,
    webUrl: simulator.url,
    credentials: null,
    recvWindowMs: 1000,
  });
});
afterEach(() => client.close());

const announce = async (symbol: string) => {
  const opensAt = Date.now() + 3_600_000;
  const reply = await control(simulator, 'POST /_sim/listings', {
    symbol,
    announceAt: Date.now() - 1000,
    visibleAt: Date.now() - 1000,
    opensAt,
  });
  expect(reply.status).toBe(201);
  return opensAt;
};

describe('what the web site says of a coin that will open', () => {
  test('its pairs, keyed by quote, with the opening', async () => {
    const opensAtMs = await announce('人生K线USDT');
    const { pairs, malformed } = await client.webPairs();
    expect(malformed).toEqual([]);
    expect(pairs).toContainEqual(
      expect.objectContaining({ base: '人生K线', quote: 'USDT', opensAtMs }),
    );
  });

  test('news with title, address and time', async () => {
    await announce('FRESHUSDT');
    const { announcements, malformed } = await client.announcements();
    expect(malformed).toEqual([]);
    const news = announcements.find((each) => each.title.includes('(FRESH)'));
    expect(news?.url).toContain('https://');
    expect(news?.postedAtMs).toBeLessThanOrEqual(Date.now());
  });

  test('renamed and missing fields are understood or left out, never invented', async () => {
    const opensAtMs = await announce('FRESHUSDT');
    await control(simulator, 'POST /_sim/switches', { calendar: 'renamed' });
    expect((await client.calendar()).coins).toContainEqual(
      expect.objectContaining({ base: 'FRESH', opensAtMs }),
    );
    await control(simulator, 'POST /_sim/switches', { calendar: 'missing' });
    expect((await client.calendar()).coins).toContainEqual(
      expect.objectContaining({ base: 'FRESH', fullName: null, opensAtMs: null }),
    );
  });

  test('the firewall: thrown, and held back for a while without another call', async () => {
    await control(simulator, 'POST /_sim/switches', { calendar: 'forbidden' });
    await expect(client.calendar()).rejects.toMatchObject({ failure: { kind: 'throttled' } });
    await control(simulator, 'POST /_sim/switches', { calendar: 'normal' });
    await expect(client.calendar()).rejects.toThrow(/held back for \d+ ms: the exchange answered/);
    // The API is another matter.
    expect(await client.defaultSymbols()).toContain('SOLUSDT');
  });
});

describe('pairs', () => {
  test('that are gone, with the state', async () => {
    await openPair(simulator, 'GONEUSDT');
    await control(simulator, 'PATCH /_sim/listings/GONEUSDT', { status: '3' });
    const { pairs, malformed } = await client.offlinePairs();
    expect(malformed).toEqual([]);
    expect(pairs).toContainEqual(
      expect.objectContaining({ symbol: 'GONEUSDT', state: 'delisted' }),
    );
  });

  test('an opening in seconds or as text is read, or null: never a wrong year', async () => {
    const opensAt = await announce('FRESHUSDT');
    const symbol = marketSymbol('FRESHUSDT');
    const openings: (number | null | undefined)[] = [];
    for (const firstOpenTime of ['ms', 'text', 'seconds', 'absent']) {
      await control(simulator, 'POST /_sim/switches', { firstOpenTime });
      openings.push((await client.symbolRules([symbol])).rules[0]?.firstOpenTimeMs);
    }
    expect(openings).toEqual([opensAt, opensAt, null, null]);
  });

  test('candles, those outside the range dropped', async () => {
    await openPair(simulator, 'ABCUSDT');
    const toMs = Date.now();
    const query = { interval: '1m', fromMs: toMs - 180_000, toMs };
    const candles = await client.candles(marketSymbol('ABCUSDT'), query);
    expect(candles.length).toBeGreaterThan(0);
    expect(candles.length).toBeLessThanOrEqual(4);
    await control(simulator, 'POST /_sim/switches', { klineWindow: 'ignored' });
    const again = await client.candles(marketSymbol('ABCUSDT'), query);
    expect(again.map((each) => each.openMs)).toEqual(candles.map((each) => each.openMs));
  });
});

describe('without a key', () => {
  test('a signed call is not sent', async () => {
    await expect(client.balances()).rejects.toMatchObject({
      failure: { kind: 'unreachable', sent: 'no' },
    });
  });
});
