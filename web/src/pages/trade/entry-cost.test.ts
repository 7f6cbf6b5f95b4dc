import { expect, test } from 'vitest';
import { entryCostOf } from './entry-cost.ts';

const fill = (price: string, quantity: string, quote: string) => ({ price, quantity, quote });
const entry = (price: string | null, ...fills: ReturnType<typeof fill>[]) => ({
  leg: 'entry',
  side: 'buy' as const,
  price,
  fills,
});

test('an order that ate through the book paid more than its best price', () => {
  expect(entryCostOf([entry('1.10', fill('1.02', '50', '51'), fill('1', '50', '50'))])).toEqual({
    best: '1',
    over: '1',
    overPercent: 1,
    roomPercent: 8.91,
  });
});

test('an order that met one price paid nothing over it, also when prices are tiny', () => {
  const one = entry('0.0000000126', fill('0.000000012', '1000000000', '12'));
  expect(entryCostOf([one])).toEqual({
    best: '0.000000012',
    over: '0',
    overPercent: 0,
    roomPercent: 5,
  });
});

test('nothing is said of a limit that there was not, and orders that filled nothing do not count', () => {
  const orders = [entry('9'), entry(null, fill('2', '3', '6'))];
  expect(entryCostOf(orders)).toMatchObject({ best: '2', overPercent: 0, roomPercent: null });
});

test('sales are no entry, and nothing bought has no cost', () => {
  const sale = { ...entry('1', fill('1', '1', '1')), leg: 'exit-1', side: 'sell' as const };
  expect(entryCostOf([sale, entry('1')])).toBeNull();
});
