import type { MetricMeter } from '@temporalio/common';
import type { Source } from '#domain/listing.ts';
import { outcomes, phases } from '#domain/trade.ts';

// Every metric of ours, once: names, tags and help come from here, and so do docs/metrics.md and
// what alert rules and the Grafana dashboard may ask for. They are exported by the exporter of
// Temporal's SDK on METRICS_PORT (runtime/temporal.ts), beside the metrics of the SDK itself.

interface MetricSpec {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Closed sets keep the number of series small; `text` only where one process has one value. */
  readonly tags: Readonly<Record<string, readonly string[] | 'text'>>;
  /** The file with the call. */
  readonly fedBy: string;
}

/** A list that is missing one of `T`, or has another, does not compile. */
const everyOf =
  <T extends string>() =>
  <const A extends readonly T[]>(all: [T] extends [A[number]] ? A : never): A =>
    all;

const PHASES = phases.filter((phase) => phase !== 'closed');
const SOURCES = everyOf<Source>()([
  'exchangeInfo',
  'calendar',
  'webPairs',

  'defaultSymbols',
  'miniTickers',
  'announcements',
  'offlinePairs',
  'manual',
]);
const LEGS = ['entry', 'exit'] as const;
const LIFE = 'runtime/metrics-of-life.ts';
const ANSWERS = 'worker/count-results.ts';

const gauge = <T extends MetricSpec['tags']>(help: string, tags: T, fedBy = LIFE) =>
  ({ kind: 'gauge', help, tags, fedBy }) as const;
const counter = <T extends MetricSpec['tags']>(help: string, tags: T, fedBy = LIFE) =>
  ({ kind: 'counter', help, tags, fedBy }) as const;
const histogram = <T extends MetricSpec['tags']>(help: string, tags: T, fedBy: string) =>
  ({ kind: 'histogram', help, tags, fedBy }) as const;

export const catalogue = {
  sniper_build_info: gauge('Always 1; names version and mode', { version: 'text', mode: 'text' }),
  sniper_heartbeats_total: counter('Signs of life written to Postgres', {}),
  sniper_metrics_dropped_total: counter('Values that were no number at or above 0', {}),
  sniper_open_trades: gauge('Trades that are not closed, by phase', { phase: PHASES }),
  sniper_armed_entries: gauge('Entries that this process has armed', {}),
  sniper_guarded_positions: gauge('Positions that this process guards', {}),
  sniper_watching: gauge('1 while this process looks for new listings', {}),
  sniper_stream_live: gauge('1 while every market connection is live', {}),
  sniper_stream_malformed_frames_total: counter('Frames of the stream nobody could read', {}),
  sniper_clock_offset_seconds: gauge('Distance to the clock of the exchange, either way', {}),
  sniper_clock_error_seconds: gauge('How wrong that distance may be', {}),
  sniper_clock_age_seconds: gauge('Since the exchange last told its time', {}),
  sniper_exchange_latency_seconds: gauge('Round trip of that question', {}),
  sniper_exchange_weight_used_ratio: gauge('Used part of our request weight, 0 to 1', {}),
  sniper_exchange_orders_used_ratio: gauge('Used part of our orders per second, 0 to 1', {}),
  sniper_exchange_banned: gauge('1 while the exchange bans this address', {}),
  sniper_source_age_seconds: gauge('Since the source last answered', { source: SOURCES }),
  sniper_source_interval_seconds: gauge('How often it is asked', { source: SOURCES }),
  sniper_source_errors_total: counter('Failed looks at the source', { source: SOURCES }),
  sniper_source_malformed_total: counter('Records nobody could read', { source: SOURCES }),
  sniper_event_loop_delay_seconds: gauge('99th percentile since the last sign of life', {}),
  sniper_resident_memory_bytes: gauge('Memory of the process', {}),
  sniper_sightings_total: counter('Reports of sources', { source: SOURCES }),
  sniper_verdicts_total: counter(
    'Answers of the risk rules',
    { verdict: ['allowed', 'denied'] },
    ANSWERS,
  ),
  sniper_entries_total: counter(
    'Entries by what became of them; notEntered may have another sender',
    { result: ['executed', 'ended', 'released', 'notEntered', 'unknown'] },
    ANSWERS,
  ),
  sniper_orders_total: counter(
    'Orders by what is known after the send',
    { leg: LEGS, outcome: ['executed', 'unfilled', 'refused', 'resting', 'notSent', 'unknown'] },
    ANSWERS,
  ),
  sniper_trades_closed_total: counter('Trades that ended', { outcome: outcomes }, ANSWERS),
  sniper_stage_latency_seconds: histogram(
    'Time between two stages of an entry that executed',
    { stage: ['trigger_to_send', 'send_to_ack', 'ack_to_fill', 'open_to_send'] },
    ANSWERS,
  ),
} as const satisfies Readonly<Record<string, MetricSpec>>;

type Catalogue = typeof catalogue;
export type MetricName = keyof Catalogue;
type NameOf<K extends MetricSpec['kind']> = {
  [N in MetricName]: Catalogue[N]['kind'] extends K ? N : never;
}[MetricName];
type TagsOf<N extends MetricName> = {
  readonly [T in keyof Catalogue[N]['tags']]: Catalogue[N]['tags'][T] extends readonly (infer V)[]
    ? V
    : string;
};

/** Writes metrics. Never throws: a value that cannot be one is counted as dropped. */
export interface Metrics {
  count<N extends NameOf<'counter'>>(name: N, tags: TagsOf<N>, by?: number): void;
  /** Raises a counter to what somebody else has counted since this process began. */
  countTo<N extends NameOf<'counter'>>(name: N, tags: TagsOf<N>, total: number): void;
  set<N extends NameOf<'gauge'>>(name: N, tags: TagsOf<N>, value: number): void;
  observe<N extends NameOf<'histogram'>>(name: N, tags: TagsOf<N>, seconds: number): void;
}

type Instrument = (value: number, tags: Readonly<Record<string, string>>) => void;

/** Metrics on a meter: `Runtime.instance().metricMeter` once `installRuntime` has run. */
export const createMetrics = (meter: MetricMeter): Metrics => {
  const instruments = new Map<string, Instrument>();
  for (const [name, spec] of Object.entries(catalogue))
    instruments.set(name, instrumentOf(meter, name, spec));
  const totals = new Map<string, number>();
  const write = (name: MetricName, tags: object, value: number): void => {
    const usable = Number.isFinite(value) && value >= 0;
    const [into, by] = usable ? [name, value] : (['sniper_metrics_dropped_total', 1] as const);
    instruments.get(into)?.(by, usable ? { ...tags } : {});
  };
  const metrics: Metrics = {
    count: (name, tags, by = 1) => write(name, tags, by),
    countTo: (name, tags, total) => {
      const key = `${name} ${JSON.stringify(tags)}`;
      const by = total - (totals.get(key) ?? 0);
      if (by > 0) totals.set(key, total);
      write(name, tags, by);
    },
    set: write,
    observe: write,
  };
  beginAtZero(instruments);
  return metrics;
};

const instrumentOf = (meter: MetricMeter, name: string, spec: MetricSpec): Instrument => {
  switch (spec.kind) {
    case 'counter': {
      const made = meter.createCounter(name, '', spec.help);
      return (value, tags) => made.add(value, tags);
    }
    case 'gauge': {
      const made = meter.createGauge(name, 'float', '', spec.help);
      return (value, tags) => made.set(value, tags);
    }
    case 'histogram': {
      const made = meter.createHistogram(name, 'float', '', spec.help);
      return (value, tags) => made.record(value, tags);
    }
  }
};

/** Every counter exists from the start: otherwise its first event would be no increase. */
const beginAtZero = (instruments: ReadonlyMap<string, Instrument>): void => {
  for (const [name, spec] of Object.entries(catalogue))
    if (spec.kind === 'counter')
      for (const tags of combinations(spec.tags)) instruments.get(name)?.(0, tags);
};

const combinations = (tags: MetricSpec['tags']): Record<string, string>[] => {
  let all: Record<string, string>[] = [{}];
  for (const [tag, values] of Object.entries(tags)) {
    if (values === 'text') return [];
    all = all.flatMap((one) => values.map((value) => ({ ...one, [tag]: value })));
  }
  return all;
};

/** Buckets of our histograms, seconds, for the options of the runtime: its own suit nothing here. */
export const histogramBuckets = (): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(catalogue)
      .filter(([, spec]) => spec.kind === 'histogram')
      .map(([name]) => [name, [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]]),
  );

/** Temporal's own metrics that alerts and dashboard use; times in ms. Of SDK 1.24, read 2026-11. */
export const temporalMetrics: Readonly<Record<string, string>> = {
  temporal_workflow_task_schedule_to_start_latency: 'wait of a workflow task for a worker, ms',
  temporal_activity_schedule_to_start_latency: 'wait of an activity for a worker, ms',
  temporal_activity_execution_latency: 'how long activities ran, ms; its count is all that ended',
  temporal_activity_execution_failed: 'activities that failed',
  temporal_workflow_task_execution_failed: 'workflow tasks that failed, by failure_reason',
  temporal_request_latency: 'calls to Temporal, ms',
  temporal_request_failure: 'failed calls to Temporal, by status_code',
  temporal_long_request_failure:
    'failed waits for tasks, by status_code; they rise while it is away',
  temporal_num_pollers: 'polls that wait for tasks',
  temporal_worker_task_slots_available: 'tasks that still fit',
  temporal_sticky_cache_size: 'workflows kept in memory',
};

/** docs/metrics.md. */
export const catalogueText = (): string => {
  const ours = Object.entries<MetricSpec>(catalogue).map(([name, spec]) => [
    `\`${name}\``,
    spec.kind,
    tagsText(spec),
    spec.help,
    `\`${spec.fedBy}\``,
  ]);
  const temporal = Object.entries(temporalMetrics).map(([name, help]) => [`\`${name}\``, help]);
  return `# Metrics

Written from \`runtime/metrics.ts\` by \`npx vitest run --project unit runtime/metrics.test.ts -u\`.
Monitor and worker answer \`http://127.0.0.1:$METRICS_PORT/metrics\`. Counters begin at 0 with the process.

${table([['Name', 'Kind', 'Tags', 'Meaning', 'Written by'], ...ours])}

## Of Temporal's SDK

The same address has all of the SDK's metrics; alerts and dashboard use these.

${table([['Name', 'Meaning'], ...temporal])}
`;
};

const tagsText = ({ tags }: MetricSpec): string =>
  Object.entries(tags)
    .map(([tag, values]) => `${tag}: ${values === 'text' ? 'text' : values.join(', ')}`)
    .join('; ');

/** Columns as wide as the formatter wants them. */
const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  const widths = head.map((_, n) => Math.max(3, ...rows.map((row) => row[n]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, n) => (row[n] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
};
