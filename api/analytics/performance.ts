import { Prisma } from '#prisma/generated/client.ts';
import type { Db } from '#prisma/client.ts';
import type { PerformanceView } from '../schemas/analytics.ts';

/** One account, from an instant on. */
export interface Window {
  readonly installationId: string;
  readonly since: Date;
}

interface Sums {
  readonly trades: number;
  readonly unknownProfit: number;
  readonly wins: number;
  readonly profit: string;
  readonly fees: string;
  readonly best: string | null;
  readonly worst: string | null;
  readonly maxDrawdown: string;
}

/** Trades that moved money and were closed in the window, with what is known of their profit. */
const closed = ({ installationId, since }: Window): Prisma.Sql => Prisma.sql`
  SELECT id, "closedAt", profit, fees, "exitReason", source FROM "Trade"
  WHERE "installationId" = ${installationId} AND "closedAt" >= ${since} AND spent > 0
    AND profit IS NOT NULL`;

/** What closed trades have come to. Postgres adds up: amounts never become floating point. */
export const performanceOf = async (db: Db, window: Window): Promise<PerformanceView> => {
  const [sums, groups] = await Promise.all([sumsOf(db, window), groupsOf(db, window)]);
  const winRatePercent =
    sums.trades === 0 ? null : Math.round((sums.wins / sums.trades) * 1000) / 10;
  const by = (kind: Grouped['by']) =>
    groups
      .filter((group) => group.by === kind)
      .map(({ key, trades, wins, profit }) => ({ key, trades, wins, profit }));
  return {
    since: window.since.toISOString(),
    ...sums,
    winRatePercent,
    equity: groups
      .filter((group) => group.by === 'day')
      .map(({ key, trades, profit, total }) => ({ day: key, trades, profit, total })),
    byReason: by('reason'),
    bySource: by('source'),
    byHour: by('hour'),
  };
};

const sumsOf = async (db: Db, window: Window): Promise<Sums> => {
  const { installationId, since } = window;
  const [sums] = await db.$queryRaw<Sums[]>`
    WITH summed AS (
      SELECT *, SUM(profit) OVER (ORDER BY "closedAt", id ROWS UNBOUNDED PRECEDING) AS total
      FROM (${closed(window)}) closed
    ),
    fallen AS (
      SELECT *, GREATEST(MAX(total) OVER (ORDER BY "closedAt", id ROWS UNBOUNDED PRECEDING), 0)
                - total AS fall
      FROM summed
    ),
    known AS (
      SELECT COUNT(*)::int AS trades, (COUNT(*) FILTER (WHERE profit > 0))::int AS wins,
             SUM(profit) AS profit, SUM(fees) AS fees, MAX(profit) AS best, MIN(profit) AS worst,
             MAX(fall) AS fall
      FROM fallen
    ),
    unknown AS (
      SELECT COUNT(*)::int AS trades, SUM(fees) AS fees FROM "Trade"
      WHERE "installationId" = ${installationId} AND "closedAt" >= ${since} AND spent > 0
        AND profit IS NULL
    )
    SELECT known.trades, unknown.trades AS "unknownProfit", wins,
           trim_scale(COALESCE(profit, 0))::text AS profit,
           trim_scale(COALESCE(known.fees, 0) + COALESCE(unknown.fees, 0))::text AS fees,
           trim_scale(best)::text AS best,
           trim_scale(worst)::text AS worst,
           trim_scale(COALESCE(fall, 0))::text AS "maxDrawdown"
    FROM known, unknown`;
  if (sums === undefined) throw new Error('an aggregate always has one row');
  return sums;
};

interface Grouped {
  readonly by: 'day' | 'hour' | 'reason' | 'source';
  readonly key: string;
  readonly trades: number;
  readonly wins: number;
  readonly profit: string;
  /** Of this group and those of its kind before it. */
  readonly total: string;
}

/** Every grouping in one walk through the trades, by their keys. */
const groupsOf = (db: Db, window: Window): Promise<Grouped[]> =>
  db.$queryRaw`
    WITH keyed AS (
      SELECT profit, COALESCE("exitReason", 'none') AS reason, source,
             EXTRACT(HOUR FROM "closedAt" AT TIME ZONE 'UTC') AS hour,
             ("closedAt" AT TIME ZONE 'UTC')::date AS day
      FROM (${closed(window)}) closed
    ),
    grouped AS (
      SELECT CASE 0 WHEN GROUPING(reason) THEN 'reason' WHEN GROUPING(source) THEN 'source'
                    WHEN GROUPING(hour) THEN 'hour' ELSE 'day' END AS by,
             COALESCE(reason, source, to_char(hour, 'FM00'), to_char(day, 'YYYY-MM-DD')) AS key,
             COUNT(*)::int AS trades, (COUNT(*) FILTER (WHERE profit > 0))::int AS wins,
             SUM(profit) AS profit
      FROM keyed GROUP BY GROUPING SETS ((reason), (source), (hour), (day))
    )
    SELECT by, key, trades, wins, trim_scale(profit)::text AS profit,
           trim_scale(SUM(profit) OVER (PARTITION BY by ORDER BY key))::text AS total
    FROM grouped ORDER BY by, key`;
