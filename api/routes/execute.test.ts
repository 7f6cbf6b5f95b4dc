import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { termsOf } from '#prisma/detection/manual-listings.ts';
import { createApp } from '../app.ts';
import { requiredRole } from '../auth/required-role.ts';
import {
  aConfiguration,
  asked,
  clear,
  startDatabase,
  testDeps,
  type TestDatabase,
} from '../testing.ts';

let database: TestDatabase;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  database = await startDatabase();
  app = createApp(testDeps(database.db));
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => clear(database.db));

describe('a buy by hand', () => {
  const buy = async (json: object) => {
    const response = await app.fetch(asked('/api/trade/execute', { method: 'POST', json }), {});
    return { status: response.status, ...((await response.json()) as object) };
  };
  const order = { symbol: 'BYHANDUSDT', quoteOrderQty: '10', maxPrice: '0.05' };

  test('is a listing like any other, with its own budget and price guard', async () => {
    const { db, installationId } = database;
    expect(await buy(order)).toMatchObject({ status: 409 }); // there is no configuration
    await aConfiguration(db, installationId);
    const bought = await buy(order);
    expect(bought).toMatchObject({ status: 200, mode: 'simulator', symbol: 'BYHANDUSDT' });
    const listing = await db.listing.findFirstOrThrow({ where: { symbol: 'BYHANDUSDT' } });
    expect(listing).toMatchObject({ base: 'BYHAND', quote: 'USDT', state: 'seen' });
    expect(await termsOf(db, listing.id)).toEqual({ maxPrice: '0.05', quoteAmount: '10' });
    expect(await buy(order)).toMatchObject({ status: 409 });
    expect(requiredRole('POST', '/api/trade/execute')).toBe('operator');
  });

  test.each([
    [{ symbol: 'BYHANDEUR' }, 'symbol'],
    [{ symbol: 'USDT' }, 'symbol'],
    [{ symbol: 'BY HANDUSDT' }, 'symbol'],
    [{ maxPrice: '0' }, 'maxPrice'],
    [{ quoteOrderQty: '0' }, 'quoteOrderQty'],
    [{ quoteOrderQty: '-1' }, 'quoteOrderQty'],
    [{ quoteOrderQty: '100000000' }, 'quoteOrderQty'],
  ])('is refused with %o', async (more, path) => {
    await aConfiguration(database.db, database.installationId);
    const refused = await buy({ ...order, ...more });
    expect(refused).toMatchObject({ status: 422, error: { details: [{ path }] } });
  });
});
