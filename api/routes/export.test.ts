import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from '#test/until.ts';
import { createApp } from '../app.ts';
import { EXPORTS_MAX } from '../export/stream.ts';
import { cell } from '../export/lines.ts';
import { asked, aTrade, clear, startDatabase, testDeps, type TestDatabase } from '../testing.ts';

// Executions as a file, from a real Postgres.

let database: TestDatabase;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
}, 30_000);
beforeEach(async () => {
  await clear(database.db);
  app = createApp(testDeps(database.db));
});

const ask = async (query: string) => app.fetch(asked(`/api/trades/export?${query}`), {});
const JUNE = 'from=2026-06-01&to=2026-07-01&mode=all';

/** A bought trade with `fills` executions, one per second from 2026-06-01 08:00 UTC. */
const filled = async (n: number, fills: number, more: object = {}): Promise<string> => {
  const { db, installationId } = database;
  const id = await aTrade(db, { installationId, n, phase: 'closed', more });
  const clientOrderId = `order-${n}`;
  await db.tradeOrder.create({
    data: {
      clientOrderId,
      listingId: id,
      workflowId: `sniper:${id}`,
      leg: 'entry',
      n: 0,
      symbol: `COIN${n}USDT`,
      side: 'buy',
      type: 'limitIoc',
      state: 'filled',
      exchangeOrderId: `C0-${n}`,
      createdAt: new Date(0),
    },
  });
  await db.$executeRaw`
    INSERT INTO "Fill" ("tradeId", "clientOrderId", price, quantity, quote, fee, "feeAsset",
                        "feeQuote", "isMaker", at)
    SELECT 'x' || s, ${clientOrderId}, 0.00000012, 1000000, 0.12, 0.00006, 'USDT', NULL, false,
           '2026-06-01T08:00:00Z'::timestamptz + s * interval '1 second'
    FROM generate_series(0, ${fills}::int - 1) s`;
  return id;
};

describe('the export', () => {
  test('has one row per execution, oldest first, with amounts as plain text', async () => {
    const id = await filled(1, 2);
    const response = await ask(JUNE);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="executions-all-2026-06-01-2026-07-01.csv"',
    );
    const rest = `COIN1,USDT,buy,1000000,0.00000012,0.12,0.00006,USDT,`;
    expect((await response.text()).split('\r\n')).toEqual([
      'time,base,quote,side,quantity,price,total,fee,feeAsset,feeQuote,exchangeTradeId,exchangeOrderId,clientOrderId,tradeId,workflowId,mode',
      `2026-06-01T08:00:00.000Z,${rest},x0,C0-1,order-1,${id},sniper:${id},simulator`,
      `2026-06-01T08:00:01.000Z,${rest},x1,C0-1,order-1,${id},sniper:${id},simulator`,
      '',
    ]);
  });

  test('is NDJSON when asked, and no play money unless asked', async () => {
    const id = await filled(1, 1);
    const lines = (await (await ask(`${JUNE}&format=ndjson`)).text()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ tradeId: id, feeQuote: null }]);
    expect(await (await ask('from=2026-06-01&to=2026-07-01&format=ndjson')).text()).toBe('');
  });

  test('ends before its end', async () => {
    await filled(1, 4);
    const times = 'from=2026-06-01T08:00:01Z&to=2026-06-01T08:00:03Z&mode=all&format=ndjson';
    const lines = (await (await ask(times)).text()).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { time: string }).time.slice(17, 19))).toEqual([
      '01',
      '02',
    ]);
  });

  test('reads on only as fast as it is read, and lets its connection go when nobody does', async () => {
    await filled(1, 30_000);
    const reader = (await ask(`${JUNE}&format=ndjson`)).body?.getReader();
    const first = (await reader?.read())?.value;
    const lines = new TextDecoder().decode(first).trim().split('\n');
    expect(lines.length).toBeLessThan(5000);
    const held = () => database.db.$queryRaw<object[]>`
      SELECT 1 FROM pg_stat_activity
      WHERE state = 'idle in transaction' AND datname = current_database()`;
    expect(await held()).toHaveLength(1);
    await reader?.cancel();
    await until('the connection is free', async () => (await held()).length === 0);
  });

  test('is whole, however many rows there are', async () => {
    await filled(1, 30_000);
    const text = await (await ask(`${JUNE}&format=ndjson`)).text();
    const ids = new Set(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).exchangeTradeId),
    );
    expect(ids.size).toBe(30_000);
  });

  test('is refused while too many are under way, and possible again after', async () => {
    await filled(1, 10_000);
    const under = await Promise.all(Array.from({ length: EXPORTS_MAX }, () => ask(JUNE)));
    expect((await ask(JUNE)).status).toBe(429);
    for (const response of under) await response.text();
    await until('there is room', async () => {
      const response = await ask(JUNE);
      await response.body?.cancel();
      return response.status === 200;
    });
  });

  test.each([
    '',
    'from=2026-06-01',
    'from=2026-06-02&to=2026-06-01',
    `${JUNE}&format=xls`,
    `${JUNE}&from=yesterday`,
  ])('of "%s" is refused', async (query) => {
    expect((await ask(query)).status).toBe(422);
  });
});

describe('a cell', () => {
  test.each([
    ['ABC', 'ABC'],
    ['-1.5', '-1.5'],
    ['=1+1', "'=1+1"],
    ['+1+1', "'+1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2+3', "'-2+3"],
    ['\tx', "'\tx"],
    ['=A1,"b"', `"'=A1,""b"""`],
    [null, ''],
  ])('of %j is %j', (value, written) => {
    expect(cell(value)).toBe(written);
  });
});
