import { activityInfo } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { Activities } from '#activities/index.ts';
import type { Metrics } from '#runtime/metrics.ts';

// What activities answered, as metrics: counted where every answer passes, so that the paths that
// send orders know nothing of it. An activity that ran twice is counted twice.

type Observers = {
  readonly [N in keyof Activities]?: (
    result: Awaited<ReturnType<Activities[N]>>,
    ...args: Parameters<Activities[N]>
  ) => void;
};

const observers = (metrics: Metrics): Observers => ({
  admitTrade: ({ verdict }) =>
    metrics.count('sniper_verdicts_total', { verdict: verdict.allowed ? 'allowed' : 'denied' }),
  buyAtOpen: (result, { opensAtMs }) => {
    metrics.count('sniper_entries_total', { result: result.kind });
    if ('attempts' in result)
      for (const { kind } of result.attempts)
        metrics.count('sniper_orders_total', { leg: 'entry', outcome: kind });
    if (result.kind !== 'executed') return;
    const { triggeredAtMs, sentAtMs, acknowledgedAtMs, filledAtMs } = result.times;
    const stages = {
      trigger_to_send: sentAtMs - triggeredAtMs,
      send_to_ack: acknowledgedAtMs - sentAtMs,
      ack_to_fill: filledAtMs - acknowledgedAtMs,
      ...(opensAtMs === null ? {} : { open_to_send: sentAtMs - opensAtMs }),
    };
    for (const stage of [
      'trigger_to_send',
      'send_to_ack',
      'ack_to_fill',
      'open_to_send',
    ] as const) {
      const ms = stages[stage];
      // The exchange's times and ours are of two clocks: a difference below zero is none.
      if (ms !== undefined)
        metrics.observe('sniper_stage_latency_seconds', { stage }, Math.max(0, ms) / 1000);
    }
  },
  submitExit: (result) => {
    if (result.kind === 'sent')
      metrics.count('sniper_orders_total', { leg: 'exit', outcome: result.attempt.kind });
  },
  closeTrade: (_closed, { outcome }) => metrics.count('sniper_trades_closed_total', { outcome }),
});

/** An activity that has answered. */
export interface Answered {
  readonly type: string;
  readonly args: readonly unknown[];
  readonly result: unknown;
}

/** Counts one answer; what is not known is not counted. Never throws. */
export const createAnswerCounter = (metrics: Metrics): ((answered: Answered) => void) => {
  const known = observers(metrics);
  return ({ type, args, result }) => {
    try {
      const observe: unknown = Object.hasOwn(known, type) ? Reflect.get(known, type) : undefined;
      if (typeof observe === 'function') observe(result, ...args);
    } catch {
      metrics.count('sniper_metrics_dropped_total', {});
    }
  };
};

/** Counts what the activities of a worker answer. Changes no answer, and never fails one. */
export const countResults = (metrics: Metrics): ActivityInboundCallsInterceptor => {
  const count = createAnswerCounter(metrics);
  return {
    execute: async (input, next) => {
      const result = await next(input);
      count({ type: activityInfo().activityType, args: input.args, result });
      return result;
    },
  };
};
