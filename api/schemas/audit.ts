import { z } from '@hono/zod-openapi';
import { pageOf, time } from './shared.ts';

export const auditEntry = z
  .object({
    id: z.string(),
    at: time('when it was answered'),
    requestId: z.string().openapi({ description: 'as in the answer and in the log' }),
    actor: z.string().openapi({ description: 'who asked' }),
    method: z.string().openapi({ example: 'POST' }),
    path: z.string().openapi({ description: 'without /api', example: '/risk/kill' }),
    status: z.number().int().openapi({ description: 'as answered: also what was refused' }),
    input: z.unknown().openapi({ description: 'the body as sent; null without one' }),
    before: z.unknown().openapi({ description: 'what was there; null where nothing was' }),
    after: z.unknown().openapi({ description: 'what is there now; null where nothing is' }),
    key: z.string().nullable().openapi({ description: 'the Idempotency-Key' }),
  })
  .openapi('AuditEntry');

export const auditPage = pageOf(auditEntry, 'AuditPage');
export type AuditEntryView = z.infer<typeof auditEntry>;
