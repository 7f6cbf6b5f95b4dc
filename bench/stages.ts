import type { Ground } from './ground.ts';
import { monotonicAt, rowOf, type Row } from './measure.ts';

interface Measured {
  readonly what: string;
  /** When the clock of each pair began, monotonic ns. */
  readonly starts: ReadonlyMap<string, bigint>;
  readonly arrivals: ReadonlyMap<string, { readonly ns: bigint }>;
}

/** Where the time of our path goes, by the stage times of each trade; those are whole ms. */
export const stageRows = async (
  { world }: Ground,
  { what, starts, arrivals }: Measured,
): Promise<readonly Row[]> => {
  const zeroNs = monotonicAt(0);
  const epochMs = (ns: bigint | undefined) => (ns === undefined ? null : Number(ns - zeroNs) / 1e6);
  const trades = await world.db.trade.findMany({
    where: { symbol: { in: [...starts.keys()] } },
  });
  const points = trades.map((trade) => ({
    began: epochMs(starts.get(trade.symbol)),
    started: trade.startedAt?.getTime() ?? null,
    judged: trade.verdictAt?.getTime() ?? null,
    armed: trade.armedAt?.getTime() ?? null,
    triggered: trade.triggeredAt?.getTime() ?? null,
    sent: trade.sentAt?.getTime() ?? null,
    arrived: epochMs(arrivals.get(trade.symbol)?.ns),
    acknowledged: trade.acknowledgedAt?.getTime() ?? null,
    filled: trade.filledAt?.getTime() ?? null,
  }));
  type Point = keyof (typeof points)[number];
  const between = (from: Point, to: Point): readonly number[] =>
    points.flatMap((point) => {
      const [a, b] = [point[from], point[to]];
      return a === null || b === null ? [] : [b - a];
    });
  const isSurprise = between('began', 'armed').every((ms) => ms > 0);
  const steps: readonly (readonly [Point, Point])[] = [
    ...(isSurprise
      ? ([
          ['began', 'started'],
          ['started', 'judged'],
          ['judged', 'armed'],
          ['armed', 'triggered'],
        ] as const)
      : ([['began', 'triggered']] as const)),
    ['triggered', 'sent'],
    ['sent', 'arrived'],
    ['sent', 'acknowledged'],
    ['acknowledged', 'filled'],
  ];
  return steps.flatMap(([from, to]) => {
    const took = between(from, to);
    return took.length === 0 ? [] : [rowOf(`· ${what}, ${from} → ${to}`, took)];
  });
};
