import type { Source } from '#domain/listing.ts';
import { outcomes, phases } from '#domain/trade.ts';

// Every metric of ours, once: names, tags and help come from here, and so do docs/metrics.md and
// what alert rules and the Grafana dashboard may ask for. Each process answers on its METRICS_PORT:
// monitor and worker by the exporter of Temporal's SDK (runtime/temporal.ts), beside the metrics of
// the SDK itself; the API, which has no such engine, by api/metrics/exporter.ts.

export interface MetricSpec {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Closed sets keep the number of series small; `text` only where the code has few values. */
  readonly tags: Readonly<Record<string, readonly string[] | 'text'>>;
  /** The file with the call. */
  readonly fedBy: string;
  /** Which processes have it: monitor and worker, the API, or all. */
  readonly of: 'traders' | 'api' | 'all';
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
const PARTS = ['database', 'temporal', 'monitor', 'worker', 'exchange'] as const;
const LEGS = ['entry', 'exit'] as const;
const LIFE = 'runtime/metrics-of-life.ts';
const ANSWERS = 'worker/count-results.ts';

const API = 'api/metrics/record.ts';

type Spec<K extends MetricSpec['kind'], T extends MetricSpec['tags']> = MetricSpec & {
  readonly kind: K;
  readonly tags: T;
};

/** Makes the entries of what the same file of the same processes writes. */
const entriesOf = (fedBy: string, of: MetricSpec['of']) => {
  const entry =
    <K extends MetricSpec['kind']>(kind: K) =>
    <const T extends MetricSpec['tags']>(help: string, tags: T): Spec<K, T> => ({
      kind,
      help,
      tags,
      fedBy,
      of,
    });
  return { gauge: entry('gauge'), counter: entry('counter'), histogram: entry('histogram') };
};

const every = entriesOf(LIFE, 'all');
const life = entriesOf(LIFE, 'traders');
const answers = entriesOf(ANSWERS, 'traders');
const api = entriesOf(API, 'api');

export const catalogue = {
  sniper_build_info: every.gauge('Always 1; names version and mode', {
    version: 'text',
    mode: 'text',
  }),
  sniper_heartbeats_total: every.counter('Signs of life written to Postgres', {}),
  sniper_metrics_dropped_total: every.counter('Values that were no number at or above 0', {}),
  sniper_event_loop_delay_seconds: every.gauge('99th percentile since the last sign of life', {}),
  sniper_resident_memory_bytes: every.gauge('Memory of the process', {}),
  sniper_heap_used_bytes: every.gauge('Of that: objects, with what is not collected yet', {}),
  sniper_open_trades: life.gauge('Trades that are not closed, by phase', { phase: PHASES }),
  sniper_armed_entries: life.gauge('Entries that this process has armed', {}),
  sniper_guarded_positions: life.gauge('Positions that this process guards', {}),
  sniper_watching: life.gauge('1 while this process looks for new listings', {}),
  sniper_stream_live: life.gauge('1 while every market connection is live', {}),
  sniper_stream_malformed_frames_total: life.counter('Frames of the stream nobody could read', {}),
  sniper_clock_offset_seconds: life.gauge('Distance to the clock of the exchange, either way', {}),
  sniper_clock_error_seconds: life.gauge('How wrong that distance may be', {}),
  sniper_clock_age_seconds: life.gauge('Since the exchange last told its time', {}),
  sniper_exchange_latency_seconds: life.gauge('Round trip of that question', {}),
  sniper_exchange_weight_used_ratio: life.gauge('Used part of our request weight, 0 to 1', {}),
  sniper_exchange_orders_used_ratio: life.gauge('Used part of our orders per second, 0 to 1', {}),
  sniper_exchange_banned: life.gauge('1 while the exchange bans this address', {}),
  sniper_source_age_seconds: life.gauge('Since the source last answered', { source: SOURCES }),
  sniper_source_interval_seconds: life.gauge('How often it is asked', { source: SOURCES }),
  sniper_source_errors_total: life.counter('Failed looks at the source', { source: SOURCES }),
  sniper_source_malformed_total: life.counter('Records nobody could read', { source: SOURCES }),
  sniper_sightings_total: life.counter('Reports of sources', { source: SOURCES }),
  sniper_verdicts_total: answers.counter('Answers of the risk rules', {
    verdict: ['allowed', 'denied'],
  }),
  sniper_entries_total: answers.counter(
    'Entries by what became of them; notEntered may have another sender',
    { result: ['executed', 'ended', 'released', 'notEntered', 'unknown'] },
  ),
  sniper_orders_total: answers.counter('Orders by what is known after the send', {
    leg: LEGS,
    outcome: ['executed', 'unfilled', 'refused', 'resting', 'notSent', 'unknown'],
  }),
  sniper_trades_closed_total: answers.counter('Trades that ended', { outcome: outcomes }),
  sniper_stage_latency_seconds: answers.histogram(
    'Time between two stages of an entry that executed',
    { stage: ['trigger_to_send', 'send_to_ack', 'ack_to_fill', 'open_to_send'] },
  ),
  sniper_api_requests_total: api.counter(
    'Requests by route, as the OpenAPI document names it, and status',
    { route: 'text', status: 'text' },
  ),
  sniper_api_request_seconds: api.histogram('Until the answer begins; streams go on after it', {
    route: 'text',
  }),
  sniper_api_failures_total: api.counter('Answers 500: faults of ours', {}),
  sniper_api_parts_missing_total: api.counter('Answers 503: a part was away', {}),
  sniper_api_streams: api.gauge('Clients of the live stream', {}),
  sniper_api_part_ready: api.gauge('1 while the part is well, as /health/ready says', {
    part: PARTS,
  }),
  sniper_api_database_connections: api.gauge('Connections of the pool', {
    state: ['busy', 'idle'],
  }),
  sniper_api_database_waiting: api.gauge('Queries that wait for a connection', {}),
  sniper_notifications_total: api.counter('Attempts to send a message, by what became of them', {
    result: ['delivered', 'again', 'failed'],
  }),
} as const satisfies Readonly<Record<string, MetricSpec>>;

export type Catalogue = typeof catalogue;

/** The metrics of one kind of process. */
export const metricsOf = (process: 'traders' | 'api'): [string, MetricSpec][] =>
  Object.entries<MetricSpec>(catalogue).filter(([, { of }]) => of === 'all' || of === process);

/** Buckets of our histograms, seconds: those of the engine suit nothing here. */
export const bucketsSeconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

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
    PROCESSES[spec.of],
    tagsText(spec),
    spec.help,
    `\`${spec.fedBy}\``,
  ]);
  const temporal = Object.entries(temporalMetrics).map(([name, help]) => [`\`${name}\``, help]);
  return `# Metrics

Written from \`runtime/metrics.ts\` by \`npx vitest run --project unit runtime/metrics.test.ts -u\`.
Each process answers \`http://127.0.0.1:$METRICS_PORT/metrics\`. Counters begin at 0 with the process.

${table([['Name', 'Kind', 'Of', 'Tags', 'Meaning', 'Written by'], ...ours])}

## Of Temporal's SDK

Monitor and worker answer all of the SDK's metrics at the same address; alerts and dashboard use these.

${table([['Name', 'Meaning'], ...temporal])}
`;
};

const PROCESSES: Readonly<Record<MetricSpec['of'], string>> = {
  all: 'every process',
  traders: 'monitor, worker',
  api: 'api',
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
