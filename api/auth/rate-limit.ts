import type { Clock } from '#domain/ports.ts';

/** A bucket: `perSecond` flow in, up to `burst`; each call takes one. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What one caller may do; nobody's calls are counted per address. */
export interface Rates {
  readonly reads: Rate;
  readonly changes: Rate;
  readonly strangers: Rate;
}

/** Far above what a dashboard and its scripts need, far below what hurts. */
export const RATES: Rates = {
  reads: { perSecond: 200, burst: 600 },
  changes: { perSecond: 10, burst: 60 },
  strangers: { perSecond: 5, burst: 60 },
};

const CALLERS_MAX = 10_000;

/** Counts calls under a name; answers the seconds to wait, 0 when the call may go on. */
export const createRateLimit = (clock: Clock, rate: Rate) => {
  const buckets = new Map<string, { left: number; atMs: number }>();
  return (name: string): number => {
    const now = clock.now();
    const kept = buckets.get(name) ?? { left: rate.burst, atMs: now };
    const flowed = (Math.max(0, now - kept.atMs) / 1000) * rate.perSecond;
    const left = Math.min(rate.burst, kept.left + flowed);
    buckets.delete(name);
    const allowed = left >= 1;
    buckets.set(name, { left: allowed ? left - 1 : left, atMs: now });
    const oldest = buckets.keys().next();
    if (buckets.size > CALLERS_MAX && oldest.done !== true) buckets.delete(oldest.value);
    return allowed ? 0 : Math.max(1, Math.ceil((1 - left) / rate.perSecond));
  };
};
