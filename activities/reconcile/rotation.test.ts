import { expect, test } from 'vitest';
import { createRotation } from './rotation.ts';

test('everyone has a turn before anyone has a second one', () => {
  const rotation = createRotation<string>((name) => name);
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const rounds = [1, 2, 3].map(() => rotation.next(all, 3));
  expect(rounds[0]).toEqual(['a', 'b', 'c']);
  expect(rounds[1]).toEqual(['d', 'e', 'f']);
  expect(rounds[2]).toEqual(['g', 'a', 'b']);
});

test('a newcomer is first, and one who left is forgotten', () => {
  const rotation = createRotation<string>((name) => name);
  rotation.next(['a', 'b'], 2);
  expect(rotation.next(['a', 'b', 'new'], 1)).toEqual(['new']);
  rotation.next(['b'], 1);
  expect(rotation.next(['b', 'a'], 1)).toEqual(['a']);
});

test('few are all chosen', () => {
  expect(createRotation<string>((name) => name).next(['a'], 5)).toEqual(['a']);
});
