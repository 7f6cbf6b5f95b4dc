import { useSyncExternalStore } from 'react';

type Theme = 'dark' | 'light';

const KEY = 'theme';
const listeners = new Set<() => void>();

/** Dark unless a person chose otherwise. */
export const storedTheme = (): Theme => {
  try {
    return localStorage.getItem(KEY) === 'light' ? 'light' : 'dark';
  } catch {
    return 'dark'; // storage is forbidden here: the choice lasts as long as the page
  }
};

export const setTheme = (theme: Theme): void => {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // storage is forbidden here: the choice lasts as long as the page
  }
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const shownTheme = (): Theme =>
  document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark';

/** The theme that is shown; what draws by itself (charts) draws again when it changes. */
export const useTheme = (): Theme => useSyncExternalStore(subscribe, shownTheme);
