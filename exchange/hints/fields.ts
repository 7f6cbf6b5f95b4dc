/** The first of the named fields that has a value; throws RangeError for what is no object. */
export const field = (item: unknown, ...names: string[]): unknown => {
  if (typeof item !== 'object' || item === null) throw new RangeError('not an object');
  const fields = new Map<string, unknown>(Object.entries(item));
  return names.map((name) => fields.get(name)).find((value) => value != null);
};

export const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
