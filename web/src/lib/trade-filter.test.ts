import { expect, test } from 'vitest';
import { passes, readTradeFilter } from './trade-filter.ts';

const createdAt = '2026-06-01T23:59:59.000Z';
const bought = { symbol: 'ABCUSDT', profit: '-1.2', createdAt };
const notBought = { symbol: 'XYZUSDT', profit: null, createdAt };

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

test('the first and the last day are shown', () => {
  expect(passes(bought, { show: 'ended', from: '2026-06-01', to: '2026-06-01' })).toBe(true);
  expect(passes(bought, { show: 'ended', from: '2026-06-02' })).toBe(false);
  expect(passes(bought, { show: 'ended', to: '2026-05-31' })).toBe(false);
});

test('what is no day is left out', () => {
  expect(readTradeFilter({ from: '2026-06-01', to: 'soon' })).toEqual({
    show: 'ended',
    from: '2026-06-01',
  });
});
