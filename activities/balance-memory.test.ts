import { beforeEach, expect, test } from 'vitest';
import { createBalanceMemory, type BalanceMemory, type ReadBalances } from './balance-memory.ts';

let nowMs: number;
let asked: number;
let answer: () => Promise<ReadBalances['balances']>;
let memory: BalanceMemory;

beforeEach(() => {
  nowMs = 1_790_000_000_000;
  asked = 0;
  answer = () => Promise.resolve(new Map());
  const balances = () => {
    asked += 1;
    return answer();
  };
  memory = createBalanceMemory({ balances }, { now: () => nowMs });
});

test('entries that are judged at one instant share one answer, and know how old it is', async () => {
  const askedAtMs = nowMs;
  const [one, other] = await Promise.all([memory.recent(), memory.recent()]);
  nowMs += 1000;
  expect(await memory.recent()).toBe(one);
  expect(other).toBe(one);
  expect(one.askedAtMs).toBe(askedAtMs);
  expect(asked).toBe(1);
});

test('an answer older than a second is asked for again', async () => {
  await memory.recent();
  nowMs += 1001;
  expect((await memory.recent()).askedAtMs).toBe(nowMs);
  expect(asked).toBe(2);
});

test('a failure is told to all who wait, and not remembered', async () => {
  answer = () => Promise.reject(new Error('no answer'));
  const waiting = [memory.recent(), memory.recent()];
  for (const each of waiting) await expect(each).rejects.toThrow('no answer');
  answer = () => Promise.resolve(new Map());
  await memory.recent();
  expect(asked).toBe(2);
});
