import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sumOf, textOf, unitsOf } from './decimal.ts';

test('adds what floating point cannot', () => {
  expect(sumOf(['0.1', '0.2', '-0.3'])).toBe('0');
  expect(sumOf(['12345678901234567890.000000000000000001', '-0.5'])).toBe(
    '12345678901234567889.500000000000000001',
  );
  expect(sumOf(['-0.00000001'])).toBe('-0.00000001');
});

test('units are read back as they were written', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), (units) => {
      expect(unitsOf(textOf(units))).toBe(units);
    }),
  );
});
