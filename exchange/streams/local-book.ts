import { compare, isZero, price, quantity, type Price, type Quantity } from '#domain/amount.ts';
import type { BookLevel } from '#domain/market.ts';

/** A book at a version; bids from the highest, asks from the lowest. */
export interface BookSnapshot {
  readonly version: bigint;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

/** Changes of a book. Quantities are absolute; zero removes the level. */
export interface BookDiff {
  readonly from: bigint;
  readonly to: bigint;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

/** A pair's book put together from a snapshot and the diffs that continue it. */
export interface LocalBook {
  /** False when a version is missing: the book is empty then until the next snapshot. */
  apply(diff: BookDiff): boolean;
  /** Nothing is known until the next snapshot; diffs are kept for it. */
  lose(): void;
  /** False when the diffs heard so far do not reach back to it: ask for a newer one. */
  restore(snapshot: BookSnapshot): boolean;
  /** The best levels of each side; null without a snapshot. */
  best(levels: number): { readonly bids: BookLevel[]; readonly asks: BookLevel[] } | null;
}

/** Diffs kept while a snapshot is awaited: 10 s of a channel that pushes every 10 ms. */
const WAITING_MAX = 1000;

type Side = Map<string, { readonly price: Price; readonly quantity: Quantity }>;

export const createLocalBook = (): LocalBook => {
  const bids: Side = new Map();
  const asks: Side = new Map();
  let version: bigint | null = null;
  let waiting: BookDiff[] = [];
  const lose = () => {
    version = null;
    bids.clear();
    asks.clear();
  };
  const append = (diff: BookDiff): boolean => {
    if (version === null || diff.to <= version) return version !== null;
    if (diff.from > version + 1n) return false;
    put(bids, diff.bids);
    put(asks, diff.asks);
    version = diff.to;
    return true;
  };
  return {
    apply: (diff) => {
      if (version !== null && append(diff)) return true;
      // What was heard before the gap cannot continue any snapshot that is yet to come.
      if (version !== null) waiting = [];
      lose();
      waiting.push(diff);
      if (waiting.length > WAITING_MAX) waiting.shift();
      return false;
    },
    lose,
    restore: (snapshot) => {
      lose();
      version = snapshot.version;
      put(bids, snapshot.bids);
      put(asks, snapshot.asks);
      if (!waiting.every(append)) {
        lose();
        return false;
      }
      waiting = [];
      return true;
    },
    best: (levels) =>
      version === null ? null : { bids: sorted(bids, levels, -1), asks: sorted(asks, levels, 1) },
  };
};

/** By value, not by text: "0.10" and "0.1" are one level. */
const keyOf = (at: Price): string => at.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

const put = (side: Side, levels: readonly BookLevel[]): void => {
  for (const level of levels) {
    if (isZero(level.quantity)) side.delete(keyOf(level.price));
    else side.set(keyOf(level.price), level);
  }
};

const sorted = (side: Side, levels: number, direction: 1 | -1): BookLevel[] =>
  [...side.values()].toSorted((a, b) => direction * compare(a.price, b.price)).slice(0, levels);

/** A level of a frame; a quantity that is left out on the wire is zero. */
export const toBookLevel = (item: { price: string; quantity?: string }): BookLevel => ({
  price: price(item.price),
  quantity: quantity(item.quantity === undefined || item.quantity === '' ? '0' : item.quantity),
});

/** Digits of a frame; throws RangeError for none: a missing version is not version 0. */
export const toVersion = (text: string | undefined): bigint => {
  if (text === undefined || !/^\d{1,20}$/.test(text))
    throw new RangeError(`a book version must be digits; got ${JSON.stringify(text)}`);
  return BigInt(text);
};
