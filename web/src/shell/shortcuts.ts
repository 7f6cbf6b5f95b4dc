import { useEffect } from 'react';

/** Keys that work on every page, for the help and for `useShortcuts`. */
export const SHORTCUTS = [
  { keys: ['Ctrl K', '⌘ K'], does: 'Go to a page or a trade, or do something' },
  { keys: ['j', '↓'], does: 'To the next row' },
  { keys: ['k', '↑'], does: 'To the row before' },
  { keys: ['Enter'], does: 'Open the row' },
  { keys: ['?'], does: 'Show these keys' },
  { keys: ['Esc'], does: 'Close what is open' },
] as const;

/** Whether a key belongs to what has the focus: a field that is typed in, or an open dialog. */
const isTaken = (target: EventTarget | null): boolean =>
  document.querySelector('dialog[open]') !== null ||
  (target instanceof Element && target.closest('input, textarea, select') !== null);

/** Arrows scroll the page unless a row is chosen already. */
const stepOf = (key: string): number => {
  const inRow = document.activeElement?.closest('[data-row]') != null;
  if (key === 'j' || (inRow && key === 'ArrowDown')) return 1;
  if (key === 'k' || (inRow && key === 'ArrowUp')) return -1;
  return 0;
};

/** Chooses the row `step` further: its link has the focus then. Answers whether there was one. */
export const stepRow = (step: number): boolean => {
  const links = [...document.querySelectorAll('[data-row]')].flatMap(
    (row) => row.querySelector<HTMLElement>('a, button') ?? [],
  );
  const row = document.activeElement?.closest('[data-row]') ?? null;
  const at = row === null ? -1 : links.findIndex((link) => row.contains(link));
  const next = row === null && step < 0 ? links.at(-1) : links[at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
};

/** Listens for the keys of every page. `show` must stay the same function. */
export const useShortcuts = (show: (what: 'palette' | 'help') => void): void => {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault(); // the browser's own search
        show('palette');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
      if (event.key === '?') show('help');
      const step = stepOf(event.key);
      if (step !== 0 && stepRow(step)) event.preventDefault();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [show]);
};
