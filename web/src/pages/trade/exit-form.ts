import type { TradeDetailView } from '#api/schemas/trade-detail.ts';
import type { OptionSchema } from '../../api/queries.ts';

// The exits of a plan as a form: what a person typed stays text until all of it can be read.

export type Exits = NonNullable<TradeDetailView['plan']>['exits'];

interface DraftLeg {
  /** Tells rows of the form apart while they are added and removed. */
  readonly key: number;
  readonly gain: string;
  /** Percent of the whole position; the API counts fractions. */
  readonly part: string;
}

/** Fields that are one number each, named as the API names their path. */
export const numberFields = [
  'stop',
  'trailing.arm',
  'trailing.distance',
  'timeStop',
  'maxHold',
  'stopConfirm',
  'profitFloor',
  'stepEvery',
] as const;
export type NumberField = (typeof numberFields)[number];

export interface ExitDraft {
  readonly numbers: Readonly<Record<NumberField, string>>;
  readonly ladder: readonly DraftLeg[];
  readonly isTrailing: boolean;
  /** Number of the target; empty for never. */
  readonly breakEven: string;
  /** Numbers with commas between. */
  readonly slackSteps: string;
  readonly market: boolean;
}

/** What is wrong, by the path of the field, as the API would name it. */
export type Problems = Readonly<Record<string, string>>;

const FIRST_TRAILING = { arm: 25, distance: 12 };

const percentOf = (fraction: number): string => String(Number((fraction * 100).toPrecision(12)));

export const draftOf = (exits: Exits): ExitDraft => {
  const trailing = exits.trailing ?? FIRST_TRAILING;
  return {
    numbers: {
      stop: String(exits.stop),
      'trailing.arm': String(trailing.arm),
      'trailing.distance': String(trailing.distance),
      timeStop: String(exits.timeStop),
      maxHold: String(exits.maxHold),
      stopConfirm: String(exits.stopConfirm),
      profitFloor: String(exits.profitFloor),
      stepEvery: String(exits.stepEvery),
    },
    ladder: exits.ladder.map((leg, key) => ({
      key,
      gain: String(leg.gain),
      part: percentOf(leg.fraction),
    })),
    isTrailing: exits.trailing !== null,
    breakEven: exits.breakEven === null ? '' : String(exits.breakEven),
    slackSteps: exits.slackSteps.join(', '),
    market: exits.market,
  };
};

/** The draft with one more target above the last. */
export const withLeg = (draft: ExitDraft): ExitDraft => ({
  ...draft,
  ladder: [
    ...draft.ladder,
    { key: Math.max(-1, ...draft.ladder.map((leg) => leg.key)) + 1, gain: '', part: '' },
  ],
});

/** A number as typed: a comma may stand for the point. Null when it is none. */
const numberOf = (text: string): number | null => {
  const plain = text.trim().replace(',', '.');
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
};

/** Looks up the schema of a path such as "trailing.arm". */
export const schemaAt = (schema: OptionSchema | null, path: string): OptionSchema | undefined => {
  let found: OptionSchema | undefined = schema ?? undefined;
  for (const name of path.split('.'))
    found = /^\d+$/.test(name) ? found?.items : found?.properties?.[name];
  return found;
};

/** "1 to 90"; null when there are no bounds. */
export const boundsText = (schema: OptionSchema | undefined): string | null =>
  schema?.minimum === undefined || schema.maximum === undefined
    ? null
    : `${schema.minimum} to ${schema.maximum}`;

/** What is wrong with one number, or null. The server judges the same and more. */
const problemOf = (text: string, schema: OptionSchema | undefined): string | null => {
  const value = numberOf(text);
  if (value === null) return text.trim() === '' ? 'is required' : `"${text}" is not a number`;
  if (schema?.type === 'integer' && !Number.isInteger(value)) return 'must be a whole number';
  const isOutside = value < (schema?.minimum ?? value) || value > (schema?.maximum ?? value);
  return isOutside ? `must be ${boundsText(schema) ?? 'within its bounds'}` : null;
};

/** Fields that do not count while the trailing stop is off. */
const isAsked = (draft: ExitDraft, name: NumberField): boolean =>
  draft.isTrailing || !name.startsWith('trailing.');

const PART = { minimum: 0.01, maximum: 100 };

const problemsOf = (draft: ExitDraft, schema: OptionSchema | null): Problems => {
  const found: [string, string | null][] = [
    ...draft.ladder.flatMap((leg, n): [string, string | null][] => [
      [`ladder.${n}.gain`, problemOf(leg.gain, schemaAt(schema, `ladder.${n}.gain`))],
      [`ladder.${n}.fraction`, problemOf(leg.part, PART)],
    ]),
    ...numberFields
      .filter((name) => isAsked(draft, name))
      .map((name): [string, string | null] => [
        name,
        problemOf(draft.numbers[name], schemaAt(schema, name)),
      ]),
    ['slackSteps', slackProblem(draft, schema)],
  ];
  return Object.fromEntries(
    found.flatMap(([path, problem]) => (problem === null ? [] : [[path, problem]])),
  );
};

/** Steps are written with a comma between, so a decimal comma cannot be meant here. */
const stepsOf = (draft: ExitDraft): readonly string[] =>
  draft.slackSteps.split(',').map((step) => step.trim());

const slackProblem = (draft: ExitDraft, schema: OptionSchema | null): string | null =>
  stepsOf(draft)
    .map((step) => problemOf(step, schemaAt(schema, 'slackSteps.0')))
    .find((problem) => problem !== null) ?? null;

export type ReadDraft =
  | { readonly kind: 'exits'; readonly exits: Exits }
  | { readonly kind: 'problems'; readonly problems: Problems };

/** The exits of a draft, or every field that cannot be read. `before` keeps what is not asked for. */
export const readDraft = (
  draft: ExitDraft,
  before: Exits,
  schema: OptionSchema | null,
): ReadDraft => {
  const problems = problemsOf(draft, schema);
  if (Object.keys(problems).length > 0) return { kind: 'problems', problems };
  const read = (text: string): number => numberOf(text) ?? Number.NaN; // checked above
  const number = (name: NumberField): number => read(draft.numbers[name]);
  const exits: Exits = {
    ...before,
    ladder: draft.ladder.map((leg) => ({
      gain: read(leg.gain),
      fraction: Number((read(leg.part) / 100).toPrecision(12)),
    })),
    stop: number('stop'),
    stopConfirm: number('stopConfirm'),
    trailing: draft.isTrailing
      ? { arm: number('trailing.arm'), distance: number('trailing.distance') }
      : null,
    breakEven: draft.breakEven === '' ? null : Number(draft.breakEven),
    timeStop: number('timeStop'),
    maxHold: number('maxHold'),
    slackSteps: stepsOf(draft).map(read),
    stepEvery: number('stepEvery'),
    profitFloor: number('profitFloor'),
    market: draft.market,
  };
  return { kind: 'exits', exits };
};

/** Problems of a 422 by field: its paths begin with "exits.". Several of one field are joined. */
export const problemsOfDetails = (details: unknown): Problems => {
  const found: Record<string, string> = {};
  if (!Array.isArray(details)) return found;
  for (const each of details as { path: string; problem: string }[]) {
    const path = each.path.replace(/^exits\./, '');
    found[path] = found[path] === undefined ? each.problem : `${found[path]}; ${each.problem}`;
  }
  return found;
};
