import { z } from '@hono/zod-openapi';

/** Shapes that several nouns use. Amounts are decimal text, times ISO 8601 in UTC. */
export const amount = (help: string) =>
  z.string().openapi({ description: help, example: '12.5', format: 'decimal' });

export const signedAmount = (help: string) =>
  z.string().openapi({ description: help, example: '-1.25', format: 'decimal' });

export const time = (help: string) =>
  z
    .string()
    .openapi({ description: help, format: 'date-time', example: '2026-06-01T08:00:00.000Z' });

/** Written by hand: a coerced number would be published as "number or null". */
export const limitParam = z
  .string()
  .regex(/^\d{1,4}$/, 'must be a whole number from 1 to 200')
  .transform(Number)
  .pipe(z.number().int().min(1).max(200))
  .default(50)
  .openapi({ type: 'integer', minimum: 1, maximum: 200, default: 50 });

export const offsetParam = z
  .string()
  .regex(/^\d{1,6}$/, 'must be a whole number from 0 to 999999')
  .transform(Number)
  .pipe(z.number().int().min(0).max(999_999))
  .optional()
  .openapi({ type: 'integer', minimum: 0, maximum: 999_999 });

const DAY_MS = 86_400_000;

/** How far back a sum looks, whole days. */
export const daysQuery = z.object({
  days: z
    .string()
    .regex(/^\d{1,4}$/, 'must be whole days from 1 to 3660')
    .transform(Number)
    .pipe(z.number().int().min(1).max(3660))
    .default(30)
    .openapi({ type: 'integer', minimum: 1, maximum: 3660, default: 30 }),
});

/** The instant from which so many days count. */
export const daysBefore = (nowMs: number, days: number): Date => new Date(nowMs - days * DAY_MS);

const cursorOf = (id: RegExp) =>
  z
    .string()
    .refine(
      (text) => {
        const [at = '', ...rest] = text.split('__');
        return z.iso.datetime({ precision: 3 }).safeParse(at).success && id.test(rest.join('__'));
      },
      { message: 'must be a nextCursor of an earlier answer' },
    )
    .optional()
    .openapi({ description: 'nextCursor of the page before' });

/** Position in a list: the time and id of the last row seen. */
export const cursorParam = cursorOf(/^[A-Za-z0-9_-]{1,64}$/);
/** The same, of a list whose ids are UUIDs. */
export const uuidCursorParam = cursorOf(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

export const sinceParam = z.iso
  .datetime({ message: 'must be an ISO 8601 time in UTC such as 2026-06-01T08:00:00Z' })
  .optional()
  .openapi({ description: 'only what is not older', format: 'date-time' });

/**
 * One line of text, trimmed. The controls are written out: not every tool that reads the contract
 * knows the names of character classes.
 */
export const plainText = (max: number) => {
  const said = `must be 1 to ${max} characters, none of them control characters`;
  const pattern = new RegExp(String.raw`^[^\u0000-\u001F\u007F-\u009F]{1,${max}}$`, 'u');
  return z
    .string()
    .trim()
    .regex(pattern, said)
    .refine((text) => !/\p{Cs}/u.test(text), said);
};

export const symbolParam = plainText(80)
  .optional()
  .openapi({ description: 'a pair as the exchange names it', example: 'ABCUSDT' });

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be an id');
export const idParams = z.object({ id: id.openapi({ param: { name: 'id', in: 'path' } }) });

const uuid = z.uuid({ message: 'must be a UUID' });
export const uuidParams = z.object({ id: uuid.openapi({ param: { name: 'id', in: 'path' } }) });

/** One page of a list. `nextCursor` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T, name: string) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() }).openapi(name);

/** Why a person does something: one line that the record can keep. */
export const reasonText = plainText(200).openapi({ example: 'prices look odd' });

/** The same call again, told by a key of the caller's own. */
export const keyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/, 'must be 1 to 100 visible ASCII characters')
    .optional()
    .openapi({ description: 'the same key again is the same call: it is answered the same' }),
});
