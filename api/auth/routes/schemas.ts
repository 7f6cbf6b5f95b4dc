import { z } from '@hono/zod-openapi';
import { plainText, time } from '../../schemas/shared.ts';
import { roles } from '../caller.ts';
import { PASSWORD_MAX, PASSWORD_MIN } from '../sign-in.ts';

const userName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9, ".", "_" and "-"')
  .openapi({ example: 'operator' });
const role = z.enum(roles);
/** As it was typed: how long it must be is said where one is set. */
const typed = z.string().min(1).max(PASSWORD_MAX).openapi({ example: 'correct horse battery' });
const newPassword = z
  .string()
  .min(PASSWORD_MIN, `must have at least ${PASSWORD_MIN} characters`)
  .max(PASSWORD_MAX)
  .openapi({ example: 'correct horse battery' });
const code = z
  .string()
  .regex(/^\d{6}$/, 'must be six digits')
  .openapi({ example: '123456' });

export const linkInput = z.strictObject({
  secret: z.string().min(1).max(200).openapi({ description: 'what the link carries after #' }),
});
export const signInInput = z.strictObject({ name: userName, password: typed });
export const codeInput = z.strictObject({ code });
export const passwordInput = z.strictObject({
  password: newPassword,
  current: typed.optional().openapi({ description: 'the password until now, if there is one' }),
});
export const totpInput = z.strictObject({ password: typed });

export const signInState = z
  .object({
    state: z
      .enum(['signedIn', 'codeNeeded'])
      .openapi({ description: 'codeNeeded: send the authenticator code next' }),
  })
  .openapi('SignInState');

export const sessionView = z
  .object({
    name: z.string(),
    role,
    via: z.enum(['session', 'token', 'tokenFile']),
    passwordSet: z.boolean().openapi({ description: 'false: only links sign this user in' }),
    totp: z.boolean().openapi({ description: 'a code is asked for after the password' }),
  })
  .openapi('Session');

export const totpView = z
  .object({
    uri: z.string().openapi({ description: 'for the authenticator; shown once' }),
    secret: z.string().openapi({ description: 'the same, to be typed' }),
  })
  .openapi('TotpSecret');

export const done = z.object({ done: z.literal(true) }).openapi('Done');

export const linkRequest = z.strictObject({
  name: userName.default('operator'),
  reset: z
    .boolean()
    .default(false)
    .openapi({ description: 'also forgets password and authenticator, and ends all sessions' }),
});
export const linkView = z
  .object({
    secret: z.string().openapi({ description: 'open /sign-in#<secret> in a browser' }),
    expiresAt: time('the link ends'),
    passwordSet: z.boolean(),
  })
  .openapi('SignInLink');

export const userInput = z.strictObject({ name: userName, role });
export const userView = z
  .object({
    id: z.string(),
    name: z.string(),
    role,
    passwordSet: z.boolean(),
    totp: z.boolean(),
    sessions: z.number().int().openapi({ description: 'browsers that are signed in' }),
    createdAt: time('was added'),
  })
  .openapi('User');
export const userList = z.object({ items: z.array(userView) }).openapi('UserList');

export const tokenInput = z.strictObject({
  name: plainText(60).openapi({ example: 'grafana' }),
  role,
  days: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .optional()
    .openapi({ description: 'ends after so many days; without it, when it is revoked' }),
});
export const tokenView = z
  .object({
    id: z.string(),
    name: z.string(),
    role,
    hint: z.string().openapi({ description: 'its last characters' }),
    createdBy: z.string(),
    createdAt: time('was made'),
    lastUsedAt: time('was used last, to the minute').nullable(),
    expiresAt: time('ends by itself').nullable(),
    revokedAt: time('was revoked').nullable(),
  })
  .openapi('ApiToken');
export const newTokenView = tokenView
  .extend({ token: z.string().openapi({ description: 'shown this once' }) })
  .openapi('NewApiToken');
export const tokenList = z.object({ items: z.array(tokenView) }).openapi('ApiTokenList');

export type TokenView = z.infer<typeof tokenView>;
export type UserView = z.infer<typeof userView>;
