import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clientOrderId,
  clientOrderIdFor,
  isFinal,
  outcomeOf,
  type Leg,
  type OrderReport,
  type OrderStatus,
} from './order.ts';
import { decimalText, quantity, quoteAmount } from './testing.ts';

// Ids as they are written: four characters for the installation, twelve for the listing.
const idText = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'.split('')),
    minLength: length,
    maxLength: length,
  });
const anOrder = fc.record({
  installationId: idText(4),
  listingId: idText(12),
  leg: fc.oneof(
    fc.constant<Leg>('entry'),
    fc.integer({ min: 1, max: 99_999 }).map((n): Leg => `exit-${n}`),
  ),
  n: fc.nat(999),
});

describe('client order ids', () => {
  const trade = { installationId: 'ab1c', listingId: 'abcdef123456' };

  test('name installation, listing, leg and number', () => {
    expect(clientOrderIdFor(trade, 'entry', 0)).toBe('ab1c-abcdef123456-e-0');
    expect(clientOrderIdFor(trade, 'exit-12', 3)).toBe('ab1c-abcdef123456-x12-3');
  });

  test('of one trade are distinct', () => {
    const ids = [
      ...Array.from({ length: 24 }, (_, n) => clientOrderIdFor(trade, 'entry', n)),
      ...Array.from({ length: 999 }, (_, n) => clientOrderIdFor(trade, `exit-${n + 1}`, 0)),
      ...Array.from({ length: 99 }, (_, n) => clientOrderIdFor(trade, 'exit-1', n + 1)),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('are short enough for the exchange, and the same whoever derives them', () => {
    fc.assert(
      fc.property(anOrder, ({ leg, n, ...of }) => {
        const id = clientOrderIdFor(of, leg, n);
        expect(id).toMatch(/^[A-Za-z0-9_-]{1,32}$/);
        expect(clientOrderIdFor({ ...of }, leg, n)).toBe(id);
      }),
    );
  });

  test('of two orders are the same only when the orders are', () => {
    const near = fc.tuple(anOrder, anOrder, fc.boolean()).map(([a, b, sameTrade]) => ({
      a,
      b: sameTrade ? { ...b, installationId: a.installationId, listingId: a.listingId } : b,
    }));
    fc.assert(
      fc.property(near, ({ a, b }) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(clientOrderIdFor(a, a.leg, a.n) === clientOrderIdFor(b, b.leg, b.n)).toBe(same);
      }),
    );
  });

  test.each(['', 'a b', 'ä', 'x'.repeat(33), 'a\n', 'a.b'])('%j is refused', (text) => {
    expect(() => clientOrderId(text)).toThrow(RangeError);
  });

  test('one that grew too long is an error, not a cut one', () => {
    const long = { installationId: 'ab1c', listingId: 'x'.repeat(30) };
    expect(() => clientOrderIdFor(long, 'entry', 0)).toThrow(/1 to 32/);
  });
});

describe('what a report proves', () => {
  const report = (status: OrderStatus, executed: string): OrderReport => ({
    ...({} as OrderReport), // the rule looks at nothing else
    status,
    executed: quantity(executed),
    executedQuote: quoteAmount('1'),
  });
  const statuses = fc.constantFrom<OrderStatus>(
    'new',
    'partlyFilled',
    'filled',
    'canceled',
    'partlyCanceled',
  );

  test('an order that can still change proves nothing', () => {
    expect(outcomeOf(report('new', '0'))).toEqual({
      kind: 'unknown',
      because: 'order is still new',
    });
    expect(outcomeOf(report('partlyFilled', '1')).kind).toBe('unknown');
  });

  test('a cancelled rest is final: filled in part, or not at all', () => {
    expect(isFinal('partlyCanceled')).toBe(true);
    expect(outcomeOf(report('partlyCanceled', '1')).kind).toBe('partlyFilled');
    expect(outcomeOf(report('canceled', '1')).kind).toBe('partlyFilled');
    expect(outcomeOf(report('canceled', '0.000')).kind).toBe('unfilled');
    expect(outcomeOf(report('filled', '1')).kind).toBe('filled');
  });

  test('nothing is called unfilled that moved money, and doubt is exactly what can still change', () => {
    fc.assert(
      fc.property(statuses, decimalText(18), (status, executed) => {
        const outcome = outcomeOf(report(status, executed));
        expect(outcome.kind === 'unknown').toBe(!isFinal(status));
        const nothing = Number(executed) === 0;
        expect(outcome.kind === 'unfilled').toBe(/cancel/i.test(status) && nothing);
        expect('size' in outcome ? outcome.size : executed).toBe(executed);
      }),
    );
  });
});
