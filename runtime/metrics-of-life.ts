import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import type { Phase } from '#domain/trade.ts';
import { catalogue } from './metrics-catalogue.ts';
import type { Metrics } from './metrics.ts';

// The sign of life of a process as metrics: what is true now.

/** What a sign of life tells, as it was written; a part that is missing is not told. */
const told = z.object({
  stream: z.string(),
  streamMalformed: z.number(),
  clockOffsetMs: z.number(),
  clockErrorMs: z.number(),
  clockAgeMs: z.number().nullable(),
  restLatencyMs: z.number(),
  guarding: z.number(),
  armed: z.number(),
  sources: z
    .record(
      z.string(),
      z.object({
        lastOkAt: z.number().nullable(),
        everyMs: z.number(),
        errors: z.number(),
        malformed: z.number(),
        sightings: z.number().default(0),
      }),
    )
    .optional(),
});

export interface Life {
  readonly nowMs: number;
  readonly version: string;
  readonly mode: string;
  /** What was written to Postgres. */
  readonly details: object;
  readonly watching: boolean;
  readonly openTrades: readonly { readonly phase: string }[];
  readonly budget: {
    readonly bannedUntilMs: number | null;
    readonly weight: { readonly used: number; readonly most: number };
    readonly orders: { readonly used: number; readonly most: number };
  };
}

/** The loop is looked at this often; an idle one is measured as just that. */
const LOOP_LOOK_MS = 10;
const loop = monitorEventLoopDelay({ resolution: LOOP_LOOK_MS });
loop.enable();

const loopDelaySeconds = (): number => {
  const delay = Math.max(0, loop.percentile(99) / 1e9 - LOOP_LOOK_MS / 1000);
  loop.reset();
  return delay;
};

/** Writes what there is to say of any process of ours. May repeat. Never throws. */
export const recordProcess = (
  metrics: Metrics,
  { version, mode }: Pick<Life, 'version' | 'mode'>,
): void => {
  metrics.set('sniper_build_info', { version, mode }, 1);
  metrics.set('sniper_resident_memory_bytes', {}, process.memoryUsage.rss());
  metrics.set('sniper_heap_used_bytes', {}, process.memoryUsage().heapUsed);
  metrics.set('sniper_event_loop_delay_seconds', {}, loopDelaySeconds());
};

/** Counts a sign of life that was written to Postgres. */
export const countBeat = (metrics: Metrics): void => metrics.count('sniper_heartbeats_total', {});

/** Writes everything that a trader's sign of life shows. May repeat. Never throws. */
export const recordLife = (metrics: Metrics, life: Life): void => {
  const { budget } = life;
  recordProcess(metrics, life);
  countBeat(metrics);
  metrics.set('sniper_watching', {}, life.watching ? 1 : 0);
  metrics.set('sniper_exchange_banned', {}, budget.bannedUntilMs === null ? 0 : 1);
  const { weight, orders } = budget;
  metrics.set('sniper_exchange_weight_used_ratio', {}, weight.used / weight.most);
  metrics.set('sniper_exchange_orders_used_ratio', {}, orders.used / orders.most);
  for (const phase of catalogue.sniper_open_trades.tags.phase)
    metrics.set('sniper_open_trades', { phase }, countPhase(life, phase));
  recordDetails(metrics, life);
};

const countPhase = (life: Life, phase: Phase): number =>
  life.openTrades.filter((trade) => trade.phase === phase).length;

const recordDetails = (metrics: Metrics, life: Life): void => {
  const parsed = told.safeParse(life.details);
  if (!parsed.success) {
    metrics.count('sniper_metrics_dropped_total', {});
    return;
  }
  const details = parsed.data;
  metrics.set('sniper_armed_entries', {}, details.armed);
  metrics.set('sniper_guarded_positions', {}, details.guarding);
  metrics.set('sniper_stream_live', {}, details.stream === 'live' ? 1 : 0);
  metrics.countTo('sniper_stream_malformed_frames_total', {}, details.streamMalformed);
  if (details.clockAgeMs !== null) {
    // Before the first answer nothing is known of the clock.
    metrics.set('sniper_clock_offset_seconds', {}, Math.abs(details.clockOffsetMs) / 1000);
    metrics.set('sniper_clock_error_seconds', {}, details.clockErrorMs / 1000);
    metrics.set('sniper_clock_age_seconds', {}, details.clockAgeMs / 1000);
    metrics.set('sniper_exchange_latency_seconds', {}, details.restLatencyMs / 1000);
  }
  for (const source of catalogue.sniper_source_age_seconds.tags.source) {
    const state = details.sources?.[source];
    if (state === undefined) continue;
    metrics.set('sniper_source_interval_seconds', { source }, state.everyMs / 1000);
    metrics.countTo('sniper_source_errors_total', { source }, state.errors);
    metrics.countTo('sniper_source_malformed_total', { source }, state.malformed);
    metrics.countTo('sniper_sightings_total', { source }, state.sightings);
    if (state.lastOkAt !== null) {
      const ageMs = Math.max(0, life.nowMs - state.lastOkAt);
      metrics.set('sniper_source_age_seconds', { source }, ageMs / 1000);
    }
  }
};
