import { Decimal } from 'decimal.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDatabase, type TestDatabase } from '#api/testing.ts';
import { until } from '#test/until.ts';
import { connectDirect, type Direct } from './direct.ts';

let database: TestDatabase;
let direct: Direct;
beforeAll(async () => {
  database = await startDatabase();
  direct = database.db.direct;
  await direct.$executeRaw`CREATE TABLE noted (n int PRIMARY KEY)`;
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => direct.$executeRaw`DELETE FROM noted`);

const noted = async () =>
  (await direct.$queryRaw<{ n: number }[]>`SELECT n FROM noted ORDER BY n`).map(({ n }) => n);

test('rows come as the record keeps them: exact amounts, whole numbers, times, JSON', async () => {
  const at = new Date('2026-11-21T12:30:00.123Z');
  const [row] = await direct.$queryRaw<object[]>`
    SELECT ${'0.000000000000000001'}::numeric AS amount, ${7}::bigint AS count,
      ${at}::timestamptz AS at, ${JSON.stringify({ a: [1] })}::jsonb AS said, ${null}::text AS nothing`;
  expect(row).toEqual({
    amount: new Decimal('1e-18'),
    count: 7n,
    at,
    said: { a: [1] },
    nothing: null,
  });
});

describe('a transaction', () => {
  test('runs statements in the order they are given, none waiting for an answer', async () => {
    const counts = await direct.transaction((tx) =>
      Promise.all([
        tx.$executeRaw`INSERT INTO noted VALUES (1), (2)`,
        tx.$executeRaw`DELETE FROM noted WHERE n = 1`,
        tx.$executeRaw`INSERT INTO noted SELECT n + 10 FROM noted`,
      ]),
    );
    expect(counts).toEqual([2, 1, 1]);
    expect(await noted()).toEqual([2, 12]);
  });

  test('writes nothing when the work throws, and the next one is none the worse', async () => {
    const failing = direct.transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO noted VALUES (1)`;
      throw new Error('thought better of it');
    });
    await expect(failing).rejects.toThrow('thought better of it');
    await direct.transaction((tx) => tx.$executeRaw`INSERT INTO noted VALUES (2)`);
    expect(await noted()).toEqual([2]);
  });

  test('that failed is not called committed, though its commit was sent already', async () => {
    const failing = direct.transaction((tx) =>
      Promise.all([
        tx.$executeRaw`INSERT INTO noted VALUES (1)`,
        tx.$executeRaw`INSERT INTO noted VALUES (1)`,
        tx.commit(),
      ]),
    );
    await expect(failing).rejects.toThrow(/duplicate key/);
    expect(await noted()).toEqual([]);
  });

  test('whose failure nobody looked at is not called committed', async () => {
    const failing = direct.transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO noted VALUES (1)`;
      await tx.$executeRaw`INSERT INTO noted VALUES (1)`.catch(() => undefined);
    });
    await expect(failing).rejects.toThrow('not committed: ROLLBACK');
    expect(await noted()).toEqual([]);
  });
});

describe('a server', () => {
  test('that ends a connection within a transaction is an error, and no more', async () => {
    const failing = direct.transaction(async (tx) => {
      const [own] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      await database.db.$queryRaw`SELECT pg_terminate_backend(${own?.pid}::int)`;
      await tx.$executeRaw`INSERT INTO noted VALUES (1)`;
    });
    await expect(failing).rejects.toThrow(/connection/);
    expect(await noted()).toEqual([]);
  });

  test('that ends an idle connection is asked over another', async () => {
    const mine = connectDirect({ connectionString: database.server.url, max: 1 });
    const [own] = await mine.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    await direct.$queryRaw`SELECT pg_terminate_backend(${own?.pid})`;
    const next = await until('it answers again', () =>
      mine.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`.catch(() => null),
    );
    expect(next[0]?.pid).not.toBe(own?.pid);
    await mine.end();
  });

  test('that does not answer is an error, and is asked over another', async () => {
    const url = database.server.url;
    const hasty = connectDirect({ connectionString: url, max: 1, query_timeout: 300 });
    await expect(
      hasty.transaction((tx) => tx.$queryRaw`SELECT pg_sleep(60)::text`),
    ).rejects.toThrow(/timeout/);
    expect(await hasty.$queryRaw`SELECT 1 AS one`).toEqual([{ one: 1 }]);
    await hasty.end();
  });
});
