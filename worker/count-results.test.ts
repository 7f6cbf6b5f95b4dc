import { describe, expect, test } from 'vitest';
import { quantity } from '#domain/amount.ts';
import type { Metrics } from '#runtime/metrics.ts';
import { createAnswerCounter } from './count-results.ts';

/** What was written: names with their tags, and values. */
const recorder = () => {
  const written: [string, object, number][] = [];
  const write = (name: string, tags: object, value = 1) => {
    written.push([name, tags, value]);
  };
  const metrics: Metrics = { count: write, countTo: write, set: write, observe: write };
  return { written, count: createAnswerCounter(metrics) };
};

describe('what an activity answered', () => {
  test('is counted: an entry with its orders and stages', () => {
    const { written, count } = recorder();
    const attempts = [{ kind: 'unfilled' }, { kind: 'executed' }];
    const times = {
      triggeredAtMs: 1000,
      sentAtMs: 1002,
      acknowledgedAtMs: 1010,
      filledAtMs: 1009, // by the exchange's clock
    };
    const result = { kind: 'executed', attempts, times };
    count({ type: 'buyAtOpen', args: [{ opensAtMs: 997 }], result });
    expect(written).toEqual([
      ['sniper_entries_total', { result: 'executed' }, 1],
      ['sniper_orders_total', { leg: 'entry', outcome: 'unfilled' }, 1],
      ['sniper_orders_total', { leg: 'entry', outcome: 'executed' }, 1],
      ['sniper_stage_latency_seconds', { stage: 'trigger_to_send' }, 0.002],
      ['sniper_stage_latency_seconds', { stage: 'send_to_ack' }, 0.008],
      ['sniper_stage_latency_seconds', { stage: 'ack_to_fill' }, 0],
      ['sniper_stage_latency_seconds', { stage: 'open_to_send' }, 0.005],
    ]);
  });

  test('is counted: verdicts, sales and ends', () => {
    const { written, count } = recorder();
    count({ type: 'admitTrade', args: [{}], result: { verdict: { allowed: false } } });
    count({ type: 'submitExit', args: [{}], result: { kind: 'notNow', because: 'no bid' } });
    const attempt = { kind: 'refused', quantity: quantity('1') };
    count({ type: 'submitExit', args: [{}], result: { kind: 'sent', attempt } });
    count({ type: 'closeTrade', args: [{ outcome: 'traded' }], result: { profit: null } });
    expect(written).toEqual([
      ['sniper_verdicts_total', { verdict: 'denied' }, 1],
      ['sniper_orders_total', { leg: 'exit', outcome: 'refused' }, 1],
      ['sniper_trades_closed_total', { outcome: 'traded' }, 1],
    ]);
  });

  test('is passed over when nobody knows it, and dropped when it cannot be read', () => {
    const { written, count } = recorder();
    count({ type: 'openTrade', args: [{}], result: {} });
    count({ type: 'toString', args: [], result: null });
    count({ type: 'admitTrade', args: [{}], result: null });
    expect(written).toEqual([['sniper_metrics_dropped_total', {}, 1]]);
  });
});
