import { expect, test } from 'vitest';
import { passes, readTradeFilter } from './trade-filter.ts';

const bought = { symbol: 'ABCUSDT', profit: '-1.2' };
const notBought = { symbol: 'XYZUSDT', profit: null };

test('an address without a filter shows what has ended', () => {
  expect(readTradeFilter({})).toEqual({ show: 'ended' });
  expect(readTradeFilter({ show: 'nonsense', pair: null })).toEqual({ show: 'ended' });
});

test('the filter of an address is kept', () => {
  expect(readTradeFilter({ pair: 42 })).toEqual({ show: 'ended', pair: '42' });
  expect(readTradeFilter({ show: 'bought', pair: 'abc' })).toEqual({ show: 'bought', pair: 'abc' });
});

test('a trade with a loss was bought, one without a result was not', () => {
  expect(passes(bought, { show: 'bought' })).toBe(true);
  expect(passes(bought, { show: 'notBought' })).toBe(false);
  expect(passes(notBought, { show: 'notBought' })).toBe(true);
});

test('a pair is found by any part of its name', () => {
  expect(passes(bought, { show: 'ended', pair: ' bc' })).toBe(true);
  expect(passes(notBought, { show: 'ended', pair: 'bc' })).toBe(false);
});
