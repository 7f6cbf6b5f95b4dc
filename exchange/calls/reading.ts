import { ExchangeError } from '../failure.ts';

/** Records that could not be read: kept and counted, never thrown. */
export interface Malformed {
  readonly text: string;
  readonly because: string;
}

/** Reads each item by itself, so that one odd record does not hide the others. */
export const readEach = <T, Item = unknown>(
  items: readonly Item[],
  read: (item: Item) => T,
): { readonly values: T[]; readonly malformed: Malformed[] } => {
  const values: T[] = [];
  const malformed: Malformed[] = [];
  for (const item of items) {
    try {
      values.push(read(item));
    } catch (error) {
      malformed.push({
        text: (JSON.stringify(item) ?? String(item)).slice(0, 500),
        because: error instanceof Error ? error.message.slice(0, 300) : String(error),
      });
    }
  }
  return { values, malformed };
};

/** A value out of an answer; what cannot be read is `malformed`, whoever noticed. */
export const reading = <T>(call: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 300) : String(error);
    throw new ExchangeError(call, { kind: 'malformed', status: 200, reason });
  }
};
