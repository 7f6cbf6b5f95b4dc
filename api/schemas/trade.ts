import { z } from '@hono/zod-openapi';
import { outcomes, phases } from '#domain/trade.ts';
import { amount, pageOf, signedAmount, time } from './shared.ts';

export const phase = z.enum(phases).openapi('Phase');
export const outcome = z.enum(outcomes).openapi('Outcome');

/** Names of the stage times, in the order in which they happen. */
export const stageNames = [
  'publishedAt',
  'seenAt',
  'signalledAt',
  'startedAt',
  'verdictAt',
  'armedAt',
  'triggeredAt',
  'sentAt',
  'acknowledgedAt',
  'filledAt',
  'exitDecidedAt',
  'closedAt',
] as const;

const stageTime = z.string().nullable().openapi({ format: 'date-time' });
const stages = z
  .object({
    publishedAt: stageTime,
    seenAt: stageTime,
    signalledAt: stageTime,
    startedAt: stageTime,
    verdictAt: stageTime,
    armedAt: stageTime,
    triggeredAt: stageTime,
    sentAt: stageTime,
    acknowledgedAt: stageTime,
    filledAt: stageTime,
    exitDecidedAt: stageTime,
    closedAt: stageTime,
  } satisfies Record<(typeof stageNames)[number], typeof stageTime>)
  .openapi('Stages', { description: 'null for a stage that was not reached' });

const guard = z
  .object({
    state: z.string().openapi({ description: 'live | stale | asking' }),
    at: time('when the guard last saw a fresh price').nullable(),
    ageMs: z.number().nullable(),
    markPrice: amount('best bid, quote per base').nullable(),
    highWater: amount('highest bid').nullable(),
    stopPrice: amount('sells at or below').nullable(),
    targetPrice: amount('next target').nullable(),
    gainPercent: z.number().nullable().openapi({ description: 'of the bid over the entry' }),
    value: amount('held quantity at the bid, quote').nullable(),
  })
  .openapi('Guard');

export const trade = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    mode: z.string().openapi({ description: 'simulator | dry-run | test | live' }),
    symbol: z.string(),
    base: z.string(),
    quote: z.string(),
    source: z.string(),
    configurationId: z.string().nullable(),
    phase,
    outcome: outcome.nullable(),
    summary: z.string().openapi({ description: 'one sentence about where it stands' }),
    bought: amount('base'),
    sold: amount('base'),
    held: amount('base bought and not sold'),
    spent: amount('quote, without fees'),
    received: amount('quote, without fees'),
    fees: amount('quote'),
    profit: signedAmount('quote, after fees; null until closed').nullable(),
    profitPercent: z.number().nullable().openapi({ description: 'of what was spent' }),
    entryPrice: amount('average, quote per base').nullable(),
    exitReason: z.string().nullable(),
    guard: guard.nullable(),
    opensAt: time('announced opening').nullable(),
    stages,
    createdAt: time('when the record began'),
    updatedAt: time('last change'),
    closedAt: time('end of the trade').nullable(),
    allows: z
      .object({ disarm: z.boolean(), sellNow: z.boolean(), editExits: z.boolean() })
      .openapi({ description: 'what may be asked of it in this phase' }),
  })
  .openapi('Trade');

/** A count walks its index: what nobody pages through is not counted. */
export const TOTAL_MAX = 10_000;

export const tradePage = z
  .object({
    items: z.array(trade),
    nextCursor: z.string().nullable(),
    total: z
      .number()
      .int()
      .max(TOTAL_MAX)
      .openapi({
        description: `rows that fit the filter, on all pages; counted up to ${TOTAL_MAX}`,
      }),
    totalIsMore: z.boolean().openapi({ description: 'there are more than `total`' }),
  })
  .openapi('TradePage');

const candle = z.object({
  at: time('start of the second'),
  open: amount('quote per base'),
  high: amount('quote per base'),
  low: amount('quote per base'),
  close: amount('quote per base'),
  volume: amount('base'),
});
export const candles = z
  .object({ symbol: z.string(), items: z.array(candle) })
  .openapi('Candles', { description: 'one per second, oldest first, as our own stream saw them' });

export const positionPage = pageOf(trade, 'PositionPage');

export type TradeView = z.infer<typeof trade>;
