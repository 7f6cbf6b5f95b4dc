import { KEPT, type Listener, type StreamMessage } from './hub.ts';

/** A whole replay fits; a client that leaves this much unread is let go. */
export const BACKLOG_MAX = 2 * KEPT;

/** What a client has not been sent yet. */
export interface Backlog extends Listener {
  /** The next message, `quiet` when none came in time, `ended` when none will come. */
  next(withinMs: number): Promise<StreamMessage | 'quiet' | 'ended'>;
}

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
  const taken = (): StreamMessage | 'ended' | null => (ended ? 'ended' : (waiting.shift() ?? null));
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
      const first = taken();
      if (first !== null) return first;
      await new Promise<void>((done) => {
        const timer = setTimeout(done, withinMs);
        wake = () => {
          clearTimeout(timer);
          done();
        };
      });
      wake = null;
      return taken() ?? 'quiet';
    },
  };
};
