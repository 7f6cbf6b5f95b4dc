import { expect, test } from 'vitest';
import type { ActivityDeps } from '../deps.ts';
import { createReadiness } from './keep-ready.ts';

/** Counts what is asked; with `fails`, nothing is answered. */
const counting = (fails = false) => {
  const asked = { clock: 0, pings: 0 };
  const answer = () => (fails ? Promise.reject(new Error('no answer')) : Promise.resolve());
  const exchange = {
    clock: {
      refresh: () => {
        asked.clock += 1;
        return answer();
      },
    },
    warm: () => {
      asked.pings += 1;
      return answer();
    },
  };
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  // Only these two are used.
  return { asked, deps: { exchange, log } as unknown as ActivityDeps };
};

test('the clock is measured again 60, 10 and 2 seconds before, each once', () => {
  const { asked, deps } = counting();
  const { keep } = createReadiness(deps);
  const counts = [90_000, 60_001, 60_000, 30_000, 10_001, 9_900, 2_001, 2_000, 1_500, 0, -50].map(
    (leftMs) => {
      keep(leftMs);
      return asked.clock;
    },
  );
  expect(counts).toEqual([0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 3]);
});

test('an entry that is armed late measures once', () => {
  const { asked, deps } = counting();
  const { keep } = createReadiness(deps);
  for (const leftMs of [1500, 1400, 1300]) keep(leftMs);
  expect(asked.clock).toBe(1);
});

test('the connection of a process is kept warm once for all its entries', () => {
  const { asked, deps } = counting();
  const all = Array.from({ length: 50 }, () => createReadiness(deps));
  for (const { keep } of all) keep(30_000);
  expect(asked.pings).toBe(1);
  for (const { keep } of all) keep(null);
  expect(asked.pings, 'also of those without a known opening').toBe(1);
});

test('an exchange that does not answer stops nothing', async () => {
  const { asked, deps } = counting(true);
  const { keep } = createReadiness(deps);
  keep(500);
  // A rejection that nobody heeds fails the test.
  await new Promise<void>((done) => setImmediate(done));
  expect(asked).toEqual({ clock: 1, pings: 1 });
});
