import { expect, test } from 'vitest';
import { exportPath, problemsOf } from './export-path.ts';

const wanted = { from: '2026-01-01', to: '2026-02-28', format: 'csv', mode: 'live' };

test('the last day is in the file', () => {
  expect(exportPath(wanted)).toBe(
    '/trades/export?from=2026-01-01&to=2026-03-01&format=csv&mode=live',
  );
});

test('a day that is missing or before the first is told beside its field', () => {
  expect(problemsOf(wanted)).toEqual({});
  expect(problemsOf({ ...wanted, from: '' })).toEqual({ from: 'choose a day' });
  expect(problemsOf({ ...wanted, to: '2025-12-31' })).toEqual({
    to: 'must not be before the first day',
  });
});
