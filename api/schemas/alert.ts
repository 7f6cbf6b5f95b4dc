import { z } from '@hono/zod-openapi';
import { pageOf, time } from './shared.ts';

export const alert = z
  .object({
    id: z.string(),
    severity: z.enum(['info', 'warning', 'critical']),
    episodeKey: z.string(),
    title: z.string(),
    text: z.string().openapi({ description: 'what happened and what to do' }),
    listingId: z.string().nullable(),
    count: z.number().int(),
    openedAt: time('first time in this episode'),
    lastSeenAt: time('last time'),
    acknowledgedAt: time('null until a person did').nullable(),
    resolvedAt: time('null while it is true').nullable(),
  })
  .openapi('Alert');

export const alertPage = pageOf(alert, 'AlertPage');
export type AlertView = z.infer<typeof alert>;
