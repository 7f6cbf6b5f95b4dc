import { expect, test } from 'vitest';
import { createPreciseTimer } from './precise-timer.ts';

const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

test('calls in the order of the instants, never early', async () => {
  const timer = createPreciseTimer();
  const start = performance.now();
  const called: number[] = [];
  const lateMs: number[] = [];
  await Promise.all(
    [60, 20, 40, 20, -5].map(
      (inMs) =>
        new Promise<void>((done) =>
          timer.at(start + inMs, () => {
            called.push(inMs);
            lateMs.push(performance.now() - start - inMs);
            done();
          }),
        ),
    ),
  );
  expect(called).toEqual([-5, 20, 20, 40, 60]);
  expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
});

test('100 openings at one instant are called together', async () => {
  const timer = createPreciseTimer();
  const at = performance.now() + 50;
  const times = await Promise.all(
    Array.from(
      { length: 100 },
      () => new Promise<number>((done) => timer.at(at, () => done(performance.now()))),
    ),
  );
  // In one turn of the loop: no absolute time is asserted, only that none waited for another.
  expect(Math.max(...times) - Math.min(...times)).toBeLessThan(5);
});

test('what is taken back is not called, and the others still are', async () => {
  const timer = createPreciseTimer();
  const at = performance.now() + 20;
  let called = 0;
  const takeBack = timer.at(at, () => (called += 100));
  timer.at(at + 5, () => (called += 1));
  takeBack();
  await wait(60);
  expect(called).toBe(1);
});

test('between two turns the event loop goes on', async () => {
  let now = 0;
  const timer = createPreciseTimer(() => now);
  let called = false;
  timer.at(5, () => (called = true)); // within the time that is spun through
  for (let turn = 0; turn < 50; turn += 1) await new Promise<void>((done) => setImmediate(done));
  expect(called).toBe(false);
  now = 5;
  await new Promise<void>((done) => setImmediate(done));
  await new Promise<void>((done) => setImmediate(done));
  expect(called).toBe(true);
});
