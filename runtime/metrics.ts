import type { MetricMeter } from '@temporalio/common';
import { bucketsSeconds, metricsOf, type Catalogue, type MetricSpec } from './metrics-catalogue.ts';

// How a process writes the metrics of the catalogue, whatever exports them.

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

/** Takes one value. */
export type Instrument = (value: number, tags: Readonly<Record<string, string>>) => void;

/** Metrics of a trader, on a meter: `Runtime.instance().metricMeter` once `installRuntime` has run. */
export const createMetrics = (meter: MetricMeter): Metrics =>
  metricsOn('traders', (name, spec) => instrumentOf(meter, name, spec));

/** Metrics of one kind of process, on whatever exports them. Those of another kind are dropped. */
export const metricsOn = (
  process: 'traders' | 'api',
  make: (name: string, spec: MetricSpec) => Instrument,
): Metrics => {
  const specs = metricsOf(process);
  const instruments = new Map(specs.map(([name, spec]) => [name, make(name, spec)]));
  const totals = new Map<string, number>();
  const write = (name: MetricName, tags: object, value: number): void => {
    const usable = Number.isFinite(value) && value >= 0 && instruments.has(name);
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
  beginAtZero(specs, instruments);
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
const beginAtZero = (
  specs: readonly (readonly [string, MetricSpec])[],
  instruments: ReadonlyMap<string, Instrument>,
): void => {
  for (const [name, spec] of specs)
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

/** Buckets of our histograms, seconds, for the options of the runtime. */
export const histogramBuckets = (): Record<string, number[]> =>
  Object.fromEntries(
    metricsOf('traders')
      .filter(([, spec]) => spec.kind === 'histogram')
      .map(([name]) => [name, bucketsSeconds]),
  );
