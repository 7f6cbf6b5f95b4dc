import { z } from '@hono/zod-openapi';
import { time } from './shared.ts';
import { exchangeHealth } from './system.ts';

export const run = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    state: z.enum(['starting', 'running', 'stopping', 'stopped']),
    configurationId: z.string(),
    configurationName: z.string(),
    configurationVersion: z.number().int(),
    startedAt: time('start of the run'),
    stopRequestedAt: time('null while it is not asked to stop').nullable(),
    positions: z.enum(['keep', 'close']).nullable(),
    stoppedAt: time('null until it has ended').nullable(),
    progress: z.string().nullable().openapi({ description: 'what a stop still waits for' }),
    baselineAt: time('first look at the exchange committed').nullable(),
  })
  .openapi('Run');

export const startInput = z
  .strictObject({ configurationId: z.uuid({ message: 'must be a UUID' }).optional() })
  .openapi('StartInput');

export const stopInput = z
  .strictObject({ positions: z.enum(['keep', 'close']) })
  .openapi('StopInput', { description: 'keep: guards go on; close: everything is sold' });

export const started = z
  .object({ runId: z.string(), workflowId: z.string(), configurationId: z.string() })
  .openapi('Started');

export const stopping = z
  .object({
    state: z.enum(['starting', 'running', 'stopping', 'stopped']),
    progress: z.string().nullable(),
  })
  .openapi('Stopping');

export const botStatus = z
  .object({
    running: z.boolean(),
    run: run.nullable().openapi({ description: 'the latest run; null before the first' }),
    workflow: z.enum(['running', 'closed', 'absent', 'unreachable']),
    metrics: z.object({
      openTrades: z.number().int(),
      openPositions: z.number().int(),
      armed: z.number().int(),
      closedTrades: z.number().int(),
      listings: z.number().int(),
    }),
    heartbeat: z.object({
      monitorAgeMs: z.number().nullable(),
      workerAgeMs: z.number().nullable(),
    }),
  })
  .openapi('BotStatus');

export const monitorStopInput = z
  .strictObject({ positions: z.enum(['keep', 'close']).default('keep') })
  .openapi('MonitorStopInput');

export const monitorStatus = z
  .object({
    running: z.boolean(),
    run: run.nullable().openapi({ description: 'the latest run; null before the first' }),
    monitorAgeMs: z.number().nullable().openapi({ description: 'since its last sign of life' }),
    exchange: exchangeHealth,
  })
  .openapi('MonitorStatus');

export type StartedView = z.infer<typeof started>;
export type StopInput = z.infer<typeof stopInput>;
export type RunView = z.infer<typeof run>;
