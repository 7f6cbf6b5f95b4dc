import { expect, test, vi } from 'vitest';
import type { ActivityDeps } from '../deps.ts';
import { createReadiness } from './keep-ready.ts';

/** Counts what is asked; with `fails`, nothing is answered. */
const counting = (fails = false) => {
  const asked = { clock: 0, pings: 0, orders: [] as number[] };
  const answer = () => (fails ? Promise.reject(new Error('no answer')) : Promise.resolve());
  const exchange = {
    clock: {
      refresh: () => {
        asked.clock += 1;
        return answer();
      },
    },
    warm: (orders: number) => {
      asked.pings += 1;
      asked.orders.push(orders);
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
  for (const { keep } of all) keep(40_000);
  expect(asked.pings).toBe(1);
  for (const { keep } of all) keep(null);
  expect(asked.pings, 'also of those without a known opening').toBe(1);
});

test('before an opening a connection is kept open for each entry, and none opened at it', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const { asked, deps } = counting();
    const all = Array.from({ length: 3 }, () => createReadiness(deps));
    for (let leftMs = 6000; leftMs > -1000; leftMs -= 100) {
      for (const { keep } of all) keep(leftMs);
      vi.advanceTimersByTime(100);
    }
    // The first round knows who came first; later ones know all. Then one is kept hot.
    expect(asked.orders.slice(0, 3)).toEqual([1, 3, 3]);
    expect(new Set(asked.orders.slice(3))).toEqual(new Set([1]));
    expect(asked.orders.length).toBeGreaterThan(8);
    // Nor by those that open later: all wait until the one that opens now has had its turn.
    const atOpening: number[] = [];
    const later: number[] = [];
    for (let leftMs = 6000; leftMs > -3000; leftMs -= 100) {
      asked.orders.length = 0;
      for (const [n, { keep }] of all.entries()) keep(leftMs + 8000 * n);
      vi.advanceTimersByTime(100);
      if (Math.abs(leftMs) <= 1500) atOpening.push(...asked.orders);
      else later.push(...asked.orders);
    }
    expect(new Set(atOpening)).toEqual(new Set([1]));
    expect(later, 'the two that are left').toContain(2);
  } finally {
    vi.useRealTimers();
  }
});

test('an exchange that does not answer stops nothing', async () => {
  const { asked, deps } = counting(true);
  const { keep } = createReadiness(deps);
  keep(500);
  // A rejection that nobody heeds fails the test.
  await new Promise<void>((done) => setImmediate(done));
  expect(asked).toEqual({ clock: 1, pings: 1, orders: [1] });
});
