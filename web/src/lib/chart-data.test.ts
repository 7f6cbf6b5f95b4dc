import { expect, test } from 'vitest';
import { linesOf, marksOf, plain, second, widened } from './chart-data.ts';

const stages = {
  publishedAt: null,
  seenAt: null,
  signalledAt: null,
  startedAt: null,
  verdictAt: null,
  armedAt: null,
  triggeredAt: '2026-01-01T00:00:00.100Z',
  sentAt: null,
  acknowledgedAt: null,
  filledAt: null,
  exitDecidedAt: null,
  closedAt: null,
};
const buy = {
  side: 'buy',
  executed: '10',
  sentAt: '2026-01-01T00:00:01.500Z',
  averagePrice: '0.0000056',
} as const;

test.each([
  [0.0000001, '0.0000001'],
  [100, '100'],
  [1.5, '1.5'],
])('%d is written without an exponent', (value, text) => {
  expect(plain(value)).toBe(text);
});

test('marks stand in the order of time, the opening first', () => {
  const sell = { ...buy, side: 'sell', sentAt: '2026-01-01T00:00:30.000Z' } as const;
  const marks = marksOf({ opensAt: '2026-01-01T00:00:00.000Z', stages }, [sell, buy]);
  expect(marks.map((mark) => mark.text)).toEqual(['Opening', 'Bought 0.0₅56', 'Sold 0.0₅56']);
  expect(marks[1]?.time).toBe(second('2026-01-01T00:00:01.000Z'));
});

test('an order that executed nothing leaves no mark', () => {
  expect(marksOf({ opensAt: null, stages }, [{ ...buy, executed: '0.000' }])).toEqual([]);
});

test('an opening that has not come leaves no mark', () => {
  const waiting = { opensAt: '2026-01-01T00:00:00.000Z', stages: { ...stages, triggeredAt: null } };
  expect(marksOf(waiting, [])).toEqual([]);
});

test('levels that are not known are left out', () => {
  const guard = {
    state: 'live',
    at: null,
    ageMs: null,
    markPrice: null,
    highWater: null,
    stopPrice: '0.8',
    targetPrice: null,
    gainPercent: null,
    value: null,
  };
  expect(linesOf({ entryPrice: '1', guard }).map((line) => [line.title, line.price])).toEqual([
    ['entry', 1],
    ['stop', 0.8],
  ]);
  expect(linesOf({ entryPrice: null, guard: null })).toEqual([]);
});

test('the scale is widened to near lines, and far ones leave the candles readable', () => {
  const range = { minValue: 100, maxValue: 110 };
  expect(widened(range, [95, 105, 118])).toEqual({ minValue: 95, maxValue: 118 });
  expect(widened(range, [80, 143])).toEqual(range);
});
