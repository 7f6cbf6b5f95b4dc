import { z } from '@hono/zod-openapi';
import { amount, signedAmount, time } from './shared.ts';

const group = (help: string) =>
  z
    .object({
      key: z.string().openapi({ description: help }),
      trades: z.number().int(),
      wins: z.number().int(),
      profit: signedAmount('quote, after fees'),
    })
    .openapi({ description: help });

export const performance = z
  .object({
    since: time('start of the window'),
    trades: z.number().int().openapi({ description: 'closed with a known profit' }),
    unknownProfit: z
      .number()
      .int()
      .openapi({ description: 'closed, but sold outside: not counted' }),
    wins: z.number().int(),
    winRatePercent: z.number().nullable().openapi({ description: 'null before the first' }),
    profit: signedAmount('quote, after fees'),
    fees: amount('quote'),
    best: signedAmount('of one trade').nullable(),
    worst: signedAmount('of one trade').nullable(),
    maxDrawdown: amount('greatest fall of the summed profit from its peak, quote'),
    equity: z
      .array(
        z.object({
          day: z.string().openapi({ description: 'UTC', example: '2026-06-01' }),
          trades: z.number().int(),
          profit: signedAmount('of the day'),
          total: signedAmount('since the start of the window'),
        }),
      )
      .openapi({ description: 'days on which a trade was closed, oldest first' }),
    byReason: z.array(group('why it was sold')),
    bySource: z.array(group('the source that started it')),
    byHour: z.array(group('hour of the close, 00 to 23, UTC')),
  })
  .openapi('Performance');

const percentiles = z.object({
  name: z.string().openapi({ example: 'sent to acknowledged' }),
  count: z.number().int(),
  p50: z.number().openapi({ description: 'ms' }),
  p95: z.number().openapi({ description: 'ms' }),
  p99: z.number().openapi({ description: 'ms' }),
  max: z.number().openapi({ description: 'ms' }),
});

export const latency = z
  .object({ since: time('start of the window'), stages: z.array(percentiles) })
  .openapi('Latency', { description: 'stages that no trade has reached are not there' });

export const sourceRace = z
  .object({
    since: time('start of the window'),
    sources: z.array(
      z.object({
        source: z.string().openapi({ example: 'calendar' }),
        reports: z.number().int().openapi({ description: 'also of what is no listing' }),
        setAside: z.number().int().openapi({ description: 'of what is no listing' }),
        listings: z.number().int(),
        first: z.number().int().openapi({ description: 'listings that it reported first' }),
        alone: z.number().int().openapi({ description: 'listings that only it reported' }),
        medianBehindMs: z.number().nullable().openapi({
          description: 'behind the first source, where it was not; null if always first',
        }),
      }),
    ),
  })
  .openapi('SourceRace');

export type PerformanceView = z.infer<typeof performance>;
export type LatencyView = z.infer<typeof latency>;
export type SourceRaceView = z.infer<typeof sourceRace>;
