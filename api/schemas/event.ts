import { z } from '@hono/zod-openapi';

/** Kinds of changes on the live stream: the name of the server-sent event. */
export const changeKinds = [
  'listing',
  'trade',
  'order',
  'log',
  'plan',
  'alert',
  'orphan',
  'run',
  'health',
  'kill',
  'configuration',
  'live',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Data of a change: which row, and the listing (and trade) it belongs to. Ask the API for the rest. */
export const change = z
  .object({
    kind: z.enum(changeKinds),
    id: z.string(),
    listingId: z.string().nullable(),
    at: z.string(),
  })
  .openapi('Change');
export type Change = z.infer<typeof change>;
