import type { OptionSchema } from '../../api/queries.ts';

// The API's own description of the trading options gives names, help and bounds: they are written
// once, in the schema that also validates.

export interface OptionRow {
  /** Dotted path, as errors name it. */
  readonly path: string;
  readonly value: string;
  /** Null where there is none. */
  readonly unit: string | null;
  /** What it means; null when the schema could not be read. */
  readonly help: string | null;
  /** Why its default is what it is. */
  readonly reason: string | null;
  /** "1 to 50", "off, armedByHand or all"; null when there are none. */
  readonly bounds: string | null;
  /** Null when it has none, and must be written. */
  readonly usual: string | null;
  readonly isUsual: boolean;
}

export interface OptionGroup {
  /** "" for what stands at the top. */
  readonly name: string;
  readonly rows: readonly OptionRow[];
}

/** Whether a value has members by name. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as a person reads it. */
export const valueText = (value: unknown): string => {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ');
  if (!isRecord(value)) return 'unknown';
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${valueText(inner)}`)
    .join(' ');
};

/** "1 to 50", "off, armedByHand or all"; null when there are no bounds. */
export const boundsOf = (schema: OptionSchema | undefined): string | null => {
  if (schema?.enum !== undefined)
    return `${schema.enum.slice(0, -1).join(', ')} or ${schema.enum.at(-1) ?? ''}`;
  if (schema?.maximum === undefined) return null;
  if (schema.exclusiveMinimum !== undefined)
    return `above ${schema.exclusiveMinimum}, at most ${schema.maximum}`;
  if (schema.minimum === undefined) return null;
  return `${schema.minimum} to ${schema.maximum}`;
};

const rowOf = (path: string, value: unknown, schema: OptionSchema | undefined): OptionRow => {
  const hasUsual = schema?.default !== undefined;
  return {
    path,
    value: valueText(value),
    unit: value === null ? null : (schema?.unit ?? null),
    help: schema?.description ?? null,
    reason: schema?.reason ?? null,
    bounds: boundsOf(schema),
    usual: hasUsual ? valueText(schema.default) : null,
    isUsual: hasUsual && JSON.stringify(value) === JSON.stringify(schema.default),
  };
};

/** A default may be written at the group instead of its member. */
const withUsual = (schema: OptionSchema | undefined, usual: unknown): OptionSchema | undefined =>
  schema === undefined || schema.default !== undefined || usual === undefined
    ? schema
    : { ...schema, default: usual };

/** Options by group, in the order in which they are written. One level of groups is enough here. */
export const optionGroups = (
  options: Readonly<Record<string, unknown>>,
  schema: OptionSchema | null,
): readonly OptionGroup[] => {
  const entries = Object.entries(options);
  const group = ([name, value]: [string, unknown]): readonly OptionGroup[] => {
    if (!isRecord(value)) return [];
    const inner = schema?.properties?.[name];
    const usual = isRecord(inner?.default) ? inner.default : {};
    const rows = Object.entries(value).map(([key, each]) =>
      rowOf(`${name}.${key}`, each, withUsual(inner?.properties?.[key], usual[key])),
    );
    return [{ name, rows }];
  };
  const top = entries
    .filter(([, value]) => !isRecord(value))
    .map(([name, value]) => rowOf(name, value, schema?.properties?.[name]));
  return [{ name: '', rows: top }, ...entries.flatMap(group)];
};

/** What a first configuration begins with: every default; amounts stay empty, for a person to set. */
export const firstOptions = (schema: OptionSchema | null): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(schema?.properties ?? {}).map(([name, inner]) => [name, firstValue(inner)]),
  );

const firstValue = (schema: OptionSchema): unknown => {
  if (schema.properties === undefined) return schema.default === undefined ? '' : schema.default;
  return { ...firstOptions(schema), ...(isRecord(schema.default) ? schema.default : {}) };
};

/** Where the field of a path such as "options.exit.stop" begins in JSON text; -1 when nowhere. */
export const fieldOffset = (text: string, path: string): number => {
  let offset = 0;
  let found = -1;
  for (const name of path.replace(/^options\./, '').split('.')) {
    if (/^\d+$/.test(name)) continue; // a place in a list: its list is near enough
    found = text.indexOf(`"${name}"`, offset);
    if (found < 0) return -1;
    offset = found + 1;
  }
  return found;
};
