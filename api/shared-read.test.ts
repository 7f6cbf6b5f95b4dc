import { expect, test } from 'vitest';
import { sharedRead } from './shared-read.ts';

// Reads that end when the test says so.
const held = () => {
  const ends: { done: (value: number) => void; fail: (why: Error) => void }[] = [];
  const ask = sharedRead(() => new Promise<number>((done, fail) => ends.push({ done, fail })));
  const begun = async (count: number) => {
    for (let turn = 0; turn < 100 && ends.length < count; turn += 1) await Promise.resolve();
    return ends[count - 1];
  };
  return { ask, ends, begun };
};

test('whoever comes while a read runs shares the next one', async () => {
  const { ask, ends, begun } = held();
  const first = ask();
  const one = await begun(1);
  const [second, third] = [ask(), ask()];
  one?.done(1);
  expect(await first).toBe(1);
  const two = await begun(2);
  two?.done(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
  expect(ends).toHaveLength(2);
});

test('a failure is not kept', async () => {
  const { ask, begun } = held();
  const first = ask();
  (await begun(1))?.fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  const second = ask();
  (await begun(2))?.done(2);
  expect(await second).toBe(2);
});
