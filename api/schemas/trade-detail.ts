import { z } from '@hono/zod-openapi';
import { exitOptions } from '#domain/configuration.ts';
import { amount, reasonText, time } from './shared.ts';
import { sighting, verdict } from './listing.ts';
import { order } from './order.ts';
import { trade } from './trade.ts';

export const logKinds = ['phase', 'verdict', 'order', 'exit', 'doubt', 'note'] as const;

export const logEntry = z
  .object({
    sequence: z.number().int(),
    at: time('when it happened'),
    kind: z.enum(logKinds),
    text: z.string(),
    detail: z.unknown(),
  })
  .openapi('LogEntry');

const plan = z
  .object({
    version: z.number().int(),
    exits: exitOptions,
    budget: amount('quote, fee included'),
    sellNow: z.string().nullable().openapi({ description: 'why a person asked to sell' }),
    updatedAt: time('last edit'),
  })
  .openapi('Plan');

const reservation = z
  .object({
    amount: amount('set aside, quote, fee included'),
    state: z.string().openapi({ description: 'reserved | spent | released' }),
    spent: amount('null until settled').nullable(),
    countsAt: time('hour and UTC day in which it counts'),
  })
  .openapi('Reservation');

export const tradeDetail = z
  .object({
    trade,
    orders: z.array(order),
    verdict: verdict.nullable(),
    log: z.array(logEntry),
    plan: plan.nullable(),
    reservation: reservation.nullable(),
    signals: z.array(sighting),
    temporalUrl: z.string().nullable().openapi({ description: 'its page in the Temporal UI' }),
  })
  .openapi('TradeDetail');

export const history = z
  .object({
    workflowId: z.string(),
    runId: z.string(),
    status: z.string().openapi({ description: 'RUNNING, COMPLETED, ...' }),
    temporalUrl: z.string().nullable(),
    events: z.array(
      z.object({
        id: z.number().int(),
        at: time('server time'),
        name: z.string().openapi({ description: 'activityStarted, timerFired, ...' }),
        about: z.string().nullable().openapi({ description: 'activity, signal, update or timer' }),
        problem: z.string().nullable(),
      }),
    ),
    pending: z.array(
      z.object({
        activity: z.string(),
        state: z.string(),
        attempt: z.number().int(),
        scheduledAt: time('due').nullable(),
        lastStartedAt: time('of the present attempt').nullable(),
        lastHeartbeatAt: time('null without one').nullable(),
        lastProblem: z.string().nullable(),
      }),
    ),
    truncated: z.boolean().openapi({ description: 'true when only the last events are shown' }),
  })
  .openapi('TradeHistory');

export const sellInput = z
  .strictObject({ reason: reasonText.default('asked by an operator') })
  .openapi('SellInput');
export const exitsInput = z.strictObject({ exits: exitOptions }).openapi('ExitsInput');

export const commandAnswer = z
  .object({
    state: z
      .enum(['done', 'pending'])
      .openapi({ description: 'pending: accepted, not yet confirmed by the workflow' }),
    tradeId: z.string(),
    updateId: z.string().openapi({ description: 'the Idempotency-Key, or one made for this call' }),
  })
  .openapi('CommandAnswer');

export type HistoryView = z.infer<typeof history>;
export type TradeDetailView = z.infer<typeof tradeDetail>;
