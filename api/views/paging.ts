/** Position of a row in a list that is ordered by time, newest first, then by id. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

/** Reads what `cursorParam` has let through. */
export const readCursor = (text: string | undefined): Cursor | null => {
  if (text === undefined) return null;
  const end = text.indexOf('__');
  return { at: new Date(text.slice(0, end)), id: text.slice(end + 2) };
};

/** The page of `limit + 1` rows that were read, and where the next one begins. */
export const page = <Row, View>(
  rows: readonly Row[],
  limit: number,
  of: { readonly position: (row: Row) => Cursor; readonly view: (row: Row) => View },
): { items: View[]; nextCursor: string | null } => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  const position = more ? of.position(last) : null;
  return {
    items: shown.map(of.view),
    nextCursor: position === null ? null : `${position.at.toISOString()}__${position.id}`,
  };
};

/**
 * Rows after the cursor, for a table with `column` and `key`. The bound on the column alone says the
 * same again: by it an index begins at the cursor, which it cannot by the alternatives.
 */
export const after = (cursor: Cursor | null, column: string, key = 'id'): object =>
  cursor === null
    ? {}
    : {
        [column]: { lte: cursor.at },
        OR: [{ [column]: { lt: cursor.at } }, { [column]: cursor.at, [key]: { lt: cursor.id } }],
      };
