import { percentile, rowOf, type Row, type Section, type Target } from '../measure.ts';
import type { Asked, Heard } from '../processes/api-load.ts';
import { mix } from './mix.ts';
import type { Seeded } from './seed.ts';

export const STREAMS = 50;
export const PER_SECOND = 100;
const P99_MS = 100;
const GROWTH_MAX_PERCENT = 10;
/** So many readings of the memory are one: it goes up and down with the collection of garbage. */
const READINGS = 5;

/** What was found while the questions were asked. */
export interface Load {
  readonly seconds: number;
  readonly asked: readonly Asked[];
  readonly heard: Heard;
  /** Resident memory of the API once a second, MB. */
  readonly memoryMb: readonly number[];
  /** Seconds in which its memory may still fill with what it keeps. */
  readonly filling: number;
}

/** The section of the report. */
export const sectionOf = (seeded: Seeded, load: Load, plans: readonly string[]): Section => {
  const times = (of: readonly Asked[]) => of.map(({ ms }) => ms);
  const reads = mix.map(({ name }) => load.asked.filter((each) => each.name === name));
  const overall = rowOf('all reads', times(load.asked));
  return {
    name: 'api',
    title: `The API: ${PER_SECOND} reads a second on ${seeded.trades} trades`,
    rows: [
      overall,
      ...reads.flatMap((of) => (of[0] === undefined ? [] : [rowOf(of[0].name, times(of))])),
      rowOf('resident memory', load.memoryMb, 'MB'),
    ],
    targets: targetsOf(overall, load),
    notes: [
      ...notesOf(seeded, load),
      `What Postgres does for each, as EXPLAIN says (tables of a few rows are always walked): ${plans.join(' ')}`,
    ],
  };
};

const targetsOf = (overall: Row, load: Load): readonly Target[] => {
  const { asked, heard } = load;
  const failed = asked.filter(({ problem }) => problem !== null).length;
  const { from, to } = memory(load);
  const grown = (100 * (to - from)) / from;
  const lost = heard.missed + heard.broken;
  return [
    {
      what: `reads on 100,000 trades, ${STREAMS} live streams, a bot that trades, p99`,
      limit: `${P99_MS} ms`,
      found: `${overall.p99.toFixed(1)} ms`,
      met: overall.p99 <= P99_MS,
    },
    {
      what: 'reads that failed',
      limit: '0',
      found: `${failed} of ${asked.length}`,
      met: failed === 0,
    },
    {
      what: `memory of the API after ${load.filling} s and at the end`,
      limit: `${GROWTH_MAX_PERCENT} % more`,
      found: `${from.toFixed(0)} and ${to.toFixed(0)} MB, ${grown.toFixed(1)} %`,
      met: grown <= GROWTH_MAX_PERCENT,
    },
    {
      what: 'changes that a live stream missed, and streams that broke',
      limit: '0',
      found: `${lost}; ${heard.changes} were heard`,
      met: lost === 0 && heard.fewest > 0,
    },
  ];
};

const memory = ({ memoryMb, filling }: Load): { readonly from: number; readonly to: number } => ({
  from: percentile(memoryMb.slice(filling, filling + READINGS), 0.5),
  to: percentile(memoryMb.slice(-READINGS), 0.5),
});

const notesOf = (seeded: Seeded, load: Load): readonly string[] => {
  const { asked, heard, seconds, memoryMb } = load;
  const late = rowOf(
    'late',
    asked.map(({ lateMs }) => lateMs),
  );
  const problems = [...new Set(asked.flatMap(({ problem }) => problem ?? []))].slice(0, 5);
  return [
    `Reads come at random instants for ${seconds} s, ${PER_SECOND} a second on average, from a process of its own, whether or not earlier ones were answered; each is counted from the instant at which it was due to the last byte of its answer. The sender itself was late by ${late.p50.toFixed(2)} ms at p50 and ${late.p99.toFixed(2)} ms at p99, which is in the numbers. Five seconds of the same reads before are not counted.`,
    `Worker, monitor, Temporal, Postgres and the look-alike run on the same cores; ten positions are held, and another pair opens every ten seconds. ${seeded.trades} closed trades of two years with their orders, fills, log and sightings: ${seeded.rows} rows, written in ${seeded.seconds.toFixed(0)} s. Reads ask for any of them, and for pages anywhere in the lists.`,
    `${heard.changes} changes reached the ${STREAMS} live streams, ${heard.fewest} the one that heard least and ${heard.most} the one that heard most. The API had ${memoryMb[0]?.toFixed(0) ?? '?'} MB at the beginning and ${memoryMb.at(-1)?.toFixed(0) ?? '?'} MB at the end; every five seconds: ${memoryMb
      .filter((_, n) => n % READINGS === 0)
      .map((mb) => mb.toFixed(0))
      .join(', ')}.`,
    ...problems.map((problem) => `A read failed: ${problem}`),
  ];
};
