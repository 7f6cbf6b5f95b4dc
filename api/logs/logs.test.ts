import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import type { ErrorEnvelope } from '../schemas/error.ts';
import { asked, aTrade, startDatabase, testDeps, type TestDatabase } from '../testing.ts';
import type { TradeLogEntryView } from './schemas.ts';

// The logs of all trades as one list, on a real Postgres.

let database: TestDatabase;
let app: ReturnType<typeof createApp>;

const at = (second: number) => new Date(Date.UTC(2026, 5, 1, 8, 0, second));

beforeAll(async () => {
  database = await startDatabase();
  const { db, installationId } = database;
  app = createApp(testDeps(db));
  const other = await db.installation.create({ data: { id: 'othr', mode: 'test', account: 'x' } });
  const ids = [
    await aTrade(db, { installationId, n: 1, phase: 'closed' }),
    await aTrade(db, { installationId, n: 2, phase: 'holding' }),
    await aTrade(db, { installationId: other.id, n: 3, phase: 'holding' }),
  ];
  const entry = (n: number, sequence: number, more: object) => ({
    workflowId: `sniper:${ids[n - 1]}`,
    tradeId: ids[n - 1] ?? '',
    sequence,
    at: at(sequence),
    kind: 'phase',
    text: `step ${sequence} of ${n}`,
    detail: {},
    ...more,
  });
  await db.tradeLog.createMany({
    data: [
      ...[0, 1, 2, 3].map((sequence) => entry(1, sequence, {})),
      // At the same instant as others: only workflow and sequence tell them apart.
      ...[0, 1, 2].map((sequence) => entry(2, sequence, { at: at(2) })),
      entry(2, 9, { kind: 'order', text: 'Bought 100 % at 0.5_1', detail: { price: '0.5' } }),
      entry(3, 1, { text: 'of somebody else' }),
    ],
  });
}, 60_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
}, 30_000);

const ask = async (query = '') => {
  const response = await app.fetch(asked(`/api/logs${query}`), {});
  const body = (await response.json()) as Partial<ErrorEnvelope> & {
    items: TradeLogEntryView[];
    nextCursor: string | null;
  };
  return { status: response.status, ...body };
};
const textsOf = async (query: string) => (await ask(query)).items.map(({ text }) => text);

describe('the logs of all trades', () => {
  test('are one list, newest first, of this installation alone', async () => {
    const { items, nextCursor } = await ask();
    expect(nextCursor).toBeNull();
    expect(items.map(({ text }) => text)).toEqual([
      'Bought 100 % at 0.5_1',
      'step 3 of 1',
      'step 2 of 2',
      'step 1 of 2',
      'step 0 of 2',
      'step 2 of 1',
      'step 1 of 1',
      'step 0 of 1',
    ]);
    expect(items[0]).toEqual({
      tradeId: 'listing00002',
      workflowId: 'sniper:listing00002',
      symbol: 'COIN2USDT',
      sequence: 9,
      at: at(9).toISOString(),
      kind: 'order',
      text: 'Bought 100 % at 0.5_1',
      detail: { price: '0.5' },
    });
  });

  test.each([1, 2, 3])('come in pages of %i without a gap or a repeat', async (limit) => {
    const whole = await textsOf('');
    const pages: string[] = [];
    let cursor = '';
    for (let n = 0; n < 10; n += 1) {
      const { items, nextCursor } = await ask(`?limit=${limit}${cursor}`);
      pages.push(...items.map(({ text }) => text));
      if (nextCursor === null) break;
      cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
    }
    expect(pages).toEqual(whole);
  });

  test.each([
    ['kind=order', ['Bought 100 % at 0.5_1']],
    ['symbol=COIN1USDT&text=STEP%203', ['step 3 of 1']],
    ['symbol=COIN2&kind=phase', ['step 2 of 2', 'step 1 of 2', 'step 0 of 2']],
    ['symbol=COIN3', []],
    ['symbol=NEVER', []],
    ['text=100%20%25', ['Bought 100 % at 0.5_1']],
    ['text=5_1', ['Bought 100 % at 0.5_1']],
    ['text=_tep', []],
    ['text=%5C', []],
    [`since=${at(3).toISOString()}`, ['Bought 100 % at 0.5_1', 'step 3 of 1']],
    [`since=${at(0).toISOString()}&until=${at(1).toISOString()}`, ['step 0 of 1']],
  ])('with %s are %j', async (query, texts) => {
    expect(await textsOf(`?${query}`)).toEqual(texts);
  });

  test.each(['kind=all', 'text=', 'cursor=2026', 'cursor=x__y.1', 'since=today', 'limit=0'])(
    'are not asked for by %s',
    async (query) => {
      expect(await ask(`?${query}`)).toMatchObject({
        status: 422,
        error: { details: [{ path: query.split('=')[0] }] },
      });
    },
  );
});
