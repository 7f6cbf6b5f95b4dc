import { useSyncExternalStore } from 'react';

// One timer for all that counts on a page, so that everything ticks together.

const TICK_MS = 250;
const listeners = new Set<() => void>();
let timer: number | null = null;
let now = Date.now();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    window.clearInterval(timer);
    timer = null;
  };
};

/** Host time, epoch ms, in steps of `stepMs`: a component renders only when its step changes. */
export const useNow = (stepMs = 1000): number =>
  useSyncExternalStore(subscribe, () => Math.floor(now / stepMs) * stepMs);
