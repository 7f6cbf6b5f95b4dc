import { z } from '@hono/zod-openapi';
import { time } from './shared.ts';

export const part = z
  .object({ ok: z.boolean(), ageMs: z.number().nullable(), detail: z.string() })
  .openapi('Part', { description: 'ageMs: since it was last seen working' });

export const health = z.object({ ok: z.literal(true) }).openapi('Health');

export const readiness = z
  .object({
    ok: z.boolean(),
    parts: z.object({
      database: part,
      temporal: part,
      exchange: part,
      monitor: part,
      worker: part,
    }),
  })
  .openapi('Readiness');

export const source = z
  .object({
    name: z.string(),
    ok: z.boolean().openapi({ description: 'seen within two periods' }),
    lastOkAt: time('last answer').nullable(),
    ageMs: z.number().nullable(),
    everyMs: z.number(),
    errors: z.number().int(),
    lastError: z.string().nullable(),
    malformed: z.number().int().openapi({ description: 'records that nobody could read' }),
    tookMs: z.number().nullable().openapi({ description: 'how long the last look took' }),
    lagMs: z
      .number()
      .nullable()
      .openapi({ description: 'median distance behind the first source, on the last listings' }),
  })
  .openapi('Source');

export const exchangeHealth = z
  .object({
    ok: z.boolean(),
    detail: z.string(),
    ageMs: z.number().nullable().openapi({ description: 'age of the monitor that says so' }),
    stream: z.string().nullable().openapi({ description: 'connecting | live | stale | closed' }),
    clockOffsetMs: z.number().nullable(),
    clockErrorMs: z.number().nullable(),
    restLatencyMs: z.number().nullable(),
    sources: z.array(source),
  })
  .openapi('ExchangeHealth');

const processHealth = z
  .object({
    process: z.string(),
    instance: z.string(),
    version: z.string(),
    startedAt: time('of the process'),
    heartbeatAt: time('last sign of life'),
    ageMs: z.number(),
    ok: z.boolean(),
    guarding: z.number().nullable().openapi({ description: 'positions it guards' }),
    armed: z.number().nullable().openapi({ description: 'entries it has armed' }),
    details: z.record(z.string(), z.unknown()),
  })
  .openapi('ProcessHealth');

export const warning = z
  .object({
    code: z.enum(['noHeartbeat', 'heartbeatFails', 'noChannel', 'noPublicUrl']),
    text: z.string().openapi({ description: 'what is missing and what to do' }),
  })
  .openapi('Warning', { description: 'true until somebody mends it: for a banner' });

export const system = z
  .object({
    now: time('clock of the API'),
    mode: z.string(),
    account: z.string().openapi({ description: 'a hash of the key, never the key' }),
    installationId: z.string(),
    version: z.string(),
    node: z.string(),
    temporalUrl: z.string().nullable().openapi({ description: 'the Temporal UI' }),
    processes: z.array(processHealth),
    exchange: exchangeHealth,
    warnings: z.array(warning),
  })
  .openapi('System');

export const metrics = z
  .object({
    windowMinutes: z.number().int(),
    since: time('start of the window'),
    avgLatency: z.number().nullable().openapi({ description: 'send to answer of an order, ms' }),
    p95Latency: z.number().nullable().openapi({ description: 'ms' }),
    successRate: z
      .number()
      .nullable()
      .openapi({ description: 'answered orders that filled at least in part, 0 to 1' }),
    queueDepth: z
      .number()
      .int()
      .openapi({ description: 'sightings whose workflow was not told yet' }),
    counts: z.object({
      sightings: z.number().int(),
      listings: z.number().int(),
      allowed: z.number().int(),
      denied: z.number().int(),
      orders: z.number().int(),
      filled: z.number().int(),
      refused: z.number().int(),
      unknown: z.number().int(),
      tradesClosed: z.number().int(),
      alerts: z.number().int(),
    }),
  })
  .openapi('Metrics');

export type ReadinessView = z.infer<typeof readiness>;
export type WarningView = z.infer<typeof warning>;
export type Part = z.infer<typeof part>;
export type SystemView = z.infer<typeof system>;
export type ExchangeHealthView = z.infer<typeof exchangeHealth>;
export type SourceView = z.infer<typeof source>;
export type MetricsView = z.infer<typeof metrics>;
