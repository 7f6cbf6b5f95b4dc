import { describe, expect, test } from 'vitest';
import { createClockOffset } from './clock-offset.ts';

/** A monotonic clock and an exchange that is ahead of it, with a round trip per question. */
const world = () => {
  const state = { nowMs: 5000, aheadMs: 1_800_000_000_000, trips: [10, 4, 30, 8], asked: 0 };
  const monotonic = () => state.nowMs;
  const serverTime = async () => {
    const trip = state.trips[state.asked % state.trips.length] ?? 10;
    state.asked += 1;
    state.nowMs += trip / 2;
    const time = Math.floor(state.aheadMs + state.nowMs);
    state.nowMs += trip / 2;
    return time;
  };
  return { state, monotonic, serverTime };
};

describe('the clock of the exchange', () => {
  test('is known within half of the best round trip', async () => {
    const { state, monotonic, serverTime } = world();
    const clock = createClockOffset(serverTime, monotonic);
    expect(clock.ageMs()).toBeNull();
    await clock.refresh();
    expect(state.asked).toBe(4);
    expect(clock.errorMs()).toBe(2);
    const wrongBy = Math.abs(clock.exchangeNowMs() - (state.aheadMs + state.nowMs));
    expect(wrongBy).toBeLessThanOrEqual(clock.errorMs() + 0.5);
    state.nowMs += 700;
    expect(clock.ageMs()).toBeGreaterThanOrEqual(700);
  });

  test('keeps the last measurement when one fails, and says so', async () => {
    const { monotonic, serverTime } = world();
    let broken = false;
    const ask = () => (broken ? Promise.reject(new Error('no answer')) : serverTime());
    const clock = createClockOffset(ask, monotonic);
    await clock.refresh();
    const before = clock.exchangeNowMs();
    broken = true;
    await expect(clock.refresh()).rejects.toThrow('no answer');
    expect(clock.exchangeNowMs()).toBe(before);
  });

  test('is asked once for all who want to know at the same time', async () => {
    const { state, monotonic, serverTime } = world();
    const clock = createClockOffset(serverTime, monotonic);
    await Promise.all([clock.refresh(), clock.refresh(), clock.refresh()]);
    expect(state.asked).toBe(4);
  });

  test('drifts: unknown at first, then in parts per million', async () => {
    const { state, monotonic, serverTime } = world();
    state.trips = [1];
    const clock = createClockOffset(serverTime, monotonic);
    await clock.refresh();
    expect(clock.driftPpm()).toBeNull();
    state.nowMs += 1_000_000;
    state.aheadMs += 50;
    await clock.refresh();
    expect(Math.abs((clock.driftPpm() ?? 0) - 50)).toBeLessThan(3);
  });
});
