import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import type { ErrorEnvelope } from '../schemas/error.ts';
import {
  aConfiguration,
  asked,
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
beforeEach(() => clear(database.db));

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
