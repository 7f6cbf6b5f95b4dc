import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';

// How questions are asked; which there are is in queries.ts and record-queries.ts.

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Beside the live stream everything is asked for again now and then, in case one was missed. */
export const AGAIN_MS = 30_000;

export const query = <T>(key: readonly string[], path: string, refetchInterval = AGAIN_MS) =>
  queryOptions({ queryKey: key, queryFn: () => call<T>(path), refetchInterval });

/** What follows in the address of the next page; null on the last. */
export const nextPage = (last: Page<unknown>): string | null =>
  last.nextCursor === null ? null : `&cursor=${encodeURIComponent(last.nextCursor)}`;
