import type { OptionSchema } from '../../api/queries.ts';
import { isAsked, NUMBER, partName, partsOf, type OptionDraft } from './option-draft.ts';
import { rowFields, type OptionField } from './option-fields.ts';
import { boundsOf } from './option-schema.ts';

/** What is wrong, by path of the option: a sentence with what was typed. */
export type Problems = Readonly<Record<string, string>>;

const isOutside = (value: number, { minimum, maximum, exclusiveMinimum }: OptionSchema): boolean =>
  value < (minimum ?? value) ||
  value > (maximum ?? value) ||
  value <= (exclusiveMinimum ?? -Infinity);

const numberProblem = (text: string, schema: OptionSchema): string | null => {
  if (!NUMBER.test(text)) return `"${text}" is not a number such as 5 or 0.5`;
  const value = Number(text);
  if (schema.type === 'integer' && !Number.isInteger(value)) return `${text} is not a whole number`;
  return isOutside(value, schema) ? `${text} is not ${boundsOf(schema) ?? 'allowed'}` : null;
};

const amountProblem = (text: string, { pattern = '' }: OptionSchema): string | null => {
  if (!/^\d+(\.\d+)?$/.test(text)) return `"${text}" is not an amount such as 100 or 0.5`;
  return new RegExp(pattern).test(text) ? null : `${text} is too large, or has too many digits`;
};

const listProblem = ({ kind, schema }: OptionField, text: string): string | null => {
  const parts = partsOf(text);
  if (parts.length < (schema.minItems ?? 0)) return 'name at least one';
  if (parts.length > (schema.maxItems ?? Infinity))
    return `${parts.length} are too many: at most ${schema.maxItems}`;
  if (kind === 'names') return null;
  return (
    parts
      .map((part) => numberProblem(part, schema.items ?? {}))
      .find((problem) => problem !== null) ?? null
  );
};

/** What can be seen of one field without asking; null when nothing is wrong. */
const problemOf = (field: OptionField, typed: string): string | null => {
  const { kind, schema } = field;
  const text = typed.trim();
  const isEmpty = text === '';
  switch (kind) {
    case 'names':
    case 'numbers':
      return listProblem(field, text);
    case 'amount':
    case 'number':
      if (isEmpty) return schema.isNullable === true ? null : 'is required';
      return kind === 'amount' ? amountProblem(text, schema) : numberProblem(text, schema);
    case 'flag':
    case 'choice':
    case 'presence':
    case 'rows':
      return null; // nothing else than what is allowed can be chosen
  }
};

/** What is wrong with the fields that are asked for. The API judges the same, and more. */
export const problemsOf = (draft: OptionDraft, fields: readonly OptionField[]): Problems => {
  const found = fields
    .filter((field) => isAsked(field, draft))
    .flatMap((field): [string, string | null][] =>
      field.kind === 'rows'
        ? (draft.rows[field.path] ?? []).flatMap((row, n) =>
            rowFields(field).map((part): [string, string | null] => [
              part.path.replace('*', String(n)),
              problemOf(part, row.texts[partName(part)] ?? ''),
            ]),
          )
        : [[field.path, problemOf(field, draft.texts[field.path] ?? '')]],
    );
  return Object.fromEntries(
    found.flatMap(([path, problem]) => (problem === null ? [] : [[path, problem]])),
  );
};

/** Problems of a 422 by option; several of one are joined. Empty when the answer names none. */
export const problemsOfDetails = (details: unknown): Problems => {
  const found: Record<string, string> = {};
  if (!Array.isArray(details)) return found;
  for (const each of details as { path: string; problem: string }[]) {
    // the API's own schema
    const path = each.path.replace(/^options\./, '');
    found[path] = found[path] === undefined ? each.problem : `${found[path]}; ${each.problem}`;
  }
  return found;
};

/** Where a problem is shown: a list of numbers has one field for all of its members. */
const isShownAt = (path: string, fields: readonly OptionField[]): boolean =>
  fields.some(
    (field) =>
      field.path === path ||
      (field.kind === 'rows' &&
        rowFields(field).some((part) => part.path === path.replace(/\.\d+\./, '.*.'))),
  );

const isList = ({ kind }: OptionField): boolean => kind === 'names' || kind === 'numbers';

/** Problems at the fields that show them, and those that no field shows, as sentences. */
export const placed = (
  problems: Problems,
  fields: readonly OptionField[],
): { readonly shown: Problems; readonly others: readonly string[] } => {
  const shown: Record<string, string> = {};
  const others: string[] = [];
  for (const [path, problem] of Object.entries(problems)) {
    const list = fields.find((field) => isList(field) && path.startsWith(`${field.path}.`));
    if (list !== undefined) shown[list.path] = problem;
    else if (isShownAt(path, fields)) shown[path] = problem;
    else others.push(path === '' ? problem : `${path}: ${problem}`);
  }
  return { shown, others };
};
