import { afterAll, beforeAll, expect, test } from 'vitest';
import { marketSymbol } from '#domain/market-symbol.ts';
import type { ExchangeClient } from '../client.ts';
import { fixture, seen, startAnswering, theirs, type Answering } from './fixtures.ts';

type Row = readonly [string, unknown, (call: ExchangeClient) => Promise<unknown>, unknown];

let answering: Answering;

beforeAll(async () => {
  answering = await startAnswering();
});
afterAll(() => answering[Symbol.asyncDispose]());

const printed = fixture('calls.printed-2025.json')['examples'];
const ours = fixture('shapes.ours-2026.json');
const btc = marketSymbol('BTCUSDT');
const range = { interval: '5m', fromMs: 0, toMs: 1.9e12 };
const btcRules = {
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  status: 'online',
  apiTradingAllowed: false,
  quantityDecimals: 8,
  priceDecimals: 2,
  minQuantity: '0.000001',
  minNotional: '1',
  maxNotional: '4000000',
  takerFee: '0.0005',
  priceBand: { up: '0.005', down: '0.005' },
  firstOpenTimeMs: null,
};
const oldRules = { status: 'online', minQuantity: null, priceBand: null, sides: 'both' };
const level = (at: string, size: string) => ({ price: at, quantity: size });

const rows: readonly Row[] = [
  [
    'recorded exchangeInfo',
    seen('/api/v3/exchangeInfo'),
    (c) => c.symbolRules(),
    { rules: expect.arrayContaining([expect.objectContaining(btcRules)]), malformed: [] },
  ],
  [
    'exchangeInfo of a C# client, 2025',
    theirs('GET', '/api/v3/exchangeInfo'),
    (c) => c.symbolRules(),
    {
      rules: [
        {
          symbol: 'BROCKUSDT',
          ...oldRules,
          minNotional: '1',
          takerFee: '0.0005',
          quantityDecimals: 2,
        },
      ],
      malformed: [],
    },
  ],
  [
    'exchangeInfo of 2024',
    fixture('calls.mexcnet-2025.json')['exchangeInfo2024'],
    (c) => c.symbolRules(),
    {
      rules: [{ symbol: 'AESUSDT', ...oldRules, makerFee: '0.001' }, { symbol: 'NCDTUSDT' }],
      malformed: [],
    },
  ],
  [
    'a printed record',
    { symbols: [printed?.['Exchange Information']] },
    (c) => c.symbolRules(),
    {
      rules: [
        { symbol: 'TOMO3LUSDT', apiTradingAllowed: false, minQuantity: '0.0001', minNotional: '5' },
      ],
      malformed: [],
    },
  ],
  [
    'recorded defaultSymbols',
    seen('/api/v3/defaultSymbols'),
    (c) => c.defaultSymbols(),
    ['SNTUSDT', 'CGPTUSDT'],
  ],
  [
    'defaultSymbols of a C# client',
    theirs('GET', '/api/v3/defaultSymbols'),
    (c) => c.defaultSymbols(),
    ['SNTUSDT', 'CGPTUSDT', 'HEGICUSDT'],
  ],
  [
    'printed defaultSymbols, code 200',
    printed?.['API default symbol'],
    (c) => c.defaultSymbols(),
    ['GENE1USDT', 'SNTUSDT', 'SQUAWKUSDT', 'HEGICUSDT', 'GUMUSDT'],
  ],
  [
    'printed selfSymbols',
    printed?.['User API default symbol'],
    (c) => c.selfSymbols(),
    expect.arrayContaining(['GENE1USDT']),
  ],
  [
    'names that are not A-Z',
    { code: 0, data: ours['names']?.['body'] },
    (c) => c.defaultSymbols(),
    ours['names']?.['body'],
  ],
  [
    'offline pairs',
    ours['offline']?.['body'],
    (c) => c.offlinePairs(),
    {
      pairs: [
        { symbol: 'OLDUSDT', state: 'delisted', sinceMs: null },
        { symbol: 'LATEUSDT', sinceMs: 1_724_125_694_001 },
        { symbol: 'STOPPEDBTC', state: 'suspended' },
      ],
      malformed: [],
    },
  ],
  [
    'recorded depth',
    seen('/api/v3/depth'),
    (c) => c.depth(btc),
    {
      bids: [level('87900.00', '0.05661525'), level('87899.76', '2.48076800')],
      asks: [level('87903.98', '5.12181600'), level('87904.48', '0.00235992')],
    },
  ],
  [
    'recorded depth with its version',
    seen('/api/v3/depth'),
    (c) => c.bookSnapshot(btc),
    { version: 56_217_769_552n },
  ],
  [
    'printed depth',
    printed?.['Order Book'],
    (c) => c.bookSnapshot(btc),
    {
      version: 1_112_416n,
      bids: [level('15.00000', '49999.00000')],
      asks: [level('14.0000', '1.0000')],
    },
  ],
  [
    'depth of a C# client',
    theirs('GET', '/api/v3/depth'),
    (c) => c.bookSnapshot(btc),
    { version: 1_112_416n },
  ],
  [
    'recorded best prices',
    seen('/api/v3/ticker/bookTicker', 'symbol=BTCUSDT'),
    (c) => c.bookTop(btc),
    { bid: level('87893.56', '3.14191200'), ask: level('87894.45', '1.78302400') },
  ],
  [
    'recorded last price',
    seen('/api/v3/ticker/price', 'symbol=BTCUSDT'),
    (c) => c.lastPrice(btc),
    '87878.42',
  ],
  [
    'recorded trades',
    seen('/api/v3/trades'),
    (c) => c.deals(btc),
    [
      { price: '87924.49', quantity: '0.00722558', takerSide: 'buy', atMs: 1_767_205_820_300 },
      { takerSide: 'sell' },
    ],
  ],
  [
    'printed trades',
    printed?.['Recent Trades List'],
    (c) => c.deals(btc),
    [{ price: '23', quantity: '0.478468', takerSide: 'sell' }],
  ],
  [
    'trades of a C# client',
    theirs('GET', '/api/v3/trades'),
    (c) => c.deals(btc),
    [{ price: '3219.58', takerSide: 'buy' }, { takerSide: 'sell' }],
  ],
  [
    'recorded candles',
    seen('/api/v3/klines'),
    (c) => c.candles(btc, range),
    [
      {
        openMs: 1_767_056_100_000,
        open: '87231.15',
        high: '87269.54',
        low: '87231.12',
        close: '87250.54',
        volume: '17.48934453',
      },
      { open: '87250.54' },
    ],
  ],
  [
    'printed candles',
    printed?.['Kline/Candlestick Data'],
    (c) => c.candles(btc, range),
    [{ openMs: 1_640_804_880_000, close: '47436.1' }],
  ],
  [
    'candles of a C# client',
    theirs('GET', '/api/v3/klines'),
    (c) => c.candles(btc, range),
    [{ volume: '3.550717' }],
  ],
  [
    'announcements of a C# client',
    theirs('GET', '/api/v3/announcements'),
    (c) => c.announcements(),
    {
      announcements: [
        {
          title: 'OKX to list Virtuals Protocol (VIRTUAL) for spot trading',
          postedAtMs: 1_761_620_404_821,
        },
        { title: 'Completion of X Layer Mainnet Upgrade' },
      ],
      malformed: [],
    },
  ],
  [
    'a fragment of the web site',
    { data: { symbols: { USDT: [ours['webFragment']?.['body']] } } },
    (c) => c.webPairs(),
    {
      pairs: [{ base: 'ABC', quote: 'USDT', fullName: 'Alphabet Coin', opensAtMs: null }],
      malformed: [],
    },
  ],
];

test.each(rows)('%s means what it says', async (...row) => {
  const [, body, call, expected] = row;
  expect(body).toBeDefined();
  answering.answer(200, body);
  expect({ value: await call(answering.client) }).toMatchObject({ value: expected });
});

test('the time is the time', async () => {
  for (const body of [seen('/api/v3/time'), theirs('GET', '/api/v3/time')]) {
    answering.answer(200, body);
    const { clock } = answering.client;
    await clock.refresh(1);
    expect(Math.abs(clock.exchangeNowMs() - Number(body?.['serverTime']))).toBeLessThan(5000);
  }
});

test('the nine records of 2024, in which numbers are text', async () => {
  answering.answer(200, fixture('symbols.recorded-2024.json'));
  const { rules, malformed } = await answering.client.symbolRules();
  expect(malformed).toEqual([]);
  expect(rules).toHaveLength(9);
  expect(rules.map((each) => each.apiTradingAllowed).filter(Boolean)).toHaveLength(2);
  expect(rules[0]).toMatchObject({ symbol: 'BTCUSDT', quantityDecimals: 6, takerFee: '0.0002' });
});
