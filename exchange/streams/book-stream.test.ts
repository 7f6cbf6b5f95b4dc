import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { price, quantity } from '#domain/amount.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import type { Simulator } from '#simulator/simulator.ts';
import { control, openPair, signed, startTestSimulator } from '#simulator/testing.ts';
import { until } from '#test/until.ts';
import { createExchangeClient, type ExchangeClient } from '../client.ts';
import { createBookStream, type BookStream } from './book-stream.ts';
import { createLocalBook, toVersion, type BookDiff } from './local-book.ts';

const abc = marketSymbol('ABCUSDT');
const level = (at: string, size: string) => ({ price: price(at), quantity: quantity(size) });
const diff = (from: number, to: number, bids: BookDiff['bids'] = []): BookDiff => ({
  from: BigInt(from),
  to: BigInt(to),
  bids,
  asks: [],
});

describe('a book put together', () => {
  const snapshot = { version: 10n, bids: [level('0.10', '5'), level('0.09', '1')], asks: [] };

  test('continues its snapshot with what was heard meanwhile', () => {
    const book = createLocalBook();
    expect(book.apply(diff(9, 10, [level('0.10', '99')]))).toBe(false);
    expect(book.apply(diff(11, 12, [level('0.1', '7'), level('0.08', '2')]))).toBe(false);
    expect(book.best(5)).toBeNull();
    expect(book.restore(snapshot)).toBe(true);
    expect(book.best(2)?.bids).toEqual([level('0.1', '7'), level('0.09', '1')]);
    expect(book.apply(diff(13, 13, [level('0.100', '0')]))).toBe(true);
    expect(book.best(1)?.bids).toEqual([level('0.09', '1')]);
  });

  test('is none after a gap, and not from a snapshot that is too old', () => {
    const book = createLocalBook();
    expect(book.restore(snapshot)).toBe(true);
    expect(book.apply(diff(12, 12))).toBe(false);
    expect(book.best(1)).toBeNull();
    expect(book.restore(snapshot)).toBe(false);
    expect(book.restore({ ...snapshot, version: 11n })).toBe(true);
  });

  test('ignores what comes twice', () => {
    const book = createLocalBook();
    book.restore(snapshot);
    expect(book.apply(diff(11, 11, [level('0.10', '1')]))).toBe(true);
    expect(book.apply(diff(11, 11, [level('0.10', '9')]))).toBe(true);
    expect(book.best(1)?.bids).toEqual([level('0.10', '1')]);
  });

  test('equals the true one, however the stream and the snapshot fall together', () => {
    const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(3)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(changes, fc.nat(60), fc.nat(60), (all, heardFrom, asked) => {
        const truth = new Map<number, number>();
        const book = createLocalBook();
        for (const [n, [at, size]] of all.entries()) {
          truth.set(at, size);
          if (n >= heardFrom) book.apply(diff(n + 1, n + 1, [level(`0.${at}`, String(size))]));
          if (n === Math.max(asked, heardFrom)) {
            const bids = [...truth].map(([p, q]) => level(`0.${p}`, String(q)));
            book.restore({ version: BigInt(n + 1), bids, asks: [] });
          }
        }
        const best = book.best(100)?.bids;
        const expected = [...truth]
          .filter(([, size]) => size > 0)
          .toSorted(([a], [b]) => b - a)
          .map(([at, size]) => level(`0.${at}`, String(size)));
        const isKnown = Math.max(asked, heardFrom) < all.length;
        expect(best ?? null).toEqual(isKnown ? expected : null);
      }),
    );
  });

  test('a missing version is no version', () => {
    for (const text of [undefined, '', '-1', '1e3', 'x'])
      expect(() => toVersion(text)).toThrow(RangeError);
  });
});

describe('the book stream', () => {
  let simulator: Simulator;
  let client: ExchangeClient;
  let stream: BookStream;

  const changeBook = async (): Promise<void> => {
    const order = { symbol: abc, side: 'BUY', type: 'LIMIT', price: '0.9', quantity: '2' };
    const reply = await signed(simulator, 'POST /api/v3/order', order);
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
  };
  /** The stream's book equals what REST answers at the same version. */
  const agrees = () =>
    until('the book agrees with REST', async () => {
      const { bids, asks } = await client.depth(abc, 1000);
      return JSON.stringify(stream.best(abc, 1000)) === JSON.stringify({ bids, asks });
    });

  beforeAll(async () => {
    simulator = await startTestSimulator();
  });
  afterAll(() => simulator.stop());
  beforeEach(async () => {
    await control(simulator, 'POST /_sim/reset');
    await openPair(simulator, 'ABCUSDT');
    client = createExchangeClient({
      restUrl: simulator.url,
      webUrl: simulator.url,
      credentials: null,
      recvWindowMs: 1000,
      budget: { model: 'perEndpoint500' },
    });
    stream = createBookStream({
      wsUrl: simulator.wsUrl,
      snapshot: (symbol) => client.bookSnapshot(symbol),
    });
    stream.follow(abc);
  });
  afterEach(async () => {
    await stream.close();
    await client.close();
  });

  test('follows every change', async () => {
    await agrees();
    for (let n = 0; n < 5; n += 1) await changeBook();
    await agrees();
    expect(stream.gaps()).toBe(0);
    expect(stream.malformed()).toBe(0);
  });

  test('repairs a gap by asking anew, and shows no book meanwhile', async () => {
    await agrees();
    await control(simulator, 'POST /_sim/faults', { stream: 'gap', count: 1 });
    await until('the gap is noticed', async () => {
      await changeBook();
      return stream.gaps() > 0;
    });
    expect(await agrees()).toBe(true);
  });

  test.each(['duplicate', 'reorder', 'gap', 'stall'])('is true after a %s', async (stream) => {
    await agrees();
    const channel = 'spot@public.aggre.depth';
    await control(simulator, 'POST /_sim/faults', { stream, channel, count: 3 });
    for (let n = 0; n < 6; n += 1) await changeBook();
    await control(simulator, 'POST /_sim/faults', { stream: 'resume', channel });
    // The next change shows what was missing before it.
    await changeBook();
    expect(await agrees()).toBe(true);
  });

  test('shows no book after a drop until it has the new one', async () => {
    await agrees();
    await control(simulator, 'POST /_sim/faults', { stream: 'drop' });
    await until('no book', () => stream.best(abc, 1) === null);
    await changeBook();
    expect(await agrees()).toBe(true);
  });

  test('asks again when the book is not to be had', async () => {
    await agrees();
    const fault = { endpoint: 'GET /api/v3/depth', action: 'status', status: 503, count: 2 };
    await control(simulator, 'POST /_sim/faults', fault);
    await control(simulator, 'POST /_sim/faults', { stream: 'drop' });
    await until('a book again', () => stream.state() === 'live' && stream.best(abc, 1) !== null);
    expect(stream.best(abc, 1)?.bids).toHaveLength(1);
  });
});
