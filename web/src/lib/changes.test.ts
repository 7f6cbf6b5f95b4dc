import { expect, test } from 'vitest';
import { changesOf } from './changes.ts';

test('only what differs, by its path', () => {
  const before = { exit: { stop: 20, ladder: [{ gain: 50 }] }, name: 'careful' };
  const after = { exit: { stop: 25, ladder: [{ gain: 50 }, { gain: 90 }] }, name: 'careful' };
  expect(changesOf(before, after)).toEqual([
    { path: 'exit.stop', before: '20', after: '25' },
    { path: 'exit.ladder.1.gain', before: null, after: '90' },
  ]);
});

test('what was not there before is new, and null is a value', () => {
  expect(changesOf(null, { level: 'halt', until: null })).toEqual([
    { path: 'level', before: null, after: 'halt' },
    { path: 'until', before: null, after: 'null' },
  ]);
  expect(changesOf({ a: 1 }, null)).toEqual([{ path: 'a', before: '1', after: null }]);
  expect(changesOf(null, null)).toEqual([]);
});
