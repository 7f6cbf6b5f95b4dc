import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  averagePrice,
  compare,
  floorQuantity,
  fraction,
  gainPercent,
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

  test('what is added can be taken away again, exactly', () => {
    fc.assert(
      fc.property(decimalText(18), decimalText(18), (a, b) => {
        const sum = add(quantity(a), quantity(b));
        expect(compare(subtract(sum, quantity(b)), quantity(a))).toBe(0);
        expect(subtractToZero(quantity(b), sum)).toBe('0');
        expect(profit(quoteAmount(a), quoteAmount(b))).toBe(new Exact(a).minus(b).toFixed());
      }),
    );
  });

  test('the least and the most are among what was compared', () => {
    const some = fc.array(decimalText(18), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(decimalText(18), some, (first, rest) => {
        const all = [first, ...rest].map(price);
        const low = least(price(first), ...rest.map(price));
        const high = most(price(first), ...rest.map(price));
        expect(all).toContain(low);
        expect(all).toContain(high);
        expect(all.filter((each) => compare(each, low) < 0 || compare(each, high) > 0)).toEqual([]);
      }),
    );
  });

  test('a price moves by percent: up, down, and never below nothing', () => {
    expect(movedBy(price('0.0000001'), 5)).toBe('0.000000105');
    expect(movedBy(price('3'), -20)).toBe('2.4');
    expect(movedBy(price('3'), -100)).toBe('0');
    expect(movedBy(price('3'), -101)).toBe('0');
    expect(gainPercent(price('2'), price('3'))).toBe(50);
    expect(gainPercent(price('2'), price('1'))).toBe(-50);
    expect(gainPercent(price('0'), price('1'))).toBe(0);
  });

  test('a gain of as much as a price was moved reaches that percentage', () => {
    fc.assert(
      fc.property(positiveText(9), fc.integer({ min: 1, max: 5000 }), (text, tenths) => {
        const moved = movedBy(price(text), tenths / 10);
        expect(gainPercent(price(text), moved)).toBe(tenths / 10);
      }),
    );
  });

  test('nothing executed has no average price', () => {
    expect(averagePrice(quoteAmount('0'), quantity('0.00'))).toBeNull();
    expect(averagePrice(quoteAmount('1'), quantity('3'))).toBe('0.333333333333333333');
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

  test('parts that make a whole never add up to more than it', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(positiveText(12), cuts, (text, percents) => {
        const size = quantity(text);
        const rest = 100 - percents.reduce((sum, percent) => sum + percent, 0);
        const parts = [...percents, rest].map((percent) => partOf(size, percent / 100));
        expect(compare(parts.reduce(add, quantity('0')), size)).toBeLessThanOrEqual(0);
        for (const part of parts) expect(compare(part, size)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('a limit is moved by less than one step, and not at all when it fits', () => {
    const side = fc.constantFrom('buy' as const, 'sell' as const);
    fc.assert(
      fc.property(decimalText(18), fc.nat(12), side, (text, decimals, by) => {
        const rounded = roundPrice(price(text), decimals, by);
        const moved = new Exact(rounded).minus(text).abs();
        expect(moved.lt(new Exact(10).pow(-decimals))).toBe(true);
        expect(roundPrice(rounded, decimals, by)).toBe(rounded);
        expect(rounded.split('.')[1]?.length ?? 0).toBeLessThanOrEqual(decimals);
      }),
    );
  });

  test('what a budget buys misses the budget by less than one unit of the last place', () => {
    fc.assert(
      fc.property(positiveText(6), positiveText(10), (budget, limit) => {
        const size = quantityFor(quoteAmount(budget), price(limit), fraction('0.0005'));
        const more = new Exact(size).plus('1e-18').times(limit).times('1.0005');
        expect(more.gt(budget)).toBe(true);
      }),
    );
  });

  test('a price of nothing buys nothing: it is an error, not infinity', () => {
    expect(() => quantityFor(quoteAmount('1'), price('0'), fraction('0'))).toThrow(RangeError);
  });
});
