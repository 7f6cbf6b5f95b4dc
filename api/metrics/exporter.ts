import { createServer, type Server } from 'node:http';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Log } from '#domain/ports.ts';
import { bucketsSeconds, type MetricSpec } from '#runtime/metrics-catalogue.ts';
import { metricsOn, type Instrument, type Metrics } from '#runtime/metrics.ts';

// The API has no engine of Temporal's SDK, whose exporter monitor and worker use: its own one
// answers the same question on its METRICS_PORT.

/** Where the API's metrics are written, and how Prometheus reads them. */
export interface Exporter {
  readonly metrics: Metrics;
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
}

export const createExporter = (): Exporter => {
  const registry = new Registry();
  return {
    metrics: metricsOn('api', (name, spec) => instrumentOn(registry, name, spec)),
    text: () => registry.metrics(),
  };
};

const instrumentOn = (registry: Registry, name: string, spec: MetricSpec): Instrument => {
  const settings = {
    name,
    help: spec.help,
    labelNames: Object.keys(spec.tags),
    registers: [registry],
  };
  switch (spec.kind) {
    case 'counter': {
      const made = new Counter(settings);
      return (value, tags) => made.inc(tags, value);
    }
    case 'gauge': {
      const made = new Gauge(settings);
      return (value, tags) => made.set(tags, value);
    }
    case 'histogram': {
      const made = new Histogram({ ...settings, buckets: bucketsSeconds });
      return (value, tags) => made.observe(tags, value);
    }
  }
};

/**
 * Answers GET /metrics to programs of this machine, as the other processes do. A port that is taken
 * is logged: people must reach the API, whether it is measured or not.
 */
export const serveMetrics = (
  exporter: Exporter,
  { port, log }: { readonly port: number; readonly log: Log },
): { stop(): Promise<void> } => {
  const server: Server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    exporter.text().then(
      (text) =>
        response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE }).end(text),
      (error: unknown) => {
        log.error({ err: error }, 'The metrics cannot be written');
        response.writeHead(500).end();
      },
    );
  });
  server.on('error', (error) =>
    log.error({ err: error, port }, 'METRICS_PORT is taken: nobody can see the metrics of the API'),
  );
  server.listen(port, '127.0.0.1');
  return {
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done)); // one that never listened is closed, too
    },
  };
};
