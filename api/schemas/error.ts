import { z } from '@hono/zod-openapi';

/** The closed set of codes, with the status each is sent with. */
export const errorStatus = {
  VALIDATION_FAILED: 422,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  UPSTREAM_FAILED: 502,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL: 500,
} as const;

export type ErrorCode = keyof typeof errorStatus;

const codes = Object.keys(errorStatus) as [ErrorCode, ...ErrorCode[]];

export const fieldProblem = z
  .object({
    path: z
      .string()
      .openapi({ description: 'dotted path of the field', example: 'options.exit.stop' }),
    problem: z.string(),
    value: z
      .unknown()
      .optional()
      .openapi({ description: 'what was sent; absent when nothing was' }),
  })
  .openapi('FieldProblem');

export const errorEnvelope = z
  .object({
    error: z.object({
      code: z.enum(codes),
      message: z.string(),
      requestId: z.string(),
      details: z
        .union([z.array(fieldProblem), z.record(z.string(), z.unknown())])
        .optional()
        .openapi({ description: 'every field of a 422; the phase of a 409' }),
    }),
  })
  .openapi('Error');

export type FieldProblem = z.infer<typeof fieldProblem>;
export type ErrorEnvelope = z.infer<typeof errorEnvelope>;

const problem = (description: string) => ({
  description,
  content: { 'application/json': { schema: errorEnvelope } },
});

/** What a route may answer that needs no role, besides success. */
export const openProblems = {
  401: problem('what should prove who you are does not'),
  422: problem('a parameter or the body is not valid; details lists every field'),
  429: problem('too many at once; Retry-After says how long to wait'),
  500: problem('our fault; the log has the request id'),
  503: problem('the database or Temporal is away; try again'),
} as const;

/** What any route may answer besides success. */
export const problems = {
  ...openProblems,
  403: problem('your role does not include it, or a foreign page asked'),
} as const;

export const notFound = { 404: problem('there is no such row') } as const;
export const conflict = { 409: problem('the present state does not allow it') } as const;
