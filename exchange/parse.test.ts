import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, price, quantity } from '#domain/amount.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import { readEach } from './calls/reading.ts';
import { myTradeWire, orderWire, symbolWire } from './endpoints/wire.ts';
import { toAnnouncement } from './hints/announcements.ts';
import { toAnnouncedCoin } from './hints/calendar.ts';
import { toOfflinePair } from './hints/offline-pairs.ts';
import { openTimeOf } from './hints/opening-time.ts';
import { toWebPair } from './hints/web-symbols.ts';
import { toExecution, toFee, toLevel, toOrderReport, toSymbolRules } from './parse.ts';

// Examples of ours in the shapes that the exchange's documentation and recordings show.

const record = {
  symbol: 'GOLD(XAUT)USDT',
  status: '1',
  baseAsset: 'GOLD(XAUT)',
  quoteAsset: 'USDT',
  fullName: 'Gold',
  baseAssetPrecision: 2,
  quotePrecision: 6,
  quoteAssetPrecision: 6,
  baseSizePrecision: '0',
  quoteAmountPrecision: '1.000000000000000000',
  maxQuoteAmount: '2000000',
  makerCommission: '0',
  takerCommission: '0.0005',
  isSpotTradingAllowed: true,
  tradeSideType: 1,
  orderTypes: ['LIMIT', 'MARKET', 'LIMIT_MAKER'],
  filters: [
    { filterType: 'PERCENT_PRICE_BY_SIDE', bidMultiplierUp: '0.2', askMultiplierDown: '0.2' },
  ],
  permissions: ['SPOT'],
};

const order = {
  symbol: 'SOLUSDT',
  orderId: 'C02__600000000000000001077',
  clientOrderId: 'abc-1-e-0',
  price: '0.0000001',
  origQty: '43.58',
  executedQty: '43.58',
  cummulativeQuoteQty: '4.35',
  status: 'FILLED',
  timeInForce: null,
  side: 'BUY',
  time: 1_795_000_000_000,
};

const trade = {
  id: '600000000000000002X1',
  orderId: order.orderId,
  price: '0.0000001',
  qty: '43.58',
  quoteQty: '0.000004358',
  commission: '0.000000002179',
  commissionAsset: 'USDT',
  time: 1_795_000_000_000,
  isMaker: false,
  clientOrderId: null,
};

const rulesOf = (changes: object) => toSymbolRules(symbolWire.parse({ ...record, ...changes }));
const reportOf = (changes: object) => toOrderReport(orderWire.parse({ ...order, ...changes }));

describe('a symbol record', () => {
  test('says its rules, the minimum where the exchange hides it', () => {
    const rules = rulesOf({});
    expect(rules).toMatchObject({
      symbol: 'GOLD(XAUT)USDT',
      base: 'GOLD(XAUT)',
      status: 'online',
      sides: 'both',
      quantityDecimals: 2,
      priceDecimals: 6,
      minQuantity: null,
      priceBand: { up: '0.2', down: '0.2' },
      firstOpenTimeMs: null,
    });
    expect(Number(rules.minNotional)).toBe(1);
  });

  test('of other years: words for the status, numbers as text, no filters', () => {
    const old = {
      status: 'ENABLED',
      tradeSideType: undefined,
      filters: [],
      baseAssetPrecision: '8',
    };
    expect(rulesOf(old)).toMatchObject({
      status: 'online',
      sides: 'both',
      priceBand: null,
      quantityDecimals: 8,
    });
    expect(rulesOf({ tradeSideType: '3' }).sides).toBe('sellOnly');
  });

  test.each([
    { status: '9' },
    { tradeSideType: 7 },
    { baseAssetPrecision: -1 },
    { quotePrecision: 'many' },
    { quoteAmountPrecision: '1e3' },
    { takerCommission: '-0.1' },
    { baseAsset: '' },
    { symbol: 'A B' },
    { isSpotTradingAllowed: 'yes' },
  ])('that is odd is refused: %j', (odd) => {
    expect(() => rulesOf(odd)).toThrow(Error);
  });

  test('that is odd does not hide the others', () => {
    const items = [record, { ...record, status: '9' }, null, 5, { ...record, symbol: 'OKUSDT' }];
    const { values, malformed } = readEach(items, (item) => toSymbolRules(symbolWire.parse(item)));
    expect(values.map((each) => each.symbol)).toEqual(['GOLD(XAUT)USDT', 'OKUSDT']);
    expect(malformed).toHaveLength(3);
  });
});

describe('an order', () => {
  test('keeps its amounts as text', () => {
    expect(reportOf({})).toMatchObject({ price: '0.0000001', executed: '43.58', side: 'buy' });
  });

  test('printed with "Qty", without a price, with an id that is not ours', () => {
    const changes = { origQty: undefined, Qty: '2', price: '0', clientOrderId: 'web_ä' };
    expect(reportOf(changes)).toMatchObject({ quantity: '2', price: null, clientOrderId: null });
  });

  test.each([
    ['NEW', 'new'],
    ['PARTIALLY_FILLED', 'partlyFilled'],
    ['FILLED', 'filled'],
    ['CANCELED', 'canceled'],
    ['PARTIALLY_CANCELED', 'partlyCanceled'],
  ])('%s is %s', (status, ours) => {
    expect(reportOf({ status }).status).toBe(ours);
  });

  test.each([
    { status: 'EXPIRED' },
    { side: 'BOTH' },
    { origQty: undefined },
    { executedQty: '1e2' },
    { executedQty: '-1' },
    { cummulativeQuoteQty: 'NaN' },
    { orderId: '' },
    { orderId: 2 ** 60 },
    { time: undefined },
  ])('that is odd is refused: %j', (odd) => {
    expect(() => reportOf(odd)).toThrow(Error);
  });
});

test('an execution has its fee and asset', () => {
  expect(toExecution(myTradeWire.parse(trade))).toMatchObject({
    fee: '0.000000002179',
    feeAsset: 'USDT',
    tradeId: trade.id,
  });
});

test.each([
  [0.0005, '0.0005'],
  [0, '0'],
  ['0.0005', '0.0005'],
  [1e-7, '0.0000001'],
])('a fee of %s', (value, same) => {
  expect(compare(toFee(value), toFee(same))).toBe(0);
});

test('one side of a book may be missing', () => {
  for (const [at, size] of [
    ['', ''],
    [null, null],
    ['0', '5'],
    ['5', '0'],
    [undefined, '5'],
  ])
    expect(toLevel(at, size)).toBeNull();
});

describe('hints', () => {
  test.each([
    [1_795_000_000_000, 1_795_000_000_000],
    ['1795000000000', 1_795_000_000_000],
    [1_795_000_000, null],
    ['soon', null],
    [null, null],
    [-1, null],
    [Number.NaN, null],
    [1e17, null],
    ['179500000000', null],
  ])('an opening time of %j is %j', (value, ms) => {
    expect(openTimeOf(value)).toBe(ms);
  });

  test('fragments of the web site are read, the rest of their fields ignored', () => {
    const fragment = {
      id: 'e1',
      cd: '1c',
      vn: 'PENGU',
      mn: 'USDT',
      fn: 'Penguins',
      aol: [{ ot: 1 }],
    };
    expect(toWebPair('USDT', fragment)).toMatchObject({ base: 'PENGU', opensAtMs: null });
  });

  test('a state that nobody has explained is not guessed', () => {
    expect(toOfflinePair({ symbol: 'ABCUSDT', state: 3 })).toMatchObject({ state: 'delisted' });
    expect(() => toOfflinePair({ symbol: 'ABCUSDT', state: 9 })).toThrow(RangeError);
  });
});

describe('whatever is sent', () => {
  /** Records of the right shape in which some fields are anything at all. */
  const mutated = (good: object): fc.Arbitrary<unknown> =>
    fc.oneof(
      fc.anything(),
      fc
        .tuple(fc.constantFrom(...Object.keys(good)), fc.anything())
        .map(([key, value]) => ({ ...good, [key]: value })),
    );
  const plain = /^\d+(\.\d+)?$/;
  const readOrThrown = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      return null;
    }
  };

  test('an order is read with plain amounts, or not at all', () => {
    fc.assert(
      fc.property(mutated(order), (body) => {
        const report = readOrThrown(() => toOrderReport(orderWire.parse(body)));
        const amounts = report === null ? [] : [report.quantity, report.executed];
        for (const text of amounts) expect(text).toMatch(plain);
      }),
      { numRuns: 2000 },
    );
  });

  test('rules and executions too', () => {
    fc.assert(
      fc.property(mutated(record), mutated(trade), (one, other) => {
        const rules = readOrThrown(() => toSymbolRules(symbolWire.parse(one)));
        const fill = readOrThrown(() => toExecution(myTradeWire.parse(other)));
        for (const text of [rules?.minNotional, fill?.quantity, fill?.price])
          expect(text ?? '0').toMatch(plain);
      }),
      { numRuns: 2000 },
    );
  });

  test('hints never break off', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (items) => {
        for (const read of [toAnnouncedCoin, toAnnouncement, toOfflinePair]) {
          const { values, malformed } = readEach(items, (item): unknown => read(item));
          expect(values.length + malformed.length).toBe(items.length);
        }
        const pairs = readEach(items, (item) => toWebPair('USDT', item));
        expect(pairs.values.length + pairs.malformed.length).toBe(items.length);
      }),
    );
  });
});

test('the domain has the last word on names and amounts', () => {
  expect(() => marketSymbol('')).toThrow(RangeError);
  expect(() => [price('1e-7'), quantity('-1')]).toThrow(RangeError);
});
