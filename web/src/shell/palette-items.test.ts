import { expect, test } from 'vitest';
import { found } from './palette-items.ts';

const items = [
  { name: 'Trades', hint: 'page' },
  { name: 'ORDIUSDT', hint: 'trade, holding' },
  { name: 'Orders', hint: 'page' },
];
const names = (text: string) => found(items, text).map((item) => item.name);

test('nothing typed finds everything, in its order', () => {
  expect(names(' ')).toEqual(['Trades', 'ORDIUSDT', 'Orders']);
});

test('every word must occur, names that begin so come first', () => {
  expect(names('ord')).toEqual(['ORDIUSDT', 'Orders']);
  expect(names('trade')).toEqual(['Trades', 'ORDIUSDT']);
  expect(names('hold usdt')).toEqual(['ORDIUSDT']);
  expect(names('nothing')).toEqual([]);
});
