import { useSyncExternalStore } from 'react';
import type { Zone } from './time.ts';

// In which zone times are shown, chosen by a person and kept by the browser.

const KEY = 'zone';
const listeners = new Set<() => void>();

const stored = (): Zone => {
  try {
    return localStorage.getItem(KEY) === 'local' ? 'local' : 'utc';
  } catch {
    return 'utc'; // storage is forbidden here: the choice lasts as long as the page
  }
};

let shown = stored();

export const setZone = (zone: Zone): void => {
  shown = zone;
  try {
    localStorage.setItem(KEY, zone);
  } catch {
    // storage is forbidden here: the choice lasts as long as the page
  }
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** UTC unless a person chose otherwise. */
export const useZone = (): Zone => useSyncExternalStore(subscribe, () => shown);
