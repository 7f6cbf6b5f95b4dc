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

/** Trades that moved money and were closed in the window. */
const closed = ({ installationId, since }: Window): Prisma.Sql => Prisma.sql`
  SELECT * FROM "Trade"
  WHERE "installationId" = ${installationId} AND "closedAt" >= ${since} AND spent > 0`;

/** What closed trades have come to. Postgres adds up: amounts never become floating point. */
export const performanceOf = async (db: Db, window: Window): Promise<PerformanceView> => {
  const [sums, equity, byReason, bySource, byHour] = await Promise.all([
    sumsOf(db, window),
    equityOf(db, window),
    groupsOf(db, window, Prisma.sql`COALESCE("exitReason", 'none')`),
    groupsOf(db, window, Prisma.sql`source`),
    groupsOf(db, window, Prisma.sql`to_char("closedAt" AT TIME ZONE 'UTC', 'HH24')`),
  ]);
  const winRatePercent =
    sums.trades === 0 ? null : Math.round((sums.wins / sums.trades) * 1000) / 10;
  return {
    since: window.since.toISOString(),
    ...sums,
    winRatePercent,
    equity,
    byReason,
    bySource,
    byHour,
  };
};

const sumsOf = async (db: Db, window: Window): Promise<Sums> => {
  const [sums] = await db.$queryRaw<Sums[]>`
    WITH closed AS (${closed(window)}),
    summed AS (
      SELECT SUM(profit) OVER (ORDER BY "closedAt", id) AS total, "closedAt", id
      FROM closed WHERE profit IS NOT NULL
    ),
    falls AS (
      SELECT GREATEST(MAX(total) OVER (ORDER BY "closedAt", id), 0) - total AS fall FROM summed
    )
    SELECT COUNT(profit)::int AS trades,
           (COUNT(*) - COUNT(profit))::int AS "unknownProfit",
           (COUNT(*) FILTER (WHERE profit > 0))::int AS wins,
           trim_scale(COALESCE(SUM(profit), 0))::text AS profit,
           trim_scale(COALESCE(SUM(fees), 0))::text AS fees,
           trim_scale(MAX(profit))::text AS best,
           trim_scale(MIN(profit))::text AS worst,
           (SELECT trim_scale(COALESCE(MAX(fall), 0))::text FROM falls) AS "maxDrawdown"
    FROM closed`;
  if (sums === undefined) throw new Error('an aggregate always has one row');
  return sums;
};

const equityOf = (db: Db, window: Window): Promise<PerformanceView['equity']> =>
  db.$queryRaw`
    SELECT day, trades, trim_scale(profit)::text AS profit,
           trim_scale(SUM(profit) OVER (ORDER BY day))::text AS total
    FROM (
      SELECT to_char("closedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
             COUNT(*)::int AS trades, SUM(profit) AS profit
      FROM (${closed(window)}) closed WHERE profit IS NOT NULL GROUP BY 1
    ) days
    ORDER BY day`;

const groupsOf = (db: Db, window: Window, key: Prisma.Sql): Promise<PerformanceView['byReason']> =>
  db.$queryRaw`
    SELECT ${key} AS key, COUNT(*)::int AS trades,
           (COUNT(*) FILTER (WHERE profit > 0))::int AS wins,
           trim_scale(SUM(profit))::text AS profit
    FROM (${closed(window)}) closed WHERE profit IS NOT NULL GROUP BY 1 ORDER BY 1`;
