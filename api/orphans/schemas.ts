import { z } from '@hono/zod-openapi';
import { amount, pageOf, reasonText, time } from '../schemas/shared.ts';

export const orphanStates = ['open', 'adopted', 'cancelled', 'gone', 'dismissed'] as const;

export const orphan = z
  .object({
    id: z.uuid(),
    kind: z.enum(['order', 'balance']).openapi({
      description: 'an order of ours, or coins, that the record does not explain',
    }),
    symbol: z.string(),
    asset: z.string().openapi({ description: 'the base coin' }),
    listingId: z.string().nullable().openapi({ description: 'its trade; null: none is known' }),
    clientOrderId: z.string().nullable(),
    exchangeOrderId: z.string().nullable(),
    side: z.enum(['buy', 'sell']).nullable(),
    quantity: amount('base: size of the order, or the coins that nothing explains'),
    executed: amount('base that the order has executed'),
    price: amount('limit; null where there is none').nullable(),
    state: z.enum(orphanStates),
    timesSeen: z.number().int().openapi({ description: 'looks in a row; told after two' }),
    firstSeenAt: time('first look that found it'),
    lastSeenAt: time('last look that found it'),
    resolvedAt: time('null while it is open').nullable(),
    resolvedBy: z.string().nullable(),
    note: z.string().nullable().openapi({ description: 'what became of it' }),
  })
  .openapi('Orphan');
export type OrphanView = z.infer<typeof orphan>;

export const orphanPage = pageOf(orphan, 'OrphanPage');

export const orphanAnswer = z
  .object({
    result: z.enum(['adopted', 'cancelled', 'executed', 'dismissed', 'pending']).openapi({
      description:
        'executed: it could not be cancelled any more, and can be adopted; pending: look again',
    }),
    orphan,
  })
  .openapi('OrphanAnswer');

export type OrphanAnswerView = z.infer<typeof orphanAnswer>;

export const dismissInput = z.strictObject({ reason: reasonText }).openapi('DismissInput');

/** What AccountTaskWorkflow answers about an orphan. */
export const orphanResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('adopted') }),
  z.object({ kind: z.literal('cancelled') }),
  z.object({ kind: z.literal('executed') }),
  z.object({ kind: z.literal('refused'), because: z.string() }),
]);

/** What AccountTaskWorkflow answers about a look. */
export const reconcileResult = z.object({
  recovered: z.array(z.string()).openapi({ description: 'trades that have a new owner' }),
  leaks: z.number().int().openapi({ description: 'reservations that were given back' }),
  short: z
    .array(z.string())
    .nullable()
    .openapi({ description: 'coins of which the account has too little; null: not looked at' }),
  orphans: z
    .number()
    .int()
    .nullable()
    .openapi({ description: 'orphans that are open; null: not looked at' }),
  problem: z
    .string()
    .nullable()
    .openapi({ description: 'why the account was not looked at; null when it was' }),
});

export const reconcileAnswer = z
  .object({
    state: z.enum(['done', 'pending']),
    result: reconcileResult.nullable().openapi({ description: 'null while it is pending' }),
  })
  .openapi('ReconcileAnswer');
export type ReconcileAnswerView = z.infer<typeof reconcileAnswer>;
