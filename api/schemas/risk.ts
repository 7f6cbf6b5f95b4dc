import { z } from '@hono/zod-openapi';
import { amount, reasonText, signedAmount, time } from './shared.ts';

const killLevels = ['pauseEntries', 'halt', 'flatten'] as const;

export const kill = z
  .object({
    level: z.enum(killLevels),
    reason: z.string(),
    actor: z.string(),
    since: time('when it was set'),
  })
  .openapi('Kill');

export const killState = z.object({ kill: kill.nullable() }).openapi('KillState');

export const killInput = z
  .strictObject({ level: z.enum(killLevels), reason: reasonText })
  .openapi('KillInput');

const limitUse = z
  .object({
    rule: z.string(),
    limit: z.string(),
    used: z.string(),
    unit: z.string().openapi({ description: 'a quote coin, or what is counted' }),
    usedPercent: z.number().openapi({ description: 'of the limit, for a bar' }),
    reached: z.boolean(),
  })
  .openapi('LimitUse');

export const riskMetrics = z
  .object({
    at: time('when it was counted'),
    quote: z.string(),
    kill: kill.nullable(),
    limits: z.array(limitUse),
    reserved: amount('set aside and not spent, quote'),
    exposure: amount('paid for what is held, quote'),
    profitToday: signedAmount('realised since midnight UTC, quote, after fees'),
    profitTotal: signedAmount('realised, quote, after fees'),
    closedTrades: z.number().int().openapi({ description: 'that moved money' }),
    wins: z.number().int(),
    losses: z.number().int(),
    winRatePercent: z.number().nullable().openapi({ description: 'null before the first' }),
  })
  .openapi('RiskMetrics');

export type KillView = z.infer<typeof kill>;
export type RiskMetricsView = z.infer<typeof riskMetrics>;
