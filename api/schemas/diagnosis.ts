import { z } from '@hono/zod-openapi';
import { time } from './shared.ts';

export const checkStates = ['passed', 'waiting', 'failed', 'unknown', 'notReached'] as const;

export const check = z
  .object({
    name: z.string().openapi({ example: 'verdict' }),
    question: z.string().openapi({ example: 'Do the risk rules allow it?' }),
    state: z.enum(checkStates).openapi({
      description:
        'waiting: not yet, and rightly so; unknown: could not be read; notReached: a check before it must pass first',
    }),
    text: z.string().openapi({ description: 'what was found, with numbers' }),
    todo: z.string().nullable().openapi({ description: 'what a person can do' }),
    page: z.string().nullable().openapi({ description: 'page of the dashboard to do it on' }),
  })
  .openapi('Check');

export const diagnosis = z
  .object({
    at: time('when it was looked at'),
    symbol: z.string().nullable().openapi({ description: 'null for the system alone' }),
    listingId: z.string().nullable().openapi({ description: 'null for a pair never seen' }),
    ok: z.boolean().openapi({ description: 'no check failed and all could be read' }),
    headline: z.string().openapi({ description: 'the first failure; else what is waited for' }),
    checks: z.array(check).openapi({ description: 'in the order in which they depend' }),
  })
  .openapi('Diagnosis');

export type CheckView = z.infer<typeof check>;
export type DiagnosisView = z.infer<typeof diagnosis>;
