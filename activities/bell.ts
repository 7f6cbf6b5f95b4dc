import { preciseTimer } from './opening/precise-timer.ts';

/** Wakes one waiter; a ring that nobody waited for is heard by the next one at once. */
export const createBell = () => {
  let unread = false;
  let wake: (() => void) | null = null;
  return {
    ring: () => {
      unread = true;
      wake?.();
    },
    next: async (ms: number, exact?: 'exact'): Promise<void> => {
      if (!unread)
        await new Promise<void>((resolve) => {
          const stop = exact === undefined ? coarse(resolve, ms) : preciselyIn(resolve, ms);
          wake = () => {
            stop();
            resolve();
          };
        });
      wake = null;
      unread = false;
    },
  };
};

const coarse = (call: () => void, ms: number): (() => void) => {
  const timer = setTimeout(call, Math.max(0, ms));
  return () => clearTimeout(timer);
};

const preciselyIn = (call: () => void, ms: number): (() => void) =>
  preciseTimer.at(performance.now() + ms, call);
