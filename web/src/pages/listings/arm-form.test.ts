import { expect, test } from 'vitest';
import { inputOf, NOTHING, problemsOf } from './arm-form.ts';

const typed = { ...NOTHING, base: ' abc ', maxPrice: ' 0.05 ', opensAt: '2026-06-01T08:00' };

test('what is typed is sent as the API wants it', () => {
  expect(problemsOf(typed)).toEqual({});
  expect(inputOf(typed)).toEqual({
    base: 'ABC',
    quote: 'USDT',
    opensAt: '2026-06-01T08:00:00.000Z',
    maxPrice: '0.05',
    quoteAmount: null,
  });
  expect(inputOf({ ...typed, opensAt: '', quoteAmount: '50' })).toMatchObject({
    opensAt: null,
    quoteAmount: '50',
  });
});

test.each(['', '0', '0.00', '-1', '1e3', 'many', '1.', '1,500'])(
  '"%s" is no highest price',
  (maxPrice) => {
    expect(problemsOf({ ...typed, maxPrice })).toHaveProperty('maxPrice');
  },
);

test('every field says what is wrong with it', () => {
  expect(Object.keys(problemsOf({ ...NOTHING, quote: '', quoteAmount: 'x' }))).toEqual([
    'base',
    'quote',
    'maxPrice',
    'quoteAmount',
  ]);
});
