import { z } from '@hono/zod-openapi';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { pageOf, time } from './shared.ts';

/** What the simulator starts with: whoever reads the reference can send it as it is. */
const example = { name: 'careful', options: demoOptions };

export const configuration = z
  .object({
    id: z.string(),
    name: z.string(),
    version: z.number().int(),
    active: z.boolean(),
    options: tradingOptions,
    createdAt: time('a version is never changed after this'),
  })
  .openapi('Configuration', {
    example: {
      ...example,
      id: '3f0c8a52-6d1e-4b7a-9c24-5e8f7a6b1d90',
      version: 2,
      active: true,
      options: tradingOptions.parse(demoOptions),
      createdAt: '2026-06-01T08:00:00.000Z',
    },
  });

const name = z
  .string()
  .regex(/^[\p{L}\p{N} ._-]{1,60}$/u, 'must be 1 to 60 letters, digits, spaces or . _ -')
  .openapi({ example: 'careful' });

const options = tradingOptions;

export const configurationInput = z
  .strictObject({
    name: name
      .optional()
      .openapi({ description: 'the name of the active one when left out', example: 'careful' }),
    options,
  })
  .openapi('ConfigurationInput', { example });

export const newConfiguration = z
  .strictObject({
    name,
    options,
    activate: z.boolean().default(false).openapi({ description: 'makes it the active one' }),
  })
  .openapi('NewConfiguration', { example });

export const optionsInput = z
  .strictObject({ options })
  .openapi('OptionsInput', { example: { options: demoOptions } });

export const configurationPage = pageOf(configuration, 'ConfigurationPage');

const finding = z
  .object({
    level: z.enum(['error', 'warning']),
    path: z.string().openapi({ description: 'the option; empty for none', example: 'autoTrade' }),
    text: z.string(),
  })
  .openapi('ConfigurationFinding', { description: 'error: nothing would be bought now' });

export const configurationCheck = z
  .object({ ok: z.boolean().openapi({ description: 'no error' }), findings: z.array(finding) })
  .openapi('ConfigurationCheck');

export type FindingView = z.infer<typeof finding>;
export type ConfigurationView = z.infer<typeof configuration>;
