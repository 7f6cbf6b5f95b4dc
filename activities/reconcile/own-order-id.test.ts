import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientOrderIdFor, type Leg } from '#domain/order.ts';
import { ownOrderId } from './own-order-id.ts';

const MINE = 'ab12';
const letters = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'.split(''));
const listing = fc.string({ unit: letters, minLength: 12, maxLength: 12 });
const leg = fc.oneof(
  fc.constant<Leg>('entry'),
  fc.integer({ min: 1, max: 10_000 }).map((n): Leg => `exit-${n}`),
);

test('every id that we derive is read back', () => {
  fc.assert(
    fc.property(listing, leg, fc.nat(23), (listingId, of, n) => {
      const clientOrderId = clientOrderIdFor({ installationId: MINE, listingId }, of, n);
      expect(ownOrderId(clientOrderId, MINE)).toEqual({ clientOrderId, listingId, leg: of, n });
    }),
  );
});

test('the same id of another installation is not ours', () => {
  const id = clientOrderIdFor({ installationId: 'zz99', listingId: 'listing00001' }, 'entry', 0);
  expect(ownOrderId(id, MINE)).toBeNull();
});

test.each([
  null,
  '',
  'my-own-order',
  'ab12',
  'ab12-my-own-order',
  'ab12-listing00001-e-01',
  'ab12-listing00001-e0-1',
  'ab12-listing00001-x0-0',
  'ab12-listing00001-x01-0',
  'AB12-listing00001-e-0',
  'ab12-listing00001-e-0 ',
  'ab12-listing00001-e-0\n',
])('%j is not ours', (text) => {
  expect(ownOrderId(text, MINE)).toBeNull();
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(ownOrderId(text, MINE)).toBeNull();
    }),
  );
});
