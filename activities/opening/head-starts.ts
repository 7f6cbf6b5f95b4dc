import type { EntryResult } from './entry-types.ts';

/** An entry that began before its workflow asked for it. */
export interface HeadStart {
  readonly result: Promise<EntryResult>;
  /** Resolves when its order has left. */
  readonly left: Promise<void>;
  /** Takes it back as far as nothing was sent. May repeat. */
  readonly stop: () => void;
}

/** Entries of this process that began ahead of their workflows, by the token of their arming. */
export interface HeadStarts {
  /** True from the time it is added until it is handed over. */
  has(token: string): boolean;
  add(token: string, entry: HeadStart): void;
  /** Hands an entry over to who asks for it first; null when there is none. */
  take(token: string): HeadStart | null;
  /**
   * Resolves when the order has left, or the entry waits for something or has ended: what can wait
   * leaves processor and servers to it. At once when there is none here, or it was handed over.
   */
  leftOf(token: string): Promise<void>;
}

/** A workflow that runs asks within milliseconds; one that was lost never does. */
const KEPT_MS = 300_000;
/** An entry that takes longer waits for the world: nobody gains by waiting with it. */
const GIVES_WAY_MS = 250;

export const createHeadStarts = (): HeadStarts => {
  const entries = new Map<string, HeadStart & { readonly gaveWay: Promise<void> }>();
  return {
    has: (token) => entries.has(token),
    add: (token, entry) => {
      entries.set(token, { ...entry, gaveWay: gaveWay(entry) });
      entry.result.catch(() => undefined); // told to who takes it
      setTimeout(() => entries.delete(token), KEPT_MS).unref();
    },
    take: (token) => {
      const found = entries.get(token) ?? null;
      entries.delete(token);
      return found;
    },
    leftOf: (token) => entries.get(token)?.gaveWay ?? Promise.resolve(),
  };
};

const gaveWay = ({ left, result }: HeadStart): Promise<void> => {
  const ended = result.then(
    () => undefined,
    () => undefined,
  );
  const late = new Promise<void>((resolve) => {
    setTimeout(resolve, GIVES_WAY_MS).unref();
  });
  return Promise.race([left, ended, late]);
};
