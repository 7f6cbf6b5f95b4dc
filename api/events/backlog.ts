import { KEPT, type Listener, type StreamMessage } from './hub.ts';

/** A whole replay fits; a client that leaves this much unread is let go. */
export const BACKLOG_MAX = 2 * KEPT;

/** What a client has not been sent yet. */
export interface Backlog extends Listener {
  /**
   * All that waits, once something does and a moment for more has passed; empty when nothing came in
   * time, `ended` when nothing will come.
   */
  next(withinMs: number): Promise<readonly StreamMessage[] | 'ended'>;
}

/** Changes come in bursts: those of one moment go out as one write. */
const GATHER_MS = 50;

/** Holds messages until they are taken; calls `overflow` once when too many wait, and ends. */
export const createBacklog = (overflow: () => void): Backlog => {
  let waiting: StreamMessage[] = [];
  let ended = false;
  let wake: (() => void) | null = null;
  const end = () => {
    ended = true;
    waiting = [];
    wake?.();
  };
  /** Until something wakes it, or `ms`. */
  const sleep = async (ms: number): Promise<void> => {
    await new Promise<void>((done) => {
      const timer = setTimeout(done, ms);
      wake = () => {
        clearTimeout(timer);
        done();
      };
    });
    wake = null;
  };
  return {
    end,
    hear: (message) => {
      if (ended) return;
      waiting.push(message);
      wake?.();
      if (waiting.length <= BACKLOG_MAX) return;
      end();
      overflow();
    },
    next: async (withinMs) => {
      if (!ended && waiting.length === 0) await sleep(withinMs);
      if (!ended && waiting.length > 0) await new Promise((done) => setTimeout(done, GATHER_MS));
      return ended ? 'ended' : waiting.splice(0);
    },
  };
};
