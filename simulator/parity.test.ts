import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from './simulator.ts';
import { decodePush, encodePush, type Push } from './streams/frames.ts';
import {
  control,
  eventually,
  get,
  sign,
  signed,
  startTestSimulator,
  type Body,
  type Params,
} from './testing.ts';

function fixture(name: string): Body {
  // Fixtures are read freely, as answers are.
  return JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')) as Body;
}

const recorded = fixture('public-calls.recorded-2025-12-31.json');
const library = fixture('responses.recorded-2024.json')['responses'];
const printed = fixture('calls.printed-2025.json')['examples'];
const requests = fixture('requests.ccxt-2026-11.json')['requests'] ?? [];
const signing = fixture('signing.printed-2025.json');
const examples = Array.from<Body>(fixture('calls.mexcnet-2025.json')['calls'] ?? []);
const shapes = fixture('shapes.ours-2026.json');

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startTestSimulator();
  await control(simulator, 'POST /_sim/switches', { rateModel: 'off', priceBand: 'off' });
  const balances = { USDT: '100000', ATLAS: '100000', PYTH: '100000', ADA: '100000' };
  await control(simulator, 'POST /_sim/accounts', { balances });
  await control(simulator, 'POST /_sim/accounts', {
    apiKey: String(signing['apiKey']),
    secret: String(signing['secretKey']),
  });
  const order = { symbol: 'ADAUSDT', side: 'BUY', quantity: 100 };
  await signed(simulator, 'POST /api/v3/order', { ...order, type: 'MARKET' });
  await signed(simulator, 'POST /api/v3/order', { ...order, type: 'LIMIT', price: '0.4' });
});
afterAll(() => simulator.stop());

/** Fields that newer records have and these recordings lack. */
const newer = new Set(['firstOpenTime', 'available', 'stpMode', 'cancelReason']);

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'string') return Array.isArray(value) ? 'array' : typeof value;
  return /^-?\d+(\.\d+)?$/.test(value) ? 'decimal text' : 'text';
}

/** Differences of keys, types and text formats; null in either stands for anything. */
function differences(actual: Body, sample: Body, at = ''): string[] {
  const [a, s] = [kindOf(actual), kindOf(sample)];
  if (a === 'null' || s === 'null') return [];
  const isText = (kind: string): boolean => kind.endsWith('text');
  if (a !== s)
    return isText(a) && isText(s) && !/[pP]rice|[qQ]ty/.test(at) ? [] : [`${at}: ${a}, not ${s}`];
  if (a === 'array') {
    const [first, known] = [actual[0], sample[0]];
    return first === undefined || known === undefined ? [] : differences(first, known, `${at}[]`);
  }
  if (a !== 'object') return [];
  const missing = Object.keys(sample).filter((key) => !(key in actual));
  const extra = Object.keys(actual).filter((key) => !(key in sample) && !newer.has(key));
  const inside = Object.keys(sample).flatMap((key) => {
    const [left, right] = [actual[key], sample[key]];
    return left === undefined || right === undefined
      ? []
      : differences(left, right, `${at}.${key}`);
  });
  return [
    ...missing.map((key) => `${at}.${key} missing`),
    ...extra.map((key) => `${at}.${key} new`),
    ...inside,
  ];
}

describe('the comparison', () => {
  it('finds missing and new keys, other types and other text formats', () => {
    const actual = { a: '1', b: 'x', c: [{ d: 1 }], e: 1 } as unknown as Body;
    const sample = { a: 1, price: '1', b: 'y', c: [{ d: '1' }] } as unknown as Body;
    const texts = ['.price missing', '.e new', '.a: decimal text, not number'];
    expect(differences(actual, sample)).toEqual([...texts, '.c[].d: number, not decimal text']);
  });
});

describe('public answers', () => {
  const calls = (recorded['calls'] ?? []).map((call) => [
    `${String(call['path'])}?${String(call['query'])}`,
    call,
  ]) as [string, Body][];

  it.each(calls)('of %s have the recorded shape', async (path, call) => {
    const { status, body } = await get(simulator, path.replace(/(start|end)Time=\d+&?/g, ''));
    expect(status).toBe(200);
    expect(differences(body, call['body'] ?? body)).toEqual([]);
  });
});

describe('signed answers', () => {
  const ada = { symbol: 'ADAUSDT' };
  const samples: [string, Params, Body | undefined][] = [
    ['GET /api/v3/allOrders', ada, library?.['fetchOrders']],
    ['GET /api/v3/myTrades', ada, library?.['fetchMyTrades']],
    ['GET /api/v3/openOrders', {}, library?.['fetchOrders']],
    ['GET /api/v3/tradeFee', ada, printed?.['Query Symbol Commission']],
    ['GET /api/v3/selfSymbols', {}, printed?.['User API default symbol']],
  ];

  it('have the known shape', async () => {
    for (const [call, params, sample] of samples) {
      const { status, body } = await signed(simulator, call, params);
      const numbersAsText = /(orderListId|time|updateTime): number, not decimal text|timestamp new/;
      const found = differences(body, sample ?? body).filter((text) => !numbersAsText.test(text));
      expect([call, status, found, sample === undefined]).toEqual([call, 200, [], false]);
    }
  });

  it('of a new order have exactly the documented keys', async () => {
    const order = { symbol: 'ADAUSDT', side: 'BUY', type: 'LIMIT', quantity: 100, price: '0.4' };
    const { body } = await signed(simulator, 'POST /api/v3/order', order);
    expect(Object.keys(body)).toEqual(Object.keys(printed?.['New Order'] ?? {}));
  });

  it('of the account have the documented keys', async () => {
    const { body } = await signed(simulator, 'GET /api/v3/account');
    const known = Object.keys(printed?.['Account Information'] ?? {});
    expect(known.filter((key) => !(key in body))).toEqual([]);
  });
});

describe('answers that another client tests against', () => {
  /** Printed examples of years ago: fields that live records have had since, or never had. */
  const since = new RegExp(
    [
      // Ids of old examples are numbers; what an order is named by differs, too.
      /orderId: (decimal )?text, not number/,
      /(origClientOrderId|orderListId|clientOrderId|timeInForce) missing/,
      // Fields of the account since January 2026, and of records since December 2025.
      /(makerCommission|takerCommission|buyerCommission|sellerCommission) new/,
      /(conceptPlateIds|contractAddress|st|timestamp|icebergQty|updateTime|isWorking) new/,
      /(stopPrice|origQuoteOrderQty|time|total|tradeType) new/,
      // Empty in the printed example, amounts in every recording.
      /(bid|ask)Qty: decimal text, not text/,
      // A number in old examples of the announcements' pages.
      /totalPage: number, not decimal text/,
    ]
      .map(({ source }) => source)
      .join('|'),
  );
  const calls = examples.map(
    (each) => [String(each['method']), String(each['path']), each] as const,
  );

  const open =
    /(aggTrades|avgPrice|depth|klines|trades|time|announcements|defaultSymbols|exchangeInfo)$|ticker/;

  async function ask(method: string, path: string): Promise<Body> {
    const symbol = 'ADAUSDT';
    const fresh = { symbol, side: 'BUY', type: 'LIMIT', quantity: 100, price: '0.4' };
    if (path.endsWith('/userDataStream') && method !== 'POST') {
      const { body } = await signed(simulator, 'POST /api/v3/userDataStream');
      const listenKey = String(body['listenKey']);
      return (await signed(simulator, `${method} ${path}`, { listenKey })).body;
    }
    if (method === 'POST') return (await signed(simulator, `${method} ${path}`, fresh)).body;
    const { body } = await signed(simulator, 'POST /api/v3/order', fresh);
    const named = { symbol, orderId: String(body['orderId']) };
    const isOne = path === '/api/v3/order';
    return (await signed(simulator, `${method} ${path}`, isOne ? named : { symbol })).body;
  }

  it.each(calls)('%s %s', async (method, path, example) => {
    const isWide = method === 'GET' && Array.isArray(example['body']) && path.includes('/ticker/');
    const extra = path.endsWith('/klines') ? '&interval=1m' : '';
    const isPublic = open.test(path);
    const query = isWide ? '' : `?symbol=ADAUSDT${extra}`;
    const body = isPublic
      ? (await get(simulator, `${path}${query}`)).body
      : await ask(method, path);
    const found = differences(body, example['body'] ?? body).filter((text) => !since.test(text));
    expect(found).toEqual([]);
  });
});

describe('answers in shapes that were seen lately', () => {
  const ada = { symbol: 'ADAUSDT' };
  const place = async (more: object): Promise<Body> => {
    const order = { ...ada, side: 'BUY', quantity: 100, price: '0.4', ...more };
    return (await signed(simulator, 'POST /api/v3/order', order)).body;
  };

  it('an order, its executions, an acknowledgement, a cancel of all, the account', async () => {
    const bought = await place({ type: 'MARKET', price: '' });
    const named = { ...ada, orderId: String(bought['orderId']) };
    const order = (await signed(simulator, 'GET /api/v3/order', named)).body;
    const trades = (await signed(simulator, 'GET /api/v3/myTrades', named)).body;
    await place({ type: 'LIMIT' });
    const canceled = (await signed(simulator, 'DELETE /api/v3/openOrders', ada)).body;
    const account = (await signed(simulator, 'GET /api/v3/account')).body;
    const known: readonly (readonly [Body, Body | undefined])[] = [
      [order, shapes['orders']?.[0]?.['body']],
      [trades[0] ?? order, shapes['trades']?.[0]?.['body']],
      [bought, shapes['placed']?.['body']],
      [account, shapes['account']?.['body']],
    ];
    for (const [body, sample] of known)
      expect([sample === undefined, differences(body, sample ?? body)]).toEqual([false, []]);
    const some = shapes['cancelAll']?.['body'];
    const missing = differences(canceled, some ?? canceled).filter(
      (text) => !text.endsWith(' new'),
    );
    expect([canceled[0]?.['status'], missing]).toEqual(['NEW', []]);
  });

  it('pairs that are gone, listen keys', async () => {
    await control(simulator, 'POST /_sim/listings', {
      symbol: 'GONEUSDT',
      opensAt: 1,
      status: '3',
    });
    const gone = (await get(simulator, '/api/v3/symbol/offline')).body;
    await signed(simulator, 'POST /api/v3/userDataStream');
    const keys = (await signed(simulator, 'GET /api/v3/userDataStream')).body;
    const dated = { data: [shapes['offline']?.['body']?.['data']?.[1]] } as unknown as Body;
    expect(differences(gone, dated)).toEqual([]);
    expect(differences(keys, shapes['listenKeys']?.['body'] ?? gone)).toEqual([]);
  });
});

describe('requests of another client', () => {
  const cases = requests.map((request) => [
    `${String(request['call'])} (${String(request['what'])})`,
    String(request['url']),
  ]) as [string, string][];
  const posts = /\/order\?|batchOrders/;

  it.each(cases)('are accepted: %s', async (name, url) => {
    const { pathname, search } = new URL(url);
    const isSigned = search.includes('signature=');
    const own = /[?&](timestamp|recvWindow|signature)=[^&]*/g;
    const query = search.replace(own, '').replace(/^[?&]/, '');
    const text = isSigned ? `${query === '' ? '' : `${query}&`}timestamp=${Date.now()}` : query;
    const signature = isSigned ? `&signature=${sign('sim-secret', text)}` : '';
    const method = name.startsWith('cancel') ? 'DELETE' : posts.test(url) ? 'POST' : 'GET';
    const response = await fetch(`${simulator.url}${pathname}?${text}${signature}`, {
      method,
      headers: { 'x-mexc-apikey': 'sim-key', 'content-type': 'application/json' },
    });
    const body = (await response.json()) as { code?: number };
    // One of the library's examples is below today's minimum of 1 USDT.
    const tooSmall = name.includes('Spot market buy)') ? 30002 : undefined;
    expect(body.code === 0 ? undefined : body.code).toBe(tooSmall);
  });
});

describe('signatures', () => {
  it('of the documentation hold', () => {
    for (const vector of signing['vectors'] ?? []) {
      const text = `${String(vector['queryString'])}${String(vector['requestBody'])}`;
      expect(text).toBe(vector['payload']);
      expect(sign(String(signing['secretKey']), text)).toBe(vector['signature']);
    }
  });

  it('that the documentation prints wrongly do not', () => {
    for (const wrong of signing['printedWrong'] ?? []) {
      const made = sign(String(signing['secretKey']), String(wrong['payload']));
      expect(made).not.toBe(wrong['signaturePrinted']);
    }
  });

  it('of a documented vector are refused only for their time', async () => {
    const [vector] = signing['vectors'] ?? [];
    const query = `${String(vector?.['queryString'])}&signature=${String(vector?.['signature'])}`;
    const ask = async (): Promise<Body> => {
      const response = await fetch(`${simulator.url}/api/v3/order/test?${query}`, {
        method: 'POST',
        headers: { 'x-mexc-apikey': String(signing['apiKey']) },
      });
      return (await response.json()) as Body;
    };
    const body = await eventually(ask, () => true);
    expect(body['code']).toBe(700003);
  });
});

describe('frames', () => {
  it('are encoded byte for byte as recorded', () => {
    const frame = fixture('book-ticker-frame.recorded-2026-09-23.json');
    const decoded = frame['decoded'] as unknown as Push; // a frame's fields, as encodePush takes them
    const bytes = Buffer.from(encodePush(decoded));
    expect(bytes.toString('hex')).toBe(frame['hex']);
    expect(decodePush(bytes)).toEqual(decoded);
  });
});
