import { z } from '@hono/zod-openapi';
import { plainText, time } from '../schemas/shared.ts';

const keyText = (help: string, example: string) =>
  z
    .string()
    .trim()
    .regex(
      /^[\x21-\x7e]{6,200}$/,
      'must be 6 to 200 visible ASCII characters, as the exchange shows it',
    )
    .openapi({ description: help, example });

export const credentialInput = z.strictObject({
  label: plainText(60).openapi({ example: 'sniper, no withdrawals' }),
  apiKey: keyText('the access key', 'mx0vglexample'),
  apiSecret: keyText('its secret; sealed at once, never shown', 'b1946ac92492d2347c6235b4d2611184'),
});

const finding = z.object({
  name: z.enum(['accepted', 'trading', 'withdrawals', 'address', 'clock']),
  state: z.enum(['ok', 'warn', 'failed', 'unknown']),
  text: z.string(),
});

export const credentialCheck = z
  .object({
    state: z.enum(['ok', 'warn', 'failed', 'pending']).openapi({
      description: 'the worst of what was found; pending: ask for the credential again',
    }),
    checkedAt: time('the exchange was asked').nullable(),
    findings: z.array(finding),
  })
  .openapi('CredentialCheck');

export const credentialView = z
  .object({
    id: z.string(),
    label: z.string(),
    account: z.string().openapi({ description: 'names the account without revealing its key' }),
    hint: z.string().openapi({ description: 'first and last characters of the access key' }),
    state: z.enum(['inUse', 'removed']),
    keyId: z.string().openapi({ description: 'the sealing key that opens it' }),
    createdBy: z.string(),
    createdAt: time('was entered'),
    removedAt: time('was removed').nullable(),
    check: credentialCheck.nullable(),
  })
  .openapi('Credential');

export const credentialList = z
  .object({
    items: z.array(credentialView),
    sealedWith: z
      .array(z.object({ keyId: z.string(), firstUsedAt: time('was used first') }))
      .openapi({ description: 'sealing keys that were in use, newest first' }),
  })
  .openapi('CredentialList');

export type CredentialView = z.infer<typeof credentialView>;
export type CredentialCheckView = z.infer<typeof credentialCheck>;
