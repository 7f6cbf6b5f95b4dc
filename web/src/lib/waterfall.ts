import type { TradeView } from '#api/schemas/trade.ts';
import { between } from './latency.ts';

type Stages = TradeView['stages'];

export interface Bar {
  readonly key: keyof Stages;
  readonly name: string;
  /** When the stage was reached; null when it was not (yet). */
  readonly at: string | null;
  /** Since the stage before it that was reached, ms; null for the first. */
  readonly tookMs: number | null;
  /** Place of the bar in its part, percent of the part's whole time. */
  readonly from: number;
  readonly width: number;
}

export interface Part {
  readonly name: string;
  /** From the first stage of the part to the last that was reached, ms. */
  readonly totalMs: number | null;
  readonly bars: readonly Bar[];
}

// Before the opening things take minutes, at the opening milliseconds: each part has its own scale.
const PARTS = [
  {
    name: 'Before the opening',
    stages: [
      ['publishedAt', 'Published'],
      ['seenAt', 'Seen'],
      ['signalledAt', 'Workflow told'],
      ['startedAt', 'Workflow started'],
      ['verdictAt', 'Risk verdict'],
      ['armedAt', 'Armed'],
    ],
  },
  {
    name: 'At the opening',
    stages: [
      ['triggeredAt', 'Triggered'],
      ['sentAt', 'Order sent'],
      ['acknowledgedAt', 'Acknowledged'],
      ['filledAt', 'Fill known'],
    ],
  },
  {
    name: 'At the exit',
    stages: [
      ['exitDecidedAt', 'Exit decided'],
      ['closedAt', 'Closed'],
    ],
  },
] as const satisfies readonly {
  name: string;
  stages: readonly (readonly [keyof Stages, string])[];
}[];

/** The stages of a trade as bars, by part. A clock that went back gives bars without width. */
export const waterfallOf = (stages: Stages): readonly Part[] =>
  PARTS.map(({ name, stages: wanted }) => {
    const reached = wanted.flatMap(([key]) => stages[key] ?? []);
    const zero = reached[0] ?? null;
    const totalMs = between(zero, reached.at(-1) ?? null);
    const percent = (ms: number | null): number =>
      ms === null || totalMs === null || totalMs <= 0
        ? 0
        : Math.min(100, Math.max(0, (ms / totalMs) * 100));
    let before: string | null = null;
    const bars = wanted.map(([key, label]): Bar => {
      const at = stages[key];
      const tookMs = between(before, at);
      const from = percent(between(zero, before));
      const width = Math.max(0, percent(between(zero, at)) - from);
      if (at !== null) before = at;
      return { key, name: label, at, tookMs, from, width };
    });
    return { name, totalMs, bars };
  });
