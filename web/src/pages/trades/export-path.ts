/** What a person wants as a file. Days are UTC, as "2026-06-01". */
export interface Wanted {
  readonly from: string;
  /** The last day that is in it. */
  readonly to: string;
  readonly format: string;
  readonly mode: string;
}

export const MODES = [
  { value: 'live', text: 'Real money' },
  { value: 'dry-run', text: 'Dry run' },
  { value: 'test', text: 'Test' },
  { value: 'simulator', text: 'Simulator' },
  { value: 'all', text: 'All of it, play money too' },
] as const;

const DAY_MS = 86_400_000;

export const problemsOf = ({
  from,
  to,
}: Wanted): { readonly from?: string; readonly to?: string } => {
  if (from === '') return { from: 'choose a day' };
  if (to === '') return { to: 'choose a day' };
  return from > to ? { to: 'must not be before the first day' } : {};
};

/** The API wants the first instant that is not in the file any more. */
export const exportPath = ({ from, to, format, mode }: Wanted): string => {
  const end = new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return `/trades/export?${new URLSearchParams({ from, to: end, format, mode }).toString()}`;
};
