import { rowFields, type OptionField } from './option-fields.ts';
import { isRecord } from './option-schema.ts';

// Options as a form: what a person typed stays text until all of it can be read.

export type Options = Readonly<Record<string, unknown>>;

export interface DraftRow {
  /** Tells rows apart while they are added and removed. */
  readonly key: number;
  /** By the name of the part: "gain", "fraction". */
  readonly texts: Readonly<Record<string, string>>;
}

export interface OptionDraft {
  /** By path; ON and OFF for what is ticked. */
  readonly texts: Readonly<Record<string, string>>;
  readonly rows: Readonly<Record<string, readonly DraftRow[]>>;
  /** What the fields were filled from: what no field shows is kept from it. */
  readonly from: Options;
}

export const ON = 'on';
export const OFF = 'off';

const valueAt = (options: Options, path: string): unknown => {
  let found: unknown = options;
  for (const name of path.split('.')) found = isRecord(found) ? found[name] : undefined;
  return found;
};

const withValue = (options: Options, path: string, value: unknown): Options => {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...options, [name]: value };
  const inner = options[name];
  return { ...options, [name]: withValue(isRecord(inner) ? inner : {}, rest.join('.'), value) };
};

const isPlain = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

const plainText = (value: unknown): string => (isPlain(value) ? String(value) : '');

/** The text of a value in its field; null when the field cannot show such a value. */
const shownText = ({ kind, schema }: OptionField, value: unknown): string | null => {
  switch (kind) {
    case 'flag':
      return typeof value === 'boolean' ? (value ? ON : OFF) : null;
    case 'presence':
      return value === null || isRecord(value) ? (value === null ? OFF : ON) : null;
    case 'choice':
      return typeof value === 'string' && schema.enum?.includes(value) === true ? value : null;
    case 'names':
    case 'numbers':
      return Array.isArray(value) && value.every(isPlain) ? value.join(', ') : null;
    case 'amount':
    case 'number':
      return value === null ? '' : isPlain(value) ? String(value) : null;
    case 'rows':
      return null;
  }
};

/** "gain" of the field "exit.ladder.*.gain". */
export const partName = ({ path }: OptionField): string => path.split('.').at(-1) ?? '';

const rowsOf = (field: OptionField, value: unknown): readonly DraftRow[] | null => {
  if (!Array.isArray(value)) return null;
  const names = rowFields(field).map(partName);
  const rows = value.map((each: unknown, key) => {
    const isShown =
      isRecord(each) &&
      Object.entries(each).every(([name, part]) => names.includes(name) && isPlain(part));
    if (!isShown) return null;
    return {
      key,
      texts: Object.fromEntries(names.map((name) => [name, plainText(each[name])])),
    };
  });
  return rows.includes(null) ? null : rows.filter((row) => row !== null);
};

/** Null where the group of a field is none: its members are not asked for. */
const valueOf = ({ path, needs, schema }: OptionField, options: Options): unknown => {
  const isAbsent = needs !== null && valueAt(options, needs) === null;
  const written = isAbsent ? undefined : valueAt(options, path);
  if (written !== undefined) return written;
  return schema.default ?? (schema.properties === undefined ? null : {});
};

export type Shown =
  | { readonly kind: 'draft'; readonly draft: OptionDraft }
  /** A value at `path` has no field that could show it: only JSON can. */
  | { readonly kind: 'unshowable'; readonly path: string };

/** The fields filled from options; an option that is not written shows its default. */
export const draftOf = (options: Options, fields: readonly OptionField[]): Shown => {
  const texts: Record<string, string> = {};
  const rows: Record<string, readonly DraftRow[]> = {};
  for (const field of fields) {
    const value = valueOf(field, options);
    const shown = field.kind === 'rows' ? rowsOf(field, value) : shownText(field, value);
    if (shown === null) return { kind: 'unshowable', path: field.path };
    if (typeof shown === 'string') texts[field.path] = shown;
    else rows[field.path] = shown;
  }
  return { kind: 'draft', draft: { texts, rows, from: options } };
};

/** The members of a list as it is typed: with commas or spaces between. */
export const partsOf = (text: string): readonly string[] =>
  text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** A number as it is typed: with a point, for "1,000" could mean two things. */
export const NUMBER = /^-?\d+(\.\d+)?$/;

/** A number that can be read; the text itself when it cannot, so that nothing typed is lost. */
const readNumber = (text: string): number | string => (NUMBER.test(text) ? Number(text) : text);

/** What a text means as a value of its kind. */
const readValue = ({ kind, schema }: OptionField, typed: string): unknown => {
  const text = typed.trim();
  switch (kind) {
    case 'flag':
      return text === ON;
    case 'choice':
      return text;
    case 'names':
      return partsOf(text);
    case 'numbers':
      return partsOf(text).map(readNumber);
    case 'amount':
      return text === '' && schema.isNullable === true ? null : text;
    case 'number':
      return text === '' && schema.isNullable === true ? null : readNumber(text);
    case 'presence':
    case 'rows':
      return null; // read as a whole, see optionsOf
  }
};

const readRows = (field: OptionField, rows: readonly DraftRow[]): readonly Options[] =>
  rows.map(({ texts }) =>
    Object.fromEntries(
      rowFields(field).map((part) => {
        const name = partName(part);
        return [name, readValue(part, texts[name] ?? '')];
      }),
    ),
  );

/** Whether a field is asked for: not while what it belongs to is switched off. */
export const isAsked = ({ needs }: OptionField, draft: OptionDraft): boolean =>
  needs === null || draft.texts[needs] === ON;

/** The options that a draft means. What cannot be read stays the text it is. */
export const optionsOf = (draft: OptionDraft, fields: readonly OptionField[]): Options => {
  let options = draft.from;
  for (const field of fields) {
    if (!isAsked(field, draft)) continue;
    const { path, kind } = field;
    const text = draft.texts[path] ?? '';
    if (kind === 'rows')
      options = withValue(options, path, readRows(field, draft.rows[path] ?? []));
    else if (kind !== 'presence') options = withValue(options, path, readValue(field, text));
    else if (text === OFF) options = withValue(options, path, null);
  }
  return options;
};

/** The draft with one more empty row. */
export const withRow = (draft: OptionDraft, path: string): OptionDraft => {
  const rows = draft.rows[path] ?? [];
  const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
  return { ...draft, rows: { ...draft.rows, [path]: [...rows, { key, texts: {} }] } };
};
