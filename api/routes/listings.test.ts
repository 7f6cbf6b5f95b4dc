import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { termsOf } from '#prisma/detection/manual-listings.ts';
import { createApp } from '../app.ts';
import { requiredRole } from '../auth/required-role.ts';
import type { ErrorEnvelope } from '../schemas/error.ts';
import {
  aConfiguration,
  asked,
  aTrade,
  clear,
  startDatabase,
  testDeps,
  type TestDatabase,
} from '../testing.ts';

// Listings that an operator arms, on a real Postgres.

let database: TestDatabase;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  database = await startDatabase();
  app = createApp(testDeps(database.db));
}, 60_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
}, 30_000);
beforeEach(async () => {
  await clear(database.db);
});

const arm = async (json: object) => {
  const response = await app.fetch(asked('/api/listings', { method: 'POST', json }), {});
  const body = (await response.json()) as Partial<ErrorEnvelope> & { listingId?: string };
  return { status: response.status, ...body };
};
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const good = () => ({ base: 'HAND', opensAt: inAnHour(), maxPrice: '0.05' });

/** A listing that a source has found, an hour before it opens. */
const aFound = async (more: object = {}): Promise<string> => {
  const names = { base: 'FOUND', quote: 'USDT', symbol: 'FOUNDUSDT' };
  const { id } = await database.db.listing.create({
    data: {
      ...names,
      id: 'found1234567',
      installationId: database.installationId,
      generation: 1,
      state: 'seen',
      opensAt: inAnHour(),
      firstSeenAt: new Date(),
      ...more,
    },
  });
  return id;
};
const armFound = async (id: string, json: object = { maxPrice: '0.05' }) => {
  const path = `/api/listings/${id}/arm`;
  const response = await app.fetch(asked(path, { method: 'POST', json }), {});
  return { status: response.status, ...((await response.json()) as object) };
};

describe('a listing that was found', () => {
  beforeEach(() => aConfiguration(database.db, database.installationId));

  test('is armed by its id, once, with a price guard', async () => {
    const id = await aFound();
    expect(await armFound(id, {})).toMatchObject({ status: 422 });
    expect(await armFound(id)).toEqual({ status: 200, listingId: id, symbol: 'FOUNDUSDT' });
    const said = await database.db.listingSignal.findFirstOrThrow({ where: { listingId: id } });
    expect(said).toMatchObject({ source: 'manual', handledAt: null });
    const row = await database.db.listing.findUniqueOrThrow({ where: { id } });
    expect(row.terms).toEqual({ maxPrice: '0.05', quoteAmount: null });
    expect(await armFound(id)).toMatchObject({ status: 409 });
  });

  test('is not armed once it trades, once it has ended, or when there is none', async () => {
    expect((await armFound('nothing12345')).status).toBe(404);
    const id = await aFound({ tradingSeenAt: new Date() });
    expect((await armFound(id)).status).toBe(409);
    const ended = { tradingSeenAt: null, endedAt: new Date() };
    await database.db.listing.update({ where: { id }, data: ended });
    expect((await armFound(id)).status).toBe(409);
  });
});

describe('a listing armed by hand', () => {
  test('is in the list with its time, by hand', async () => {
    await aConfiguration(database.db, database.installationId);
    const { status, listingId } = await arm(good());
    expect(status).toBe(200);
    const response = await app.fetch(asked('/api/listings?upcoming=true'), {});
    const { items } = (await response.json()) as { items: { id: string; source: string }[] };
    expect(items).toMatchObject([{ id: listingId, source: 'manual', confidence: 90 }]);
  });

  test('twice is a conflict that names the first', async () => {
    await aConfiguration(database.db, database.installationId);
    const { listingId } = await arm(good());
    const again = await arm(good());
    expect(again.status).toBe(409);
    expect(again.error).toMatchObject({
      code: 'CONFLICT',
      details: { reason: 'armedAlready', listingId },
    });
  });

  test('in the past and without a price guard is told both', async () => {
    await aConfiguration(database.db, database.installationId);
    const { status, error } = await arm({ base: 'HAND', opensAt: '2020-01-01T00:00:00Z' });
    expect(status).toBe(422);
    expect(error?.details).toMatchObject([{ path: 'opensAt' }, { path: 'maxPrice' }]);
    expect(error?.message).toContain('in the past');
  });

  test.each([
    ['a name with a separator', { ...good(), base: 'A/B' }],
    ['a time in seconds', { ...good(), opensAt: 1_790_000_000 }],
    ['a time without a zone', { ...good(), opensAt: 'tomorrow' }],
    ['a field nobody knows', { ...good(), price: '1' }],
  ])('with %s is not taken', async (_, json) => {
    await aConfiguration(database.db, database.installationId);
    expect((await arm(json)).status).toBe(422);
  });

  test('needs an active configuration', async () => {
    expect(await arm(good())).toMatchObject({ status: 409, error: { code: 'CONFLICT' } });
  });
});

const ask = async (path: string, json: object, method = 'PATCH') => {
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const response = await app.fetch(asked(`/api${path}`, { method, json, headers }), {});
  const body = (await response.json()) as Partial<ErrorEnvelope> & Record<string, unknown>;
  return { status: response.status, ...body };
};
const setBudget = (id: string, quoteAmount: unknown) =>
  ask(`/listings/${id}/budget`, { quoteAmount });
const shownBudget = async (id: string) => {
  const response = await app.fetch(asked(`/api/listings/${id}`), {});
  return ((await response.json()) as { budget: object | null }).budget;
};

describe('the budget of one listing', () => {
  beforeEach(() => aConfiguration(database.db, database.installationId));

  test('is set before its trade begins, is what the trade then reads, and is in the audit', async () => {
    const id = await aFound();
    const usual = { amount: '100', usual: '100', isOwn: false, most: '200' };
    const open = { reserved: false, tooLate: null };
    expect(await shownBudget(id)).toEqual({ ...usual, ...open });
    const own = { amount: '50.5', usual: '100', isOwn: true, most: '200' };
    expect(await setBudget(id, '50.5')).toEqual({ status: 200, ...own, ...open });
    expect(await shownBudget(id)).toEqual({ ...own, ...open });
    expect(await termsOf(database.db, id)).toEqual({ maxPrice: null, quoteAmount: '50.5' });
    const entry = await database.db.auditEntry.findFirstOrThrow({ orderBy: { at: 'desc' } });
    expect(entry).toMatchObject({
      path: `/listings/${id}/budget`,
      before: { quoteAmount: null },
      after: { quoteAmount: '50.5' },
    });
    expect(await setBudget(id, null)).toEqual({ status: 200, ...usual, ...open });
  });

  test('stays when its listing is armed by hand, with the price guard', async () => {
    const id = await aFound();
    await setBudget(id, '50');
    expect(await armFound(id)).toMatchObject({ status: 200 });
    expect(await setBudget(id, '60')).toMatchObject({ status: 200 });
    expect(await termsOf(database.db, id)).toEqual({ maxPrice: '0.05', quoteAmount: '60' });
  });

  test.each([
    [{}, '50'],
    [{ quoteAmount: '70' }, '70'],
  ])('is left by arming its coin with %j: %s', async (more, quoteAmount) => {
    const id = await aFound();
    await setBudget(id, '50');
    const typed = { base: 'FOUND', opensAt: inAnHour(), maxPrice: '0.05', ...more };
    expect(await ask('/listings', typed, 'POST')).toMatchObject({ status: 200, listingId: id });
    expect(await termsOf(database.db, id)).toEqual({ maxPrice: '0.05', quoteAmount });
  });

  test.each(['0', '0.00', '-1', '1e2', '', 'many', '200.01', '9'.repeat(40)])(
    'is not "%s": the field is named with what is allowed',
    async (quoteAmount) => {
      const { status, error } = await setBudget(await aFound(), quoteAmount);
      expect(status).toBe(422);
      expect(error?.details).toEqual([
        {
          path: 'quoteAmount',
          problem: 'must be plain decimal text above 0 and at most 200 USDT (maxQuotePerTrade)',
        },
      ]);
    },
  );

  test.each([
    ['armed', '100 USDT are reserved'],
    ['buying', 'may be on its way'],
    ['holding', 'bought already'],
    ['closed', 'is over'],
  ])('is not changed while its trade is %s', async (phase, said) => {
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase });
    const { status, error } = await setBudget(id, '50');
    expect({ status, details: error?.details }).toEqual({ status: 409, details: { phase } });
    expect(error?.message).toContain(said);
    expect(await shownBudget(id)).toMatchObject({ amount: '100', tooLate: error?.message });
    expect(await termsOf(db, id)).toBeNull();
  });

  test('is set while its trade waits, until the risk rules have judged it', async () => {
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    expect(await setBudget(id, '50')).toMatchObject({ status: 200, amount: '50' });
    await db.riskVerdict.create({
      data: {
        listingId: id,
        workflowId: `sniper:${id}`,
        allowed: true,
        rules: [],
        decidedAt: new Date(),
      },
    });
    const { status, error } = await setBudget(id, '60');
    expect({ status, details: error?.details }).toEqual({
      status: 409,
      details: { phase: 'waiting' },
    });
    expect(await termsOf(db, id)).toMatchObject({ quoteAmount: '50' });
    const typed = { base: 'COIN1', opensAt: inAnHour(), maxPrice: '0.05' };
    expect(await ask('/listings', { ...typed, quoteAmount: '60' }, 'POST')).toMatchObject({
      status: 409,
      error: { details: { reason: 'judged', listingId: id } },
    });
    expect(await ask('/listings', typed, 'POST')).toMatchObject({ status: 200, listingId: id });
  });

  test('is what was reserved, once it was', async () => {
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'armed' });
    const row = { listingId: id, installationId, workflowId: `sniper:${id}`, quote: 'USDT' };
    const now = new Date();
    await db.riskReservation.create({
      data: { ...row, amount: '75', state: 'reserved', countsAt: now, createdAt: now },
    });
    expect(await shownBudget(id)).toMatchObject({ amount: '75', reserved: true });
    expect((await setBudget(id, '50')).error?.message).toContain('75 USDT are reserved');
    await db.riskReservation.deleteMany();
  });

  test('is nobody else’s to set: not a viewer’s, and not of a listing that is not there', async () => {
    expect((await setBudget('nothing12345', '50')).status).toBe(404);
    expect(requiredRole('PATCH', '/api/listings/found1234567/budget')).toBe('operator');
  });
});
