/** A field that is not what it was; null where it was or is not there. */
export interface Change {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Fields by their dotted paths; lists count by their places. */
const fieldsOf = (value: unknown, path = ''): ReadonlyMap<string, string> => {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object')
    return new Map([[path, typeof value === 'string' ? value : JSON.stringify(value)]]);
  const fields = Object.entries(value).flatMap(
    ([name, each]: [string, unknown]): readonly (readonly [string, string])[] => {
      const below = path === '' ? name : `${path}.${name}`;
      return each === null ? [[below, 'null']] : [...fieldsOf(each, below)];
    },
  );
  return new Map(fields);
};

/** What differs between two JSON values, field by field, in the order in which they stand. */
export const changesOf = (before: unknown, after: unknown): readonly Change[] => {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const change = { path, before: old.get(path) ?? null, after: now.get(path) ?? null };
    return change.before === change.after ? [] : [change];
  });
};
