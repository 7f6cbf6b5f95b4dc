/** The part of JSON Schema that our routes use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

type Named = Readonly<Record<string, JsonSchema>>;

const TEXTS: Readonly<Record<string, string>> = {
  'date-time': '2026-06-01T08:00:00.000Z',
  uuid: '3f0c8a52-6d1e-4b7a-9c24-5e8f7a6b1d90',
  decimal: '12.5',
};

/**
 * A value that fits a schema: its own example where it has one, else its default, its first choice,
 * or something plain. An example that does not fit its pattern is found by the tests.
 */
export const exampleOf = (schema: JsonSchema, named: Named): unknown => {
  if (schema.example !== undefined) return schema.example;
  if (schema.$ref !== undefined) return exampleOf(target(schema.$ref, named), named);
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (choice !== undefined) return exampleOf(choice, named);
  if (schema.allOf !== undefined) return merged(schema.allOf, named);
  return plain(schema, named);
};

const target = (ref: string, named: Named): JsonSchema => {
  const found = named[ref.replace('#/components/schemas/', '')];
  if (found === undefined) throw new Error(`the contract has no ${ref}`);
  return found;
};

const merged = (parts: readonly JsonSchema[], named: Named): unknown => {
  const values = parts.map((part) => exampleOf(part, named));
  return values.every((value) => typeof value === 'object' && value !== null)
    ? Object.assign({}, ...values)
    : values[0];
};

const plain = (schema: JsonSchema, named: Named): unknown => {
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  if (type === 'object') return fieldsOf(schema, named);
  if (type === 'array') return schema.items === undefined ? [] : [exampleOf(schema.items, named)];
  if (type === 'string') return TEXTS[schema.format ?? ''] ?? 'text';
  if (type === 'integer' || type === 'number')
    return Math.max(schema.minimum ?? 1, Math.min(schema.maximum ?? 1, 1));
  if (type === 'boolean') return true;
  return type === 'null' ? null : {};
};

const fieldsOf = ({ properties = {} }: JsonSchema, named: Named): object =>
  Object.fromEntries(
    Object.entries(properties).map(([name, each]) => [name, exampleOf(each, named)]),
  );
