import type { EntryResult } from './entry-types.ts';

/** An entry that began before its workflow asked for it. */
export interface HeadStart {
  readonly result: Promise<EntryResult>;
  /** Takes it back as far as nothing was sent. May repeat. */
  readonly stop: () => void;
}

/** Entries of this process that began ahead of their workflows, by the token of their arming. */
export interface HeadStarts {
  add(token: string, entry: HeadStart): void;
  /** Hands an entry over to who asks for it first; null when there is none. */
  take(token: string): HeadStart | null;
}

/** A workflow that runs asks within milliseconds; one that was lost never does. */
const KEPT_MS = 300_000;

export const createHeadStarts = (): HeadStarts => {
  const entries = new Map<string, HeadStart>();
  return {
    add: (token, entry) => {
      entries.set(token, entry);
      entry.result.catch(() => undefined); // told to who takes it
      setTimeout(() => entries.delete(token), KEPT_MS).unref();
    },
    take: (token) => {
      const found = entries.get(token) ?? null;
      entries.delete(token);
      return found;
    },
  };
};
