import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aTrade, clear, startDatabase, type TestDatabase } from '#api/testing.ts';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { admissionOf } from '#test/records/admission.ts';
import { admit } from './risk-ledger.ts';

// What a verdict comes with: what is reserved, and who is armed.

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.db.riskReservation.deleteMany();
  await database.db.tradePlan.deleteMany();
  await database.db.sendPermit.deleteMany();
  await clear(database.db);
});

const NOW = Date.UTC(2026, 10, 21, 12, 30);

describe('the budget that is reserved', () => {
  const options = tradingOptions.parse(demoOptions);
  const admitOne = async (listingId: string, armsWith: string | null = null) => {
    const { db, installationId } = database;
    await db.listing.update({ where: { id: listingId }, data: { confidence: 100 } });
    const asked = admissionOf({ installationId, listingId, options, atMs: NOW });
    return admit(db, { ...asked, armsWith });
  };
  const permitOf = (listingId: string) =>
    database.db.sendPermit.findFirst({
      where: { listingId },
      select: { token: true, state: true },
    });

  test('is the one that stands with the listing when it is judged, also when asked again', async () => {
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    const set = (amount: string) =>
      db.listing.update({ where: { id }, data: { terms: { quoteAmount: amount } } });
    await set('42.5');
    expect(await admitOne(id)).toMatchObject({ allowed: true, budget: '42.5' });
    await set('60');
    expect(await admitOne(id)).toMatchObject({ allowed: true, budget: '42.5' });
    const { amount } = await db.riskReservation.findUniqueOrThrow({ where: { listingId: id } });
    expect(amount.toFixed()).toBe('42.5');
  });

  test('is judged by the rules, as any', async () => {
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    await db.listing.update({ where: { id }, data: { terms: { quoteAmount: '200.5' } } });
    const { allowed, rules } = await admitOne(id);
    expect(allowed).toBe(false);
    expect(rules.filter(({ passed }) => !passed)).toEqual([
      { rule: 'maxQuotePerTrade', limit: '200', actual: '200.5', passed: false },
    ]);
    expect(await db.riskReservation.count()).toBe(0);
  });

  test('comes with the arming that was asked for, also when asked again', async () => {
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    await admitOne(id);
    expect(await permitOf(id)).toBeNull();
    await admitOne(id, 'first');
    expect(await permitOf(id)).toEqual({ token: 'first', state: 'free' });
    const other = await aTrade(db, { installationId, n: 2, phase: 'waiting' });
    await admitOne(other, 'at once');
    expect(await permitOf(other)).toEqual({ token: 'at once', state: 'free' });
  });

  test('comes without an arming when the rules say no', async () => {
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    await db.listing.update({ where: { id }, data: { terms: { quoteAmount: '200.5' } } });
    expect(await admitOne(id, 'first')).toMatchObject({ allowed: false });
    expect(await permitOf(id)).toBeNull();
  });
});
