import type { OptionSchema } from '../../api/queries.ts';
import { wordsOf } from '../../lib/format.ts';
import { boundsOf, isRecord, valueText } from './option-schema.ts';

// One field per trading option, as the API describes it. An option that is new there is a field here
// without a change: only where it stands is chosen below.

type Kind = 'amount' | 'number' | 'flag' | 'choice' | 'names' | 'numbers' | 'rows' | 'presence';

export interface OptionField {
  /** Dotted, as errors name it. */
  readonly path: string;
  readonly label: string;
  readonly kind: Kind;
  readonly unit: string | null;
  /** What it means, what is allowed, what is usual. */
  readonly hint: string;
  /** Why that is usual, or why nothing is. */
  readonly reason: string | null;
  readonly schema: OptionSchema;
  /** The `presence` without which it is not asked for; null when it always is. */
  readonly needs: string | null;
}

export interface OptionSection {
  readonly name: string;
  readonly fields: readonly OptionField[];
}

const SECTIONS: readonly { readonly name: string; readonly begins: readonly string[] }[] = [
  {
    name: 'Amounts and risk limits',
    begins: [
      'quoteAmount',
      'maxQuotePerTrade',
      'dailySpend',
      'dailyLoss',
      'maxDrawdown',
      'maxOpenPositions',
      'maxTradesPerHour',
      'safetyEnabled',
    ],
  },
  { name: 'Cooldown', begins: ['cooldown'] },
  {
    name: 'Detection: what may be bought',
    begins: [
      'autoTrade',
      'quotes',
      'denyBases',
      'allowBases',
      'surprises',
      'minConfidence',
      'maxNewPerPoll',
    ],
  },
  { name: 'Entry', begins: ['entry'] },
  { name: 'Exit', begins: ['exit'] },
  {
    name: 'Orders and guards',
    begins: [
      'recvWindow',
      'orderRate',
      'exitReserve',
      'stalePrice',
      'blindAlert',
      'reconcileEvery',
    ],
  },
  { name: 'Dry run', begins: ['dryRun'] },
  { name: 'Going live', begins: ['liveConfirmation'] },
];

/** Groups that are a section: its heading says their name already. */
const ALONE = new Set(SECTIONS.flatMap(({ begins }) => (begins.length === 1 ? begins : [])));

const kindOf = (schema: OptionSchema): Kind => {
  if (schema.properties !== undefined) return 'presence';
  if (schema.enum !== undefined) return 'choice';
  if (schema.type === 'boolean') return 'flag';
  if (schema.type === 'string') return 'amount';
  if (schema.type !== 'array') return 'number';
  if (schema.items?.properties !== undefined) return 'rows';
  return schema.items?.type === 'string' ? 'names' : 'numbers';
};

const NO_DEFAULT = 'no default: yours to choose';

const hintOf = (schema: OptionSchema): string => {
  const parts = [
    schema.description ?? '',
    schema.enum === undefined ? (boundsOf(schema) ?? '') : '',
    schema.isNullable === true && schema.properties === undefined ? 'empty for none' : '',
    schema.default === undefined ? NO_DEFAULT : `default ${valueText(schema.default)}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
};

const fieldOf = (path: string, schema: OptionSchema, needs: string | null): OptionField => {
  const [group = '', ...rest] = path.split('.');
  const isUnderItsName = rest.length > 0 && ALONE.has(group);
  return {
    path,
    label: wordsOf((isUnderItsName ? rest : [group, ...rest]).join(' ')),
    kind: kindOf(schema),
    unit: schema.unit ?? null,
    hint: hintOf(schema),
    reason: schema.reason ?? null,
    schema,
    needs,
  };
};

/** A default may be written at the group instead of its member. */
const memberOf = (group: OptionSchema, name: string, inner: OptionSchema): OptionSchema => {
  const usual = isRecord(group.default) ? group.default[name] : undefined;
  return inner.default !== undefined || usual === undefined ? inner : { ...inner, default: usual };
};

const fieldsUnder = (
  group: OptionSchema,
  before: string,
  needs: string | null,
): readonly OptionField[] =>
  Object.entries(group.properties ?? {}).flatMap(([name, inner]) => {
    const path = `${before}${name}`;
    const schema = memberOf(group, name, inner);
    if (schema.properties === undefined) return [fieldOf(path, schema, needs)];
    return schema.isNullable === true
      ? [fieldOf(path, schema, needs), ...fieldsUnder(schema, `${path}.`, path)]
      : fieldsUnder(schema, `${path}.`, needs);
  });

/** Every option that is described, each once, in the order of the description. */
export const optionFields = (schema: OptionSchema): readonly OptionField[] =>
  fieldsUnder(schema, '', null);

const isIn = (path: string, begins: readonly string[]): boolean =>
  begins.includes(path.split('.')[0] ?? '');

/** The fields in the order in which a person thinks of them; what nobody placed comes last. */
export const optionSections = (fields: readonly OptionField[]): readonly OptionSection[] => {
  const placed = SECTIONS.flatMap(({ begins }) => begins);
  return [
    ...SECTIONS.map(({ name, begins }) => ({
      name,
      fields: fields.filter(({ path }) => isIn(path, begins)),
    })),
    { name: 'More', fields: fields.filter(({ path }) => !isIn(path, placed)) },
  ].filter((section) => section.fields.length > 0);
};

/**
 * The parts of one row of a `rows` field: of a target, its gain and its fraction. `*` is its place.
 * A row is added by a person, so nobody expects a default of its parts.
 */
export const rowFields = ({ path, schema }: OptionField): readonly OptionField[] =>
  fieldsUnder(schema.items ?? {}, '', null).map((each) => ({
    ...each,
    path: `${path}.*.${each.path}`,
    hint: each.hint.replace(`; ${NO_DEFAULT}`, ''),
  }));
