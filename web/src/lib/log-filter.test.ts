import { expect, test } from 'vitest';
import { logQuery, readLogFilter, withPart } from './log-filter.ts';

test('an address is read as far as it can be', () => {
  expect(
    readLogFilter({ symbol: 42, kind: 'order', text: 'Bought', from: '2026-06-01', to: 'now' }),
  ).toEqual({ symbol: '42', kind: 'order', text: 'Bought', from: '2026-06-01' });
  expect(readLogFilter({ kind: 'all', from: '2026-99-99', text: '', symbol: {} })).toEqual({});
});

test('the last day is a whole day, and a coin may be typed small', () => {
  const asked = new URLSearchParams(
    logQuery({
      symbol: ' abc ',
      kind: 'exit',
      text: ' a&b ',
      from: '2026-06-01',
      to: '2026-06-30',
    }),
  );
  expect(Object.fromEntries(asked)).toEqual({
    symbol: 'ABC',
    kind: 'exit',
    text: 'a&b',
    since: '2026-06-01T00:00:00Z',
    until: '2026-07-01T00:00:00.000Z',
  });
  expect(logQuery({})).toBe('');
  expect(logQuery({ text: '  ' })).toBe('');
});

test('one part changes at a time, and an empty one is taken away', () => {
  const filter = withPart({ symbol: 'ABC' }, 'kind', 'order');
  expect(filter).toEqual({ symbol: 'ABC', kind: 'order' });
  expect(withPart(filter, 'kind', '')).toEqual({ symbol: 'ABC' });
});
