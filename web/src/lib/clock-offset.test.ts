import { expect, test } from 'vitest';
import { clockOffset } from './clock-offset.ts';

const seen = { ok: true, detail: 'answers', ageMs: 1000, clockOffsetMs: 12.4, clockErrorMs: 2.1 };

test.each([
  [seen, 0, 'ok', '+12 ms', ''],
  [{ ...seen, clockOffsetMs: -0.2 }, 0, 'ok', '±0 ms', ''],
  [{ ...seen, clockOffsetMs: -620 }, 0, 'far', '−620 ms', 'far'],
  [seen, 30_000, 'stale', '+12 ms', 'stale 31 s'],
  [{ ...seen, ageMs: 90_000 }, 0, 'stale', '+12 ms', 'stale 90 s'],
  [{ ...seen, ok: false, detail: 'has not answered for 70 s' }, 0, 'unsure', '+12 ms', 'unsure'],
  [{ ...seen, clockOffsetMs: null }, 0, 'unknown', 'unknown', ''],
  [{ ...seen, ageMs: null }, 0, 'unknown', 'unknown', ''],
  [null, 0, 'unknown', 'unknown', ''],
] as const)('%j, said %d ms ago, is %s: %s %s', (...[health, sinceMs, state, text, note]) => {
  expect(clockOffset(health, sinceMs)).toMatchObject({ state, text, note });
});

test('the whole sentence has the error of the measure', () => {
  expect(clockOffset(seen, 0).detail).toBe(
    "Our clock is +12 ms, give or take 3 from the exchange's.",
  );
});
