import { expect, test } from 'vitest';
import { between, gradeOf } from './latency.ts';

test.each([
  [499, 'fast'],
  [500, 'medium'],
  [999, 'medium'],
  [1000, 'slow'],
])('an order after %d ms is %s', (ms, grade) => {
  expect(gradeOf(ms)).toBe(grade);
});

test('a stage that was not reached has no duration', () => {
  expect(between('2026-01-01T00:00:00.000Z', null)).toBeNull();
  expect(between('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.042Z')).toBe(42);
});
