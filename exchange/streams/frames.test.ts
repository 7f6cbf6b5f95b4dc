import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePush } from '#simulator/streams/frames.ts';
import { balanceIn, fillIn, orderIn } from './account/account-events.ts';
import { decodeFrame, NameSet, readTickers } from './frames.ts';

const fixture = (name: string): { hex: string; decoded: { symbol: string; channel: string } } =>
  // The file is ours: its shape is what stands here.
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'fixtures', name), 'utf8')) as never;

describe('frames', () => {
  test('a recorded one is read as it was', () => {
    const { hex, decoded } = fixture('book-ticker-frame.recorded-2026-09-23.json');
    expect(decodeFrame(Buffer.from(hex, 'hex'))).toMatchObject({
      channel: decoded.channel,
      symbol: decoded.symbol,
      sendTime: 1_790_145_447_239,
      publicAggreBookTicker: {
        bidPrice: '86503.92',
        bidQuantity: '14.91335308',
        askPrice: '86503.93',
        askQuantity: '0.004965',
      },
    });
  });

  test('of all pairs hold what is used, and nothing else', () => {
    const item = { symbol: 'ABCUSDT', price: '0.1', volume: '5', high: '9', rate: '0.1' };
    const channel = 'spot@public.miniTickers.v3.api.pb@UTC+8';
    const bytes = encodePush({ channel, publicMiniTickers: { items: [item] } });
    const { publicMiniTickers } = decodeFrame(bytes);
    expect(publicMiniTickers?.items).toEqual([{ symbol: 'ABCUSDT', price: '0.1', volume: '5' }]);
  });

  test('of all pairs show only names that are not known', () => {
    const channel = 'spot@public.miniTickers.v3.api.pb@UTC+8';
    const symbols = ['ABCUSDT', '币安人生USDT', 'XYZUSDT'];
    const items = symbols.map((symbol) => ({ symbol, price: '0.1', volume: '5', high: '9' }));
    const bytes = encodePush({ channel, sendTime: 1, publicMiniTickers: { items } });
    const known = new NameSet();
    const seen = () => readTickers(bytes, known)?.map((item) => item.symbol);
    expect(seen()).toEqual(symbols);
    for (const symbol of symbols) known.add(symbol);
    known.add('ABCUSDT');
    expect(seen()).toEqual([]);
    known.delete('币安人生USDT');
    expect([known.size, seen()]).toEqual([2, ['币安人生USDT']]);
    const deals = { deals: [], eventType: 'deals' };
    expect(readTickers(encodePush({ channel, publicAggreDeals: deals }), known)).toBeNull();
    expect(() => readTickers(bytes.subarray(0, -3), known)).toThrow(RangeError);
  });

  test('that are broken throw or say nothing wrong', () => {
    const { hex } = fixture('book-ticker-frame.recorded-2026-09-23.json');
    const good = Buffer.from(hex, 'hex');
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(change, { minLength: 1, maxLength: 5 }).map((changes) => {
        const copy = Buffer.from(good);
        for (const [at, value] of changes) copy[at] = value;
        return copy;
      }),
    );
    const read = (each: Uint8Array): unknown => {
      try {
        const frame = decodeFrame(each);
        return [orderIn(frame), fillIn(frame), balanceIn(frame)];
      } catch (error) {
        return error;
      }
    };
    fc.assert(
      fc.property(bytes, (each) => {
        const answer = read(each);
        expect(answer instanceof Error || Array.isArray(answer)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('private frames', () => {
  const frame = (body: object) =>
    decodeFrame(encodePush({ channel: 'spot@private', symbol: 'ABCUSDT', ...body }));
  const order = {
    id: 'C02__1',
    clientId: 'abc-1',
    price: '0.5',
    quantity: '10',
    cumulativeQuantity: '4',
    cumulativeAmount: '2',
    tradeType: 1,
    status: 5,
    createTime: 1_795_000_000_000,
  };

  test.each([
    [1, 'new'],
    [2, 'filled'],
    [3, 'partlyFilled'],
    [4, 'canceled'],
    [5, 'partlyCanceled'],
  ])('status %s is %s', (status, ours) => {
    expect(orderIn(frame({ privateOrders: { ...order, status } }))?.status).toBe(ours);
  });

  test('what is zero is left out on the wire, and read as zero', () => {
    const { cumulativeQuantity: _, cumulativeAmount: __, ...fresh } = order;
    const report = orderIn(frame({ privateOrders: { ...fresh, status: 1 } }));
    expect(report).toMatchObject({ executed: '0', executedQuote: '0' });
  });

  test('without status, side, or id nothing is guessed', () => {
    for (const gone of ['status', 'tradeType', 'id']) {
      const odd = Object.fromEntries(Object.entries(order).filter(([key]) => key !== gone));
      expect(() => orderIn(frame({ privateOrders: odd }))).toThrow(RangeError);
    }
    expect(() => fillIn(frame({ privateDeals: { orderId: '1', tradeType: 1 } }))).toThrow(
      RangeError,
    );
    expect(() => balanceIn(frame({ privateAccount: { balanceAmount: '1' } }))).toThrow(RangeError);
  });

  test('of another kind tell nothing', () => {
    const other = frame({ publicAggreDeals: { deals: [] } });
    expect([orderIn(other), fillIn(other), balanceIn(other)]).toEqual([null, null, null]);
  });
});
