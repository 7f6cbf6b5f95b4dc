import type { TradeView } from '#api/schemas/trade.ts';
import { textOf, unitsOf } from '../../lib/decimal.ts';
import { between } from '../../lib/latency.ts';

// What closed trades add up to. Sums are exact; shares and percentiles are for the eye.

export type ClosedTrade = Pick<
  TradeView,
  'quote' | 'profit' | 'closedAt' | 'opensAt' | 'createdAt' | 'exitReason' | 'source' | 'outcome'
> & { readonly stages: Pick<TradeView['stages'], 'triggeredAt' | 'acknowledgedAt'> };

/** A trade that moved money and is booked. */
interface Booked {
  readonly at: string;
  readonly profit: bigint;
  readonly trade: ClosedTrade;
}

/** In the order in which they were closed. */
const bookedOf = (trades: readonly ClosedTrade[]): readonly Booked[] =>
  trades
    .flatMap((trade) =>
      trade.profit === null || trade.closedAt === null
        ? []
        : [{ at: trade.closedAt, profit: unitsOf(trade.profit), trade }],
    )
    .toSorted((a, b) => a.at.localeCompare(b.at));

export interface Point {
  readonly at: string;
  /** All profit until then, quote, after fees. */
  readonly equity: string;
  /** How far that is below its best; never above 0. */
  readonly drawdown: string;
}

/** Profit as it grew, one point per booked trade. */
export const curveOf = (trades: readonly ClosedTrade[]): readonly Point[] => {
  let equity = 0n;
  let best = 0n;
  return bookedOf(trades).map(({ at, profit }) => {
    equity += profit;
    if (equity > best) best = equity;
    return { at, equity: textOf(equity), drawdown: textOf(equity - best) };
  });
};

/** Deepest fall below the best balance, as a loss. */
export const worstDrawdown = (curve: readonly Point[]): string =>
  textOf(
    curve.reduce((worst, { drawdown }) => {
      const units = unitsOf(drawdown);
      return units < worst ? units : worst;
    }, 0n),
  );

export interface Group {
  readonly name: string;
  readonly count: number;
  readonly wins: number;
  readonly profit: string;
  /** Cut to the last place, not rounded. */
  readonly average: string;
}

/** Booked trades by a name that each has, most trades first. */
const groupsBy = (
  trades: readonly ClosedTrade[],
  nameOf: (trade: ClosedTrade) => string,
): readonly Group[] => {
  const groups = new Map<string, Booked[]>();
  for (const each of bookedOf(trades)) {
    const name = nameOf(each.trade);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else group.push(each);
  }
  return [...groups].map(([name, members]) => groupOf(name, members));
};

const groupOf = (name: string, members: readonly Booked[]): Group => {
  const profit = members.reduce((sum, each) => sum + each.profit, 0n);
  return {
    name,
    count: members.length,
    wins: members.filter((each) => each.profit > 0n).length,
    profit: textOf(profit),
    average: members.length === 0 ? '0' : textOf(profit / BigInt(members.length)),
  };
};

const byCount = (a: Group, b: Group) => b.count - a.count;
const byName = (a: Group, b: Group) => a.name.localeCompare(b.name);

export const byReason = (trades: readonly ClosedTrade[]): readonly Group[] =>
  groupsBy(trades, (trade) => trade.exitReason ?? 'unknown').toSorted(byCount);

export const bySource = (trades: readonly ClosedTrade[]): readonly Group[] =>
  groupsBy(trades, (trade) => trade.source).toSorted(byCount);

/** Hour of the day, UTC, in which the pair opened: "08". */
export const byHour = (trades: readonly ClosedTrade[]): readonly Group[] =>
  groupsBy(trades, (trade) =>
    (trade.stages.triggeredAt ?? trade.opensAt ?? trade.createdAt).slice(11, 13),
  ).toSorted(byName);

/** Day of the closing, UTC, newest first. */
export const byDay = (trades: readonly ClosedTrade[]): readonly Group[] =>
  groupsBy(trades, (trade) => (trade.closedAt ?? trade.createdAt).slice(0, 10)).toSorted((a, b) =>
    byName(b, a),
  );

export const totalOf = (trades: readonly ClosedTrade[]): Group => groupOf('all', bookedOf(trades));

/** Why listings were not bought, and how many; most first. */
export const missedBy = (
  trades: readonly ClosedTrade[],
): readonly { readonly outcome: NonNullable<TradeView['outcome']>; readonly count: number }[] => {
  const counts = new Map<NonNullable<TradeView['outcome']>, number>();
  for (const { outcome, profit } of trades)
    if (outcome !== null && profit === null) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts]
    .map(([outcome, count]) => ({ outcome, count }))
    .toSorted((a, b) => b.count - a.count);
};

/** Upper ends of the ranges, ms: the limits of the latency badges are among them. */
const LATENCY_ENDS = [50, 100, 200, 500, 1000, Number.POSITIVE_INFINITY] as const;

export interface LatencyRange {
  readonly fromMs: number;
  /** Infinity for the last. */
  readonly toMs: number;
  readonly count: number;
}

export interface Latency {
  readonly count: number;
  readonly ranges: readonly LatencyRange[];
  /** Null when nothing was measured. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** From the trigger to the exchange's answer, of every entry that was answered. */
export const latencyOf = (trades: readonly ClosedTrade[]): Latency => {
  const times = trades
    .flatMap(({ stages }) => between(stages.triggeredAt, stages.acknowledgedAt) ?? [])
    .toSorted((a, b) => a - b);
  const at = (share: number) => times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? null;
  const ranges = LATENCY_ENDS.map((toMs, n) => {
    const fromMs = LATENCY_ENDS[n - 1] ?? 0;
    return { fromMs, toMs, count: times.filter((ms) => ms >= fromMs && ms < toMs).length };
  });
  return { count: times.length, ranges, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
};
