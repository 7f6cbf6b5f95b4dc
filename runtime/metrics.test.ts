import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { promisify } from 'node:util';
import { Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#scripts/setup/ports.ts';
import { catalogue, catalogueText, temporalMetrics } from './metrics-catalogue.ts';
import { createMetrics, histogramBuckets, type Metrics } from './metrics.ts';
import { recordLife, type Life } from './metrics-of-life.ts';

const ROOT = join(import.meta.dirname, '..');
const OPS = join(ROOT, 'ops');

const read = (...path: string[]) => readFile(join(ROOT, ...path), 'utf8');
const fed = Object.entries(catalogue);

/** Metric names in a text, without the endings of a histogram. */
const metricsIn = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/\b(?:sniper|temporal)_[a-z_]+/g)].map(([name]) =>
      name.replace(/_(?:bucket|count|sum)$/, ''),
    ),
  ),
];

const known = new Set<string>([...fed.map(([name]) => name), ...Object.keys(temporalMetrics)]);

describe('the catalogue', () => {
  it('is what docs/metrics.md says', async () => {
    await expect(catalogueText()).toMatchFileSnapshot('../docs/metrics.md');
  });

  it('names units: counters end with _total, everything begins with sniper_', () => {
    for (const [name, spec] of Object.entries(catalogue)) {
      expect(name).toMatch(/^sniper_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(spec.kind === 'counter');
    }
  });

  it('says truly which file writes a metric', async () => {
    const missing: string[] = [];
    for (const [name, { fedBy }] of fed)
      if (!(await read(fedBy)).includes(`'${name}'`)) missing.push(name);
    expect(missing).toEqual([]);
  });
});

describe('alert rules', () => {
  it('use only metrics that something writes', async () => {
    const text = await read('ops/prometheus/alerts.yml');
    const unknown = metricsIn(text).filter((name) => !known.has(name));
    expect(unknown).toEqual([]);
  });

  it('have each a section in the runbook with symptom, look and do', async () => {
    const runbook = await read('docs/runbook.md');
    const alerts = [...(await read('ops/prometheus/alerts.yml')).matchAll(/- alert: (\w+)/g)].map(
      ([, name]) => name ?? '',
    );
    expect(alerts.length).toBeGreaterThan(15);
    const lacks = (alert: string): string[] => {
      const section = runbook.split(/^## /m).find((part) => part.startsWith(`${alert}\n`)) ?? '';
      return ['**Symptom:**', '**Look:**', '**Do:**'].filter((word) => !section.includes(word));
    };
    expect(alerts.filter((alert) => lacks(alert).length > 0)).toEqual([]);
    const sections = [...runbook.matchAll(/^## (Sniper\w+)$/gm)].map(([, name]) => name ?? '');
    expect(sections.filter((name) => !alerts.includes(name))).toEqual([]);
  });

  it('have each a test of promtool', async () => {
    const alerts = [...(await read('ops/prometheus/alerts.yml')).matchAll(/- alert: (\w+)/g)].map(
      ([, name]) => name ?? '',
    );
    const tests = await read('ops/prometheus/alerts.test.yml');
    expect(alerts.filter((name) => !tests.includes(`alertname: ${name}\n`))).toEqual([]);
  });
});

describe('dashboards', () => {
  it('ask only for metrics that something writes', async () => {
    const folder = join(OPS, 'grafana', 'dashboards');
    const files = await readdir(folder);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const text = await readFile(join(folder, file), 'utf8');
      const dashboard = JSON.parse(text) as { panels: { targets?: { expr: string }[] }[] }; // ours
      const queries = dashboard.panels.flatMap((panel) => panel.targets ?? []);
      expect(queries.length).toBeGreaterThan(10);
      const unknown = queries
        .flatMap((query) => metricsIn(query.expr))
        .filter((name) => !known.has(name));
      expect(unknown).toEqual([]);
    }
  });
});

describe('the exporter', () => {
  let address = '';
  let metrics: Metrics;

  beforeAll(async () => {
    address = `127.0.0.1:${await freePort()}`;
    Runtime.install({
      shutdownSignals: [],
      telemetryOptions: {
        metrics: {
          prometheus: { bindAddress: address, histogramBucketOverrides: histogramBuckets() },
        },
      },
    });
    metrics = createMetrics(Runtime.instance().metricMeter);
  });

  afterAll(() => Runtime.instance().shutdown());

  const scrape = async () => (await fetch(`http://${address}/metrics`)).text();

  const life = (details: object): Life => ({
    nowMs: 10_000,
    version: '1.2.3',
    mode: 'simulator',
    watching: true,
    openTrades: [{ phase: 'holding' }, { phase: 'holding' }, { phase: 'unresolved' }],
    budget: {
      bannedUntilMs: null,
      weight: { used: 30, most: 300 },
      orders: { used: 1, most: 4 },
    },
    details: {
      stream: 'live',
      streamMalformed: 2,
      clockOffsetMs: -250,
      clockErrorMs: 20,
      clockAgeMs: 5000,
      restLatencyMs: 40,
      guarding: 2,
      armed: 1,
      ...details,
    },
  });

  it('shows every counter at 0 before its first event', async () => {
    const text = await scrape();
    expect(text).toContain('sniper_orders_total{leg="entry",outcome="executed"} 0');
    expect(text).toContain('sniper_source_errors_total{source="calendar"} 0');
  });

  it('shows a sign of life', async () => {
    const source = { lastOkAt: 7000, everyMs: 5000, errors: 3, malformed: 0 };
    recordLife(metrics, life({ sources: { calendar: source, sourceOfAnotherVersion: source } }));
    recordLife(metrics, life({ sources: { calendar: source } }));
    const text = await scrape();
    for (const line of [
      'sniper_open_trades{phase="holding"} 2',
      'sniper_open_trades{phase="selling"} 0',
      'sniper_clock_offset_seconds 0.25',
      'sniper_source_age_seconds{source="calendar"} 3',
      'sniper_source_errors_total{source="calendar"} 3',
      'sniper_stream_malformed_frames_total 2',
      'sniper_exchange_weight_used_ratio 0.1',
      'sniper_heartbeats_total 2',
      'sniper_build_info{mode="simulator",version="1.2.3"} 1',
    ])
      expect(text).toContain(`${line}\n`);
  });

  it('never throws: what is no number is counted as dropped', async () => {
    recordLife(metrics, life({ clockOffsetMs: 'soon' }));
    metrics.set('sniper_armed_entries', {}, Number.NaN);
    metrics.set('sniper_armed_entries', {}, -1);
    const text = await scrape();
    expect(text).toContain('sniper_metrics_dropped_total 3\n');
    expect(text).toContain('sniper_armed_entries 1\n');
  });

  it('measures stages in buckets that fit them', async () => {
    metrics.observe('sniper_stage_latency_seconds', { stage: 'send_to_ack' }, 0.003);
    const text = await scrape();
    expect(text).toContain('sniper_stage_latency_seconds_bucket{stage="send_to_ack",le="0.002"} 0');
    expect(text).toContain('sniper_stage_latency_seconds_bucket{stage="send_to_ack",le="0.005"} 1');
  });
});

describe('promtool', async () => {
  const run = promisify(execFile);
  const installed = await run('promtool', ['--version']).then(
    () => true,
    () => false,
  );

  // It comes with Debian's package "prometheus"; .ci/run installs it, and there it must be.
  it('is installed where all checks must run', () => {
    expect(installed || env['CI_PACKAGES'] === undefined).toBe(true);
  });

  it.runIf(installed)(
    'accepts the configuration and passes its tests',
    { timeout: 60_000 },
    async () => {
      const prometheus = join(OPS, 'prometheus');
      await run('promtool', ['check', 'config', join(prometheus, 'prometheus.yml')]);
      const { stdout } = await run('promtool', [
        'test',
        'rules',
        join(prometheus, 'alerts.test.yml'),
      ]);
      expect(stdout).toContain('SUCCESS');
    },
  );
});
