import { afterAll, beforeAll, expect, test } from 'vitest';
import { aTrade, startDatabase, type TestDatabase } from '#api/testing.ts';
import { storeCandles } from './trades.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());

test('a second that the opening and the guard both heard is one candle with the extremes of both', async () => {
  const { db, installationId } = database;
  const id = await aTrade(db, { installationId, n: 1, phase: 'holding' });
  const atMs = Date.UTC(2026, 10, 21, 12);
  const opening = { open: '0.8', high: '1.1', low: '0.79', close: '1.05', volume: '500' };
  const guard = { open: '1.06', high: '1.2', low: '1.04', close: '1.19', volume: '90' };
  await storeCandles(db, id, [{ atMs, ...opening }]);
  const later = { atMs: atMs + 1000, ...guard };
  await storeCandles(db, id, [{ atMs, ...guard }, later]);
  await storeCandles(db, id, [later]);
  const rows = await db.priceCandle.findMany({ orderBy: { at: 'asc' } });
  const plain = rows.map(({ open, high, low, close, volume }) =>
    [open, high, low, close, volume].map((value) => value.toFixed()),
  );
  expect(plain).toEqual([
    ['0.8', '1.2', '0.79', '1.19', '500'],
    ['1.06', '1.2', '1.04', '1.19', '90'],
  ]);
});
