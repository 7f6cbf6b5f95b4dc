import type { OptionSchema } from './queries.ts';

/** As JSON Schema writes it: "or null" is a choice of two schemas. */
interface WrittenSchema extends Omit<OptionSchema, 'items' | 'properties' | 'isNullable'> {
  readonly anyOf?: readonly WrittenSchema[];
  readonly items?: WrittenSchema;
  readonly properties?: Readonly<Record<string, WrittenSchema>>;
}

/** The same schema with "or null" as a mark, at every depth. */
export const plainSchema = ({ anyOf, items, properties, ...rest }: WrittenSchema): OptionSchema => {
  const value = anyOf?.find(({ type }) => type !== 'null');
  if (value !== undefined) return { ...plainSchema(value), ...rest, isNullable: true };
  const inner = Object.entries(properties ?? {}).map(([name, each]) => [name, plainSchema(each)]);
  return {
    ...rest,
    ...(items === undefined ? {} : { items: plainSchema(items) }),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(inner) as NonNullable<OptionSchema['properties']> }), // mapped from properties
  };
};
