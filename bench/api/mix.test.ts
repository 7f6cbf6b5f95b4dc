import { expect, test } from 'vitest';
import { mix, numbersOf, readAt } from './mix.ts';

test('reads are drawn as often as their shares say, and the same for the same seed', () => {
  const drawn = () => {
    const next = numbersOf(7);
    return Array.from({ length: 20_000 }, () => readAt(next()).name);
  };
  const names = drawn();
  expect(drawn()).toEqual(names);
  expect(mix.reduce((sum, { share }) => sum + share, 0)).toBe(100);
  for (const { name, share } of mix) {
    const percent = names.filter((each) => each === name).length / 200;
    expect(Math.abs(percent - share)).toBeLessThan(1);
  }
});
