/** Calls back at instants of the monotonic clock (`performance.now()`), to a fraction of a ms. */
export interface PreciseTimer {
  /** Answers how to take it back. Instants that are past are called at the next turn. */
  at(monotonicMs: number, call: () => void): () => void;
}

/** The system's timers may be this late; the rest is waited for turn by turn of the event loop. */
const COARSE_MS = 10;
/** Longer timers overflow. */
const TIMER_MAX_MS = 60_000;

interface Waiting {
  readonly atMs: number;
  readonly call: () => void;
}

/**
 * One timer for all openings of a process: several that spin to one instant delay each other
 * (DESIGN §16). Between two turns of the event loop everything else goes on.
 */
export const createPreciseTimer = (nowMs: () => number = () => performance.now()): PreciseTimer => {
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | null = null;
  let spinning = false;
  const fire = () => {
    const now = nowMs();
    const due = waiting.filter((each) => each.atMs <= now);
    if (due.length > 0) waiting = waiting.filter((each) => each.atMs > now);
    for (const each of due) each.call();
  };
  const spin = () => {
    spinning = false;
    fire();
    plan();
  };
  const plan = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const [first] = waiting;
    if (first === undefined || spinning) return;
    const leftMs = first.atMs - nowMs() - COARSE_MS;
    if (leftMs > 0) {
      timer = setTimeout(plan, Math.min(leftMs, TIMER_MAX_MS));
      return;
    }
    spinning = true;
    setImmediate(spin);
  };
  return {
    at: (atMs, call) => {
      const mine = { atMs, call };
      waiting = [...waiting, mine].toSorted((a, b) => a.atMs - b.atMs);
      plan();
      return () => {
        waiting = waiting.filter((each) => each !== mine);
        plan();
      };
    },
  };
};

/** The one of this process. */
export const preciseTimer = createPreciseTimer();
