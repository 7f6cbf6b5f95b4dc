import type { Clock } from '#domain/ports.ts';
import { ApiProblem } from '../problem.ts';

/** Failures that are forgiven: people mistype. */
const FREE = 5;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Without a failure for this long, all is forgotten. */
const FORGET_MS = 60 * 60_000;
/** Names that are remembered; a flood of made-up ones pushes out the oldest. */
const NAMES_MAX = 10_000;

interface Failures {
  count: number;
  lastAtMs: number;
}

/** Makes guessing slow: each failure after the fifth doubles the wait, up to 15 minutes. */
export interface Throttle {
  /** Throws RATE_LIMITED while one of the names has to wait. */
  check(names: readonly string[]): void;
  failed(names: readonly string[]): void;
  succeeded(names: readonly string[]): void;
}

/** Counts in this process's memory: a restart forgets, and takes longer than a wait. */
export const createThrottle = (clock: Clock): Throttle => {
  const kept = new Map<string, Failures>();
  const failuresOf = (name: string): Failures | null => {
    const found = kept.get(name);
    if (found === undefined) return null;
    if (clock.now() - found.lastAtMs < FORGET_MS) return found;
    kept.delete(name);
    return null;
  };
  return {
    check: (names) => {
      const waits = names.map((name) => {
        const found = failuresOf(name);
        return found === null ? 0 : found.lastAtMs + waitMs(found.count) - clock.now();
      });
      const seconds = Math.ceil(Math.max(0, ...waits) / 1000);
      if (seconds > 0)
        throw new ApiProblem('RATE_LIMITED', `Too many failures; try again in ${seconds} s.`, {
          retryAfterSeconds: seconds,
        });
    },
    failed: (names) => {
      for (const name of names) {
        const count = (failuresOf(name)?.count ?? 0) + 1;
        kept.delete(name); // the newest is last
        kept.set(name, { count, lastAtMs: clock.now() });
      }
      for (const oldest of kept.keys()) {
        if (kept.size <= NAMES_MAX) return;
        kept.delete(oldest);
      }
    },
    succeeded: (names) => {
      for (const name of names) kept.delete(name);
    },
  };
};

const waitMs = (failures: number): number =>
  failures < FREE
    ? 0
    : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(20, failures - FREE));
