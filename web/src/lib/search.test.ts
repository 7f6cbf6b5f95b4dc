import { expect, test } from 'vitest';
import { readSince, readSubject } from './search.ts';

test('a day is read, anything else is not', () => {
  expect(readSince({ since: '2026-06-01' })).toEqual({ since: '2026-06-01' });
  expect(readSince({ since: 'yesterday' })).toEqual({});
  expect(readSince({})).toEqual({});
});

test('a listing goes before a pair; a pair of digits is a name', () => {
  expect(readSubject({ listing: 'abc', symbol: 'X' })).toEqual({ listing: 'abc' });
  expect(readSubject({ listing: 'no id!', symbol: 42 })).toEqual({ symbol: '42' });
  expect(readSubject({ symbol: '' })).toEqual({});
});
