import { z } from '@hono/zod-openapi';
import { tradingOptions } from '#domain/configuration.ts';
import { time } from './shared.ts';

export const configuration = z
  .object({
    id: z.string(),
    name: z.string(),
    version: z.number().int(),
    active: z.boolean(),
    options: tradingOptions,
    createdAt: time('a version is never changed after this'),
  })
  .openapi('Configuration');

export const configurationInput = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\p{L}\p{N} ._-]{1,60}$/u, 'must be 1 to 60 letters, digits, spaces or . _ -')
      .optional()
      .openapi({ description: 'the name of the active one when left out' }),
    options: tradingOptions,
  })
  .openapi('ConfigurationInput');

export type ConfigurationView = z.infer<typeof configuration>;
