import { z } from 'zod';

const target = {
  /** Method and path, "POST /api/v3/order", or "*" for every call. */
  endpoint: z.string().regex(/^(\*|(GET|POST|PUT|DELETE) \/\S+)$/),
  /** Only calls with these parameters, e.g. `{"side": "SELL"}`. */
  params: z.record(z.string(), z.string()).default({}),
  /** How many calls it strikes. */
  count: z.int().min(1).max(1_000_000).default(1),
  /** How many matching calls it lets pass first. */
  skip: z.int().min(0).max(1_000_000).default(0),
};

/** Whether the call is carried out although its answer is spoilt. */
const booked = z.boolean().default(false);
const when = z.enum(['beforeBooking', 'afterBooking']).default('afterBooking');

/** What may go wrong with a call. */
export const faultSchema = z.discriminatedUnion('action', [
  z.strictObject({ ...target, action: z.literal('loseReplyBeforeBooking') }),
  z.strictObject({ ...target, action: z.literal('loseReplyAfterBooking') }),
  z.strictObject({ ...target, action: z.literal('hold'), when }),
  z.strictObject({
    ...target,
    action: z.literal('delay'),
    when,
    ms: z.int().min(1).max(600_000),
  }),
  z.strictObject({
    ...target,
    action: z.literal('status'),
    booked,
    status: z.int().min(400).max(599),
    code: z.int().optional(),
    msg: z.string().optional(),
    retryAfterSeconds: z.int().min(0).max(86_400).optional(),
  }),
  z.strictObject({
    ...target,
    action: z.literal('bookLate'),
    afterMs: z.int().min(1).max(600_000),
    reply: z.enum(['lost', '504']).default('lost'),
  }),
  z.strictObject({
    ...target,
    booked,
    action: z.enum([
      'reset',
      'garbage',
      'html',
      'wrongType',
      'redirect',
      'truncated',
      'huge',
      'endless',
      'slowDrip',
      'gzipBomb',
    ]),
  }),
]);

export type FaultOrder = z.infer<typeof faultSchema>;

const channelStarts = [
  ...['deals', 'depth', 'bookTicker'].map((kind) => `spot@public.aggre.${kind}.v3.api.pb@`),
  ...['limit.depth', 'bookTicker.batch', 'kline', 'miniTicker', 'miniTickers'].map(
    (kind) => `spot@public.${kind}.v3.api.pb@`,
  ),
  ...['orders', 'deals', 'account'].map((kind) => `spot@private.${kind}.v3.api.pb`),
];

/** A start of a channel that exists: a misspelt one would strike nothing and say nothing. */
const channelStart = z
  .string()
  .refine(
    (text) => channelStarts.some((start) => start.startsWith(text) || text.startsWith(start)),
    'must be how a channel begins, e.g. spot@public.aggre.deals',
  );

/** What may go wrong with the streams; channels are named by how they begin. */
export const streamFaultSchema = z.strictObject({
  stream: z.enum(['drop', 'stall', 'gap', 'duplicate', 'reorder', 'refuse', 'resume']),
  /** Start of a channel name, e.g. "spot@public.aggre.depth"; empty: all. */
  channel: channelStart.default(''),
  /** Frames lost, doubled or swapped, subscriptions refused; stall and drop do not count. */
  count: z.int().min(1).max(1_000_000).default(1),
  /** Close code of a drop; 1006 is a connection that just ends. */
  closeCode: z.int().min(1000).max(4999).default(1006),
});

export type StreamFaultOrder = z.infer<typeof streamFaultSchema>;
