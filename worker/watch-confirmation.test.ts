import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDatabase, type TestDatabase } from '#api/testing.ts';
import { addConfirmation, withdrawConfirmations } from '#prisma/live.ts';
import { watchConfirmation } from './watch-confirmation.ts';

const DAY_MS = 24 * 3_600_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());

test('people are told a day before the confirmation ends, when it has, and not when they took it back', async () => {
  const { db, installationId } = database;
  let nowMs = Date.UTC(2026, 5, 1);
  const venue = { mode: 'live', orders: 'gated' } as const;
  const asker = { installationId, venue, key: null };
  const look = watchConfirmation({ db, installationId, clock: { now: () => nowMs }, asker });
  const open = async () => {
    await look();
    const rows = await db.alert.findMany({ where: { resolvedAt: null } });
    return rows.map(({ episodeKey }) => episodeKey);
  };
  const typed = { installationId, text: 'typed', by: 'test' };
  expect(await open()).toEqual([]);
  await addConfirmation(db, { ...typed, nowMs, expiresAtMs: nowMs + 7 * DAY_MS });
  expect(await open()).toEqual([]);
  nowMs += 6 * DAY_MS;
  expect(await open()).toEqual(['confirmation:ends']);
  nowMs += DAY_MS;
  expect(await open()).toEqual(['confirmation:ended']);
  await addConfirmation(db, { ...typed, nowMs, expiresAtMs: nowMs + DAY_MS });
  expect(await open()).toEqual(['confirmation:ends']);
  await withdrawConfirmations(db, { installationId, by: 'test', nowMs });
  expect(await open()).toEqual([]);
});
