import { describe, expect, test } from 'vitest';
import {
  directionOf,
  formatPercent,
  formatPrice,
  formatProfit,
  formatQuantity,
  formatQuote,
  wordsOf,
} from './format.ts';

describe('prices', () => {
  test.each([
    ['0.0000012', '0.0₅12'],
    ['0.00000000000123456789', '0.0₁₁12345'],
    ['0.00123', '0.00123'],
    ['0.5', '0.5'],
    ['1.70120', '1.7012'],
    ['65432.129', '65,432.12'],
    ['1234567', '1,234,567'],
    ['0', '0'],
    ['0.000', '0'],
    ['-0.0000012', '−0.0₅12'],
  ])('%s reads %s', (price, text) => {
    expect(formatPrice(price)).toBe(text);
  });

  test('are cut, never rounded up', () => {
    expect(formatPrice('0.99999999')).toBe('0.99999');
  });
});

describe('amounts of a quote coin', () => {
  test.each([
    ['99.887', '99.88'],
    ['100', '100.00'],
    ['1234.5', '1,234.50'],
    ['0.0000123', '0.0₄12'],
    ['0', '0.00'],
    ['-4.5', '−4.50'],
  ])('%s reads %s', (amount, text) => {
    expect(formatQuote(amount)).toBe(text);
  });

  test('keep every digit beyond what a number can hold', () => {
    expect(formatQuote('12345678901234567890.12')).toBe('12,345,678,901,234,567,890.12');
  });
});

test.each([
  ['17710234.5', '17,710,234.5'],
  ['0.00000045', '0.0₆45'],
  ['3.123456789', '3.123456'],
  ['12.000', '12'],
])('a quantity of %s reads %s', (quantity, text) => {
  expect(formatQuantity(quantity)).toBe(text);
});

test.each([
  ['19.8812', '▲ +19.88'],
  ['-20.113', '▼ −20.11'],
  ['0.0000', '± 0.00'],
  ['-0.0000123', '▼ −0.0₄12'],
])('a profit of %s has its sign and arrow: %s', (profit, text) => {
  expect(formatProfit(profit)).toBe(text);
});

test.each([
  ['0.00', 'flat'],
  ['-0', 'flat'],
  ['-0.01', 'loss'],
  ['0.01', 'gain'],
  ['10', 'gain'],
])('%s is a %s', (amount, direction) => {
  expect(directionOf(amount)).toBe(direction);
});

test.each([
  [8.514, '+8.51 %'],
  [-17.76, '−17.76 %'],
  [0, '0.00 %'],
  [1234.5, '+1235 %'],
])('%d percent reads %s', (percent, text) => {
  expect(formatPercent(percent)).toBe(text);
});

test.each([
  ['partlyFilled', 'Partly filled'],
  ['maxTradesPerHour', 'Max trades per hour'],
  ['stop', 'Stop'],
])('%s reads %s', (name, words) => {
  expect(wordsOf(name)).toBe(words);
});
