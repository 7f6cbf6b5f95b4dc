import type { Db } from '../client.ts';
import { raceOf } from '../listing-identity.ts';
import { reportsOf } from '../listings.ts';
import type { Source } from '#domain/listing.ts';
import type { RuleResult } from '#domain/risk.ts';

// What happened in each minute of a run, for charts and for people who ask later.

const MINUTE_MS = 60_000;

/** The minute that holds an instant: its first ms. */
export const minuteOf = (ms: number): number => ms - (ms % MINUTE_MS);

/** Percentiles of one stage in one minute, ms. */
export interface StageLatency {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

const STAGES = {
  opening_to_sent: ['opensAt', 'sentAt'],
  seen_to_sent: ['seenAt', 'sentAt'],
  triggered_to_sent: ['triggeredAt', 'sentAt'],
  sent_to_acknowledged: ['sentAt', 'acknowledgedAt'],
  acknowledged_to_filled: ['acknowledgedAt', 'filledAt'],
} as const;

type Stage = keyof typeof STAGES;
type Times = Readonly<Record<(typeof STAGES)[Stage][number], Date | null>>;

/**
 * Counts the minute that begins at `minuteMs` and writes it. May repeat: the minute is counted
 * again, so that a take-over in the middle of it loses nothing.
 */
export const recordMinute = async (
  db: Db,
  installationId: string,
  minuteMs: number,
): Promise<void> => {
  const within = { gte: new Date(minuteMs), lt: new Date(minuteMs + MINUTE_MS) };
  const trades = (stage: 'armedAt' | 'filledAt') =>
    db.trade.count({ where: { installationId, [stage]: within } });
  const [seen, armed, filled, sent, closed, queueDepth] = await Promise.all([
    db.listing.count({
      where: { installationId, firstSeenAt: within, state: { not: 'baseline' } },
    }),
    trades('armedAt'),
    trades('filledAt'),
    db.trade.findMany({
      where: { installationId, sentAt: within },
      select: {
        opensAt: true,
        seenAt: true,
        triggeredAt: true,
        sentAt: true,
        acknowledgedAt: true,
        filledAt: true,
      },
    }),
    db.trade.findMany({
      where: { installationId, closedAt: within, outcome: { notIn: ['traded', 'dust'] } },
      select: { outcome: true, listing: { select: { verdicts: true } } },
    }),
    db.listingSignal.count({ where: { installationId, handledAt: null } }),
  ]);
  const refused = countOf(
    closed.flatMap(({ outcome, listing }) => reasonsOf(outcome, listing.verdicts)),
  );
  const counts = {
    seen,
    armed,
    fired: sent.length,
    filled,
    refused,
    latency: { ...latencyOf(sent) },
    queueDepth,
  };
  const minute = new Date(minuteMs);
  await db.workflowMetric.upsert({
    where: { installationId_minute: { installationId, minute } },
    create: { installationId, minute, ...counts },
    update: counts,
  });
};

/** A trade that the risk rules denied counts under each rule that said no. */
const reasonsOf = (
  outcome: string | null,
  verdicts: readonly { allowed: boolean; rules: unknown }[],
): readonly string[] => {
  if (outcome !== 'denied') return [outcome ?? 'unknown'];
  const rules = verdicts
    .filter((verdict) => !verdict.allowed)
    .flatMap((verdict) => verdict.rules as readonly RuleResult[]); // written by the risk ledger
  return rules.filter((rule) => !rule.passed).map((rule) => `denied: ${rule.rule}`);
};

const countOf = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

const latencyOf = (
  trades: readonly Times[],
): Partial<Record<Stage, { [K in keyof StageLatency]: number }>> => {
  const stages = Object.entries(STAGES).flatMap(([stage, [from, to]]) => {
    const ms = trades.flatMap((each) => {
      const [began, ended] = [each[from], each[to]];
      return began === null || ended === null ? [] : [ended.getTime() - began.getTime()];
    });
    return ms.length === 0 ? [] : [[stage, percentilesOf(ms)] as const];
  });
  return Object.fromEntries(stages);
};

const percentilesOf = (values: readonly number[]): StageLatency => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
};

/** Minutes of at most the last hour that are over and were not counted yet, oldest first. */
export const minutesToCount = async (
  db: Db,
  installationId: string,
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
): Promise<readonly number[]> => {
  const last = await db.workflowMetric.findFirst({
    where: { installationId },
    orderBy: { minute: 'desc' },
    select: { minute: true },
  });
  const firstMs = Math.max(
    minuteOf(sinceMs),
    minuteOf(nowMs) - MINUTES_MAX * MINUTE_MS,
    last === null ? 0 : last.minute.getTime() + MINUTE_MS,
  );
  const count = Math.max(0, (minuteOf(nowMs) - firstMs) / MINUTE_MS);
  return Array.from({ length: count }, (_, n) => firstMs + n * MINUTE_MS);
};

const MINUTES_MAX = 60;

/** Listings whose races say how far a source lags behind. */
const LISTINGS = 20;

/** How far each source was behind the first one, median of the last listings it reported, ms. */
export const sourceLags = async (
  db: Db,
  installationId: string,
): Promise<ReadonlyMap<Source, number>> => {
  const listings = await db.listing.findMany({
    where: { installationId, state: { not: 'baseline' } },
    orderBy: { firstSeenAt: 'desc' },
    take: LISTINGS,
    select: { id: true },
  });
  const races = await Promise.all(listings.map(async ({ id }) => raceOf(await reportsOf(db, id))));
  const behind = new Map<Source, number[]>();
  for (const { source, behindMs } of races.flat())
    behind.set(source, [...(behind.get(source) ?? []), behindMs]);
  return new Map([...behind].map(([source, ms]) => [source, percentilesOf(ms).p50]));
};
