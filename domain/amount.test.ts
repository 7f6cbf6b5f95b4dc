import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  averagePrice,
  compare,
  floorQuantity,
  fraction,
  least,
  most,
  movedBy,
  notional,
  partOf,
  price,
  profit,
  quantity,
  quantityFor,
  quoteAmount,
  roundPrice,
  subtract,
  subtractToZero,
} from './amount.ts';
import { decimalText, Exact, positiveText, thrownBy } from './testing.ts';

const plainText = /^-?\d+(\.\d+)?$/;

describe('parsing', () => {
  test.each(['0', '1', '0.0000001', '12345678901234567890.123456789012345678'])(
    'takes %s unchanged',
    (text) => {
      expect(price(text)).toBe(text);
      expect(quantity(text)).toBe(text);
      expect(quoteAmount(text)).toBe(text);
    },
  );

  test.each([
    '',
    '-1',
    '+1',
    '1e-7',
    '1,5',
    ' 1',
    '1 ',
    '.5',
    '5.',
    'NaN',
    'Infinity',
    '0x10',
    '١',
  ])('refuses %j and says what is allowed', (text) => {
    expect(() => price(text)).toThrow(/plain decimal text/);
  });

  test('refuses endless text, and does not repeat all of it', () => {
    const refusal = thrownBy(() => quantity('9'.repeat(100_000)));
    expect(refusal).toBeInstanceOf(RangeError);
    expect(String(refusal).length).toBeLessThan(300);
  });
});

describe('arithmetic', () => {
  test('is exact where floating point is not', () => {
    expect(add(quoteAmount('0.1'), quoteAmount('0.2'))).toBe('0.3');
    expect(notional(price('0.0000001'), quantity('3'))).toBe('0.0000003');
  });

  test('never answers with an exponent', () => {
    fc.assert(
      fc.property(
        positiveText(18),
        positiveText(18),
        fc.double({ min: -99, max: 900 }),
        (a, b, by) => {
          fc.pre(Number.isFinite(by));
          const results = [
            add(quantity(a), quantity(b)),
            notional(price(a), quantity(b)),
            movedBy(price(a), by),
            quantityFor(quoteAmount(a), price(b), fraction('0.0005')),
            partOf(quantity(a), 0.25),
            profit(quoteAmount(a), quoteAmount(b)),
            averagePrice(quoteAmount(a), quantity(b)),
          ];
          for (const result of results) expect(result).toMatch(plainText);
        },
      ),
    );
  });

  test('compares by value, not by text', () => {
    expect(compare(price('1.0'), price('1'))).toBe(0);
    expect(compare(price('10'), price('9'))).toBeGreaterThan(0);
    expect(least(price('10'), price('9'), price('9.5'))).toBe('9');
    expect(most(price('10'), price('9'))).toBe('10');
  });

  test('a difference that would be negative is a bug, or nothing when it is asked for so', () => {
    expect(() => subtract(quantity('1'), quantity('1.1'))).toThrow(/negative/);
    expect(subtractToZero(quantity('1'), quantity('1.1'))).toBe('0');
    expect(subtract(quantity('1'), quantity('1.0'))).toBe('0');
  });
});

describe('rounding never asks for more than there is', () => {
  test('quantities go down, and stay within one step', () => {
    fc.assert(
      fc.property(decimalText(18), fc.integer({ min: 0, max: 12 }), (text, decimals) => {
        const size = quantity(text);
        const floored = floorQuantity(size, decimals);
        expect(compare(floored, size)).toBeLessThanOrEqual(0);
        const lost = new Exact(size).minus(floored);
        expect(lost.lt(new Exact(10).pow(-decimals))).toBe(true);
      }),
    );
  });

  test('a limit never gets worse: a buy goes down, a sell goes up', () => {
    fc.assert(
      fc.property(decimalText(18), fc.integer({ min: 0, max: 12 }), (text, decimals) => {
        const at = price(text);
        expect(compare(roundPrice(at, decimals, 'buy'), at)).toBeLessThanOrEqual(0);
        expect(compare(roundPrice(at, decimals, 'sell'), at)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('what a budget buys costs no more than the budget, fee included', () => {
    fc.assert(
      fc.property(positiveText(6), positiveText(10), (budget, limit) => {
        const size = quantityFor(quoteAmount(budget), price(limit), fraction('0.0005'));
        const cost = new Exact(size).times(limit).times('1.0005');
        expect(cost.lte(budget)).toBe(true);
      }),
    );
  });

  test('parts of a quantity never add up to more than it', () => {
    fc.assert(
      fc.property(positiveText(12), fc.integer({ min: 1, max: 99 }), (text, percent) => {
        const size = quantity(text);
        const sum = add(partOf(size, percent / 100), partOf(size, 1 - percent / 100));
        expect(new Exact(sum).lte(new Exact(size).times('1.000000001'))).toBe(true);
      }),
    );
  });

  test('a price of nothing buys nothing: it is an error, not infinity', () => {
    expect(() => quantityFor(quoteAmount('1'), price('0'), fraction('0'))).toThrow(RangeError);
  });
});
