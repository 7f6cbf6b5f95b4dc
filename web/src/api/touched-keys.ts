import type { Change, ChangeKind } from './change-kinds.ts';

export type Key = readonly string[];

/** Answers that a change makes old: at once what is looked at closely, a little later the rest. */
export interface Touched {
  readonly soon: readonly Key[];
  readonly later: readonly Key[];
}

const SOON: Readonly<Record<ChangeKind, readonly Key[]>> = {
  listing: [['listing']],
  trade: [
    ['trade', 'open'],
    ['trade', 'positions'],
  ],
  order: [['order', 'doubt']],
  log: [],
  plan: [],
  alert: [['alert']],
  orphan: [['orphan']],
  run: [['run']],
  health: [],
  kill: [['risk']],
  configuration: [['configuration'], ['live']],
  live: [['live']],
};

const LATER: Readonly<Record<ChangeKind, readonly Key[]>> = {
  listing: [],
  trade: [['trade', 'list'], ['listing'], ['risk']],
  order: [['order']],
  log: [],
  plan: [],
  alert: [],
  orphan: [],
  run: [],
  health: [],
  kill: [],
  configuration: [['risk']],
  live: [],
};

/** Which questions a change is about: by its kind, and by the trade that it belongs to. */
export const keysTouchedBy = (change: Pick<Change, 'kind' | 'listingId'>): Touched => {
  const { kind, listingId } = change;
  if (listingId === null) return { soon: SOON[kind], later: LATER[kind] };
  return {
    soon: [...SOON[kind], ['trade', 'one', listingId], ['trade', 'candles', listingId]],
    later: [...LATER[kind], ['trade', 'history', listingId]],
  };
};

/** A key as one text, to be kept in a set. */
export const nameOfKey = (key: readonly unknown[]): string => key.join('|');

/** Whether a question, by its key, begins with one of the named keys. */
export const isTouched = (key: readonly unknown[], names: ReadonlySet<string>): boolean =>
  key.some((_part, n) => names.has(nameOfKey(key.slice(0, n + 1))));
