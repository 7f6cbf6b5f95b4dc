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
  /** How fast the exchange's clock gains on this host's, parts per million; null until known. */
  driftPpm(): number | null;
  /**
   * Measures again: best of `rounds` round trips. A failed measurement keeps the last one and
   * throws. Those who ask while one is under way share it.
   */
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
/** Over less than this the error of two measurements hides every real drift. */
const DRIFT_SPAN_MS = 30_000;
/** Drift changes with temperature: older measurements say nothing about today's. */
const DRIFT_SPAN_MAX_MS = 3_600_000;

export const createClockOffset = (
  serverTime: () => Promise<number>,
  monotonicMs: () => number = () => performance.now(),
): ClockOffset => {
  let measured: Measured | null = null;
  let anchor: Measured | null = null;
  let underWay: Promise<void> | null = null;
  const hostEpochMs = () => Date.now() - monotonicMs();
  const epochMs = () => measured?.epochMs ?? hostEpochMs();
  const measure = async (rounds: number) => {
    const best = await bestOf(serverTime, rounds, monotonicMs);
    if (anchor === null || best.atMs - anchor.atMs > DRIFT_SPAN_MAX_MS) anchor = measured ?? best;
    measured = best;
  };
  return {
    offsetMs: () => epochMs() - hostEpochMs(),
    errorMs: () => measured?.errorMs ?? 0,
    exchangeNowMs: () => epochMs() + monotonicMs(),
    ageMs: () => (measured === null ? null : monotonicMs() - measured.atMs),
    driftPpm: () => {
      if (measured === null || anchor === null) return null;
      const spanMs = measured.atMs - anchor.atMs;
      if (spanMs < DRIFT_SPAN_MS) return null;
      return ((measured.epochMs - anchor.epochMs) / spanMs) * 1_000_000;
    },
    refresh: (rounds = ROUNDS) => {
      underWay ??= measure(rounds).finally(() => (underWay = null));
      return underWay;
    },
  };
};

const bestOf = async (
  serverTime: () => Promise<number>,
  rounds: number,
  monotonicMs: () => number,
): Promise<Measured> => {
  let best = await roundTrip(serverTime, monotonicMs);
  for (let round = 1; round < rounds; round += 1) {
    const next = await roundTrip(serverTime, monotonicMs);
    if (next.errorMs < best.errorMs) best = next;
  }
  return best;
};

const roundTrip = async (
  serverTime: () => Promise<number>,
  monotonicMs: () => number,
): Promise<Measured> => {
  const before = monotonicMs();
  const server = await serverTime();
  const after = monotonicMs();
  // The server's time is cut to a millisecond: half of it on average.
  const epochMs = server + 0.5 - (before + after) / 2;
  return { epochMs, errorMs: (after - before) / 2, atMs: after };
};
