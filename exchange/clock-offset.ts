/** The exchange's clock as seen from here, measured over round trips on a monotonic clock. */
export interface ClockOffset {
  /** Exchange time minus host time, ms. */
  offsetMs(): number;
  /** How wrong the offset can be: half the best round trip, ms. */
  errorMs(): number;
  /** The exchange's time now, epoch ms. Does not jump when the host's clock does. */
  exchangeNowMs(): number;
  /** Since the last good measurement, ms; null before the first. */
  ageMs(): number | null;
  /** Measures again: best of `rounds` round trips. A failed measurement keeps the last one. */
  refresh(rounds?: number): Promise<void>;
}

interface Measured {
  /** Exchange epoch ms at monotonic zero. */
  readonly epochMs: number;
  readonly errorMs: number;
  readonly atMs: number;
}

/** Each round trip bounds the offset; the shortest of a few bounds it best. */
const ROUNDS = 4;

export const createClockOffset = (serverTime: () => Promise<number>): ClockOffset => {
  let measured: Measured | null = null;
  const hostEpochMs = () => Date.now() - performance.now();
  const epochMs = () => measured?.epochMs ?? hostEpochMs();
  return {
    offsetMs: () => epochMs() - hostEpochMs(),
    errorMs: () => measured?.errorMs ?? 0,
    exchangeNowMs: () => epochMs() + performance.now(),
    ageMs: () => (measured === null ? null : performance.now() - measured.atMs),
    refresh: async (rounds = ROUNDS) => {
      let best: Measured | null = null;
      for (let round = 0; round < rounds; round += 1) {
        const before = performance.now();
        const server = await serverTime();
        const after = performance.now();
        const errorMs = (after - before) / 2;
        // The server's time is cut to a millisecond: half of it on average.
        const middle = { epochMs: server + 0.5 - (before + after) / 2, errorMs, atMs: after };
        if (best === null || errorMs < best.errorMs) best = middle;
      }
      measured = best;
    },
  };
};
