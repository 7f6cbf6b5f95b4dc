import { expect, test } from 'vitest';
import { changeKinds } from './change-kinds.ts';
import { isTouched, keysTouchedBy, nameOfKey } from './touched-keys.ts';

test('a change of a trade makes the open trades and its own page old at once', () => {
  expect(keysTouchedBy({ kind: 'trade', listingId: 'a' }).soon).toEqual([
    ['trade', 'open'],
    ['trade', 'positions'],
    ['trade', 'one', 'a'],
    ['trade', 'candles', 'a'],
  ]);
});

test('long lists follow a little later', () => {
  expect(keysTouchedBy({ kind: 'trade', listingId: 'a' }).later).toContainEqual(['trade', 'list']);
});

test('every entry of the log is shown on the page of its trade', () => {
  expect(keysTouchedBy({ kind: 'log', listingId: 'a' }).soon).toContainEqual(['trade', 'one', 'a']);
});

test('a heartbeat asks for nothing', () => {
  expect(keysTouchedBy({ kind: 'health', listingId: null })).toEqual({ soon: [], later: [] });
});

test('a kill switch is seen at once', () => {
  expect(keysTouchedBy({ kind: 'kill', listingId: null }).soon).toEqual([['risk']]);
});

test.each(changeKinds)('knows what a change of kind %s touches', (kind) => {
  expect(keysTouchedBy({ kind, listingId: null })).toBeDefined();
});

test('a question is touched by its whole key, and by what its key begins with', () => {
  const names = new Set([nameOfKey(['trade', 'list']), nameOfKey(['risk'])]);
  expect(isTouched(['trade', 'list', 'open'], names)).toBe(true);
  expect(isTouched(['risk'], names)).toBe(true);
  expect(isTouched(['trade', 'one', 'list'], names)).toBe(false);
  expect(isTouched(['trade'], names)).toBe(false);
});
