import { isSecretField } from './secret-fields.ts';
import type { ErrorCode, FieldProblem } from './schemas/error.ts';

/** An answer that is not success: one of the closed codes, a sentence, and what is wrong. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: ErrorCode;
  readonly details: FieldProblem[] | Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    details?: FieldProblem[] | Record<string, unknown>,
  ) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** A 422 that lists every field: where, what is wrong, and what was sent. */
export const problemFromZod = (
  error: { readonly issues: readonly Issue[] },
  received: unknown,
): ApiProblem => {
  const details = error.issues.flatMap((issue) => fieldsOf(issue, received));
  const first = details[0];
  const more = details.length > 1 ? ` (and ${details.length - 1} more)` : '';
  const text = first === undefined ? 'not valid' : `${first.path || 'body'}: ${first.problem}`;
  return new ApiProblem('VALIDATION_FAILED', `${text}${more}`, details);
};

const fieldsOf = (issue: Issue, received: unknown): FieldProblem[] => {
  const at = (path: readonly PropertyKey[], problem: string): FieldProblem => {
    const shown = !path.some((part) => isSecretField(String(part)));
    const value = shown ? valueAt(received, path) : undefined;
    return { path: path.map(String).join('.'), problem, ...(value === undefined ? {} : { value }) };
  };
  return issue.code === 'unrecognized_keys'
    ? (issue.keys ?? []).map((key) => at([...issue.path, key], 'is not an option'))
    : [at(issue.path, issue.message)];
};

const valueAt = (from: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    from,
  );
