import type { ActivityDeps } from '../deps.ts';

/** The clock is measured again this long before the opening. */
const CLOCK_REFRESH_MS: readonly number[] = [60_000, 10_000, 2000];
/** From then on the connection is kept hot: an idle process is two to four times slower. */
const HOT_FROM_MS = 2000;
const HOT_EVERY_MS = 250;
const WARM_EVERY_MS = 5000;

/** Keeps clock and connection of an armed entry fresh. A failure is only logged: time runs on. */
export interface Readiness {
  /** Called often, with what is left until the opening; null without a known one. Returns at once. */
  readonly keep: (leftMs: number | null) => void;
}

/** Pings of a process that has many entries armed are shared; monotonic ms of the last one. */
const warmedAt = new WeakMap<object, number>();

export const createReadiness = ({ exchange, log }: ActivityDeps): Readiness => {
  const refreshes = [...CLOCK_REFRESH_MS];
  const keepWarm = (everyMs: number) => {
    const now = performance.now();
    if (now - (warmedAt.get(exchange) ?? -Infinity) < everyMs) return;
    warmedAt.set(exchange, now);
    exchange.warm().catch((error: unknown) => log.debug({ error }, 'The ping was not answered'));
  };
  return {
    keep: (leftMs) => {
      keepWarm(leftMs !== null && leftMs <= HOT_FROM_MS ? HOT_EVERY_MS : WARM_EVERY_MS);
      const due = refreshes[0];
      if (leftMs === null || due === undefined || leftMs > due) return;
      while (refreshes[0] !== undefined && leftMs <= refreshes[0]) refreshes.shift();
      exchange.clock
        .refresh()
        .catch((error: unknown) => log.warn({ error }, 'The clock could not be measured again'));
    },
  };
};
