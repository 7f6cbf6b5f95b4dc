import type { ActivityDeps } from '../deps.ts';

/** The clock is measured again this long before the opening. */
const CLOCK_REFRESH_MS: readonly number[] = [60_000, 10_000, 2000];
const WARM_EVERY_MS = 5000;
/** From then on one connection is kept hot: an idle process is two to four times slower. */
const HOT_FROM_MS = 2000;
const HOT_EVERY_MS = 250;
/** From then on one for each armed entry is kept open: a new one costs several round trips. */
const OPEN_FROM_MS = 30_000;
/** So near to an opening of any entry no more are opened: their calls could stand in the orders' way. */
const QUIET_MS = 1500;
/** Who is armed is heard at least this often. */
const HEARD_EVERY_MS = 250;
/** Some servers close a connection that was idle for 4 s. */
const OPEN_EVERY_MS = 2000;

/** Keeps clock and connections of an armed entry fresh. A failure is only logged: time runs on. */
export interface Readiness {
  /** Called often, with what is left until the opening; null without a known one. Returns at once. */
  readonly keep: (leftMs: number | null) => void;
}

/** What the entries of a process share; monotonic ms. */
interface Warmth {
  pingedAt: number;
  openedAt: number;
  /** When somebody was last heard so near to its opening. */
  nearAt: number;
  /** Who was armed since the connections were kept open the last time. */
  readonly armed: Set<object>;
}

const warmths = new WeakMap<object, Warmth>();

const warmthOf = (exchange: object): Warmth => {
  const known = warmths.get(exchange);
  if (known !== undefined) return known;
  const never = -Infinity;
  const made = { pingedAt: never, openedAt: never, nearAt: never, armed: new Set<object>() };
  warmths.set(exchange, made);
  return made;
};

export const createReadiness = ({ exchange, log }: ActivityDeps): Readiness => {
  const refreshes = [...CLOCK_REFRESH_MS];
  const warmth = warmthOf(exchange);
  const self = {};
  const warm = (orders: number) => {
    warmth.pingedAt = performance.now();
    exchange
      .warm(orders)
      .catch((error: unknown) => log.debug({ error }, 'The ping was not answered'));
  };
  const keepOpen = () => {
    warmth.armed.add(self);
    const now = performance.now();
    const isQuiet = now - warmth.nearAt < 2 * HEARD_EVERY_MS;
    if (isQuiet || now - warmth.openedAt < OPEN_EVERY_MS) return;
    warmth.openedAt = now;
    warm(warmth.armed.size);
    warmth.armed.clear();
  };
  const keepWarm = (leftMs: number | null) => {
    if (leftMs !== null && Math.abs(leftMs) <= QUIET_MS) warmth.nearAt = performance.now();
    else if (leftMs !== null && leftMs > 0 && leftMs <= OPEN_FROM_MS) keepOpen();
    const everyMs = leftMs !== null && leftMs <= HOT_FROM_MS ? HOT_EVERY_MS : WARM_EVERY_MS;
    if (performance.now() - warmth.pingedAt >= everyMs) warm(1);
  };
  return {
    keep: (leftMs) => {
      keepWarm(leftMs);
      const due = refreshes[0];
      if (leftMs === null || due === undefined || leftMs > due) return;
      while (refreshes[0] !== undefined && leftMs <= refreshes[0]) refreshes.shift();
      exchange.clock
        .refresh()
        .catch((error: unknown) => log.warn({ error }, 'The clock could not be measured again'));
    },
  };
};
