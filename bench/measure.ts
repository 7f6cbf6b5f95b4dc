import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/** One line of a table: what was measured, how often, and how it was distributed. */
export interface Row {
  readonly what: string;
  readonly n: number;
  readonly unit: 'ms' | 'cores' | 'MB';
  /** What it takes when nothing else is in the way. */
  readonly least: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly most: number;
}

/** A number that was promised, and what was found. */
export interface Target {
  readonly what: string;
  readonly limit: string;
  readonly found: string;
  readonly met: boolean;
}

export interface Section {
  /** When it was measured, ISO 8601. */
  readonly at?: string;
  readonly name: SectionName;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly targets: readonly Target[];
  /** How it was measured and what a reader must know, in sentences. */
  readonly notes: readonly string[];
}

export const sectionNames = [
  'decode',
  'simulator',
  'announced',
  'surprise',
  'stop',
  'api',
] as const;
export type SectionName = (typeof sectionNames)[number];

export interface Bench {
  /** Smaller numbers of samples: shows that it runs, not how fast it is. */
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

/** The value below which `part` of them lie: the nearest one that was really measured. */
export const percentile = (values: readonly number[], part: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
};

export const rowOf = (what: string, values: readonly number[], unit: Row['unit'] = 'ms'): Row => ({
  what,
  n: values.length,
  unit,
  least: values.length === 0 ? Number.NaN : Math.min(...values),
  p50: percentile(values, 0.5),
  p90: percentile(values, 0.9),
  p99: percentile(values, 0.99),
  most: values.length === 0 ? Number.NaN : Math.max(...values),
});

export const msBetween = (fromNs: bigint, toNs: bigint): number => Number(toNs - fromNs) / 1e6;

/**
 * The monotonic clock, ns, at an instant of the wall clock, epoch ms: found by watching the wall
 * clock change. All processes of a machine share both.
 */
export const monotonicAt = (epochMs: number): bigint => {
  const before = Date.now();
  while (Date.now() === before);
  const nowNs = process.hrtime.bigint();
  return nowNs + BigInt(Math.round((epochMs - Date.now()) * 1e6));
};

/** What the numbers depend on. */
export const machineOf = (): string => {
  const [first] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} x ${first?.model.trim() ?? 'unknown'}, ${gigabytes} GB, Node ${process.versions.node}`;
};

/** Processes that ran or waited for a core over the last minute: others may share the machine. */
export const loadOf = (): number => loadavg()[0] ?? Number.NaN;

/** How long somebody has waited for a core since the machine started, ms; null where it is not told. */
export const waitedForCoreMs = (): number | null => {
  try {
    const [, total = ''] =
      /some .*total=(\d+)/.exec(readFileSync('/proc/pressure/cpu', 'utf8')) ?? [];
    return Number(total) / 1000;
  } catch {
    return null; // not Linux, or a kernel without it
  }
};
