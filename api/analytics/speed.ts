import type { Db } from '#prisma/client.ts';
import type { LatencyView, SourceRaceView } from '../schemas/analytics.ts';
import type { Window } from './performance.ts';

type Stage = LatencyView['stages'][number];

/** How long each stage took, in the order of a trade. Both ends of a stage must have been reached. */
export const latencyOf = async (db: Db, window: Window): Promise<LatencyView> => {
  const { installationId, since } = window;
  const stages = await db.$queryRaw<(Omit<Stage, 'p50' | 'p95' | 'p99'> & { of: number[] })[]>`
    SELECT stage.name, COUNT(*)::int AS count, MAX(stage.ms) AS max,
           PERCENTILE_CONT(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY stage.ms) AS of
    FROM "Trade" t
    CROSS JOIN LATERAL (VALUES
      (1, 'seen to signalled', t."signalledAt" - t."seenAt"),
      (2, 'signalled to started', t."startedAt" - t."signalledAt"),
      (3, 'opening to sent', t."sentAt" - t."opensAt"),
      (4, 'triggered to sent', t."sentAt" - t."triggeredAt"),
      (5, 'sent to acknowledged', t."acknowledgedAt" - t."sentAt"),
      (6, 'acknowledged to filled', t."filledAt" - t."acknowledgedAt"),
      (7, 'exit decided to closed', t."closedAt" - t."exitDecidedAt")
    ) taken (n, name, span)
    CROSS JOIN LATERAL (
      SELECT taken.n, taken.name, (EXTRACT(EPOCH FROM taken.span) * 1000)::float8 AS ms
    ) stage
    WHERE t."installationId" = ${installationId} AND t."createdAt" >= ${since}
      AND stage.ms IS NOT NULL
    GROUP BY stage.n, stage.name ORDER BY stage.n`;
  const [order] = await db.$queryRaw<{ count: number; max: number; of: number[] }[]>`
    SELECT COUNT(*)::int AS count, MAX(o."latencyMs") AS max,
           PERCENTILE_CONT(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY o."latencyMs") AS of
    FROM "TradeOrder" o JOIN "Trade" t ON t.id = o."listingId"
    WHERE t."installationId" = ${installationId} AND o."createdAt" >= ${since}
      AND o."latencyMs" IS NOT NULL
    HAVING COUNT(*) > 0`;
  const answers = order === undefined ? [] : [{ name: 'any order, sent to answered', ...order }];
  return { since: since.toISOString(), stages: [...stages, ...answers].map(stageView) };
};

const stageView = ({
  name,
  count,
  max,
  of,
}: Pick<Stage, 'name' | 'count' | 'max'> & { of: number[] }): Stage => {
  const [p50 = max, p95 = max, p99 = max] = of;
  return { name, count, p50, p95, p99, max };
};

/** Which source was first, and by how much the others came later. */
export const sourceRaceOf = async (db: Db, window: Window): Promise<SourceRaceView> => {
  const { installationId, since } = window;
  const sources = await db.$queryRaw<SourceRaceView['sources']>`
    WITH reports AS (
      SELECT * FROM "ListingSignal"
      WHERE "installationId" = ${installationId} AND "arrivedAt" >= ${since}
    ),
    firsts AS (
      SELECT source, "listingId", MIN("arrivedAt") AS at
      FROM reports WHERE "listingId" IS NOT NULL GROUP BY 1, 2
    ),
    race AS (
      SELECT source, at - MIN(at) OVER listing AS behind, COUNT(*) OVER listing AS others
      FROM firsts WINDOW listing AS (PARTITION BY "listingId")
    ),
    raced AS (
      SELECT source, COUNT(*)::int AS listings,
             (COUNT(*) FILTER (WHERE behind = interval '0'))::int AS first,
             (COUNT(*) FILTER (WHERE others = 1))::int AS alone,
             PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM behind) * 1000)
               FILTER (WHERE behind > interval '0') AS "medianBehindMs"
      FROM race GROUP BY source
    )
    SELECT reports.source, COUNT(*)::int AS reports,
           (COUNT(*) FILTER (WHERE reports.result = 'notAListing'))::int AS "setAside",
           COALESCE(raced.listings, 0) AS listings, COALESCE(raced.first, 0) AS first,
           COALESCE(raced.alone, 0) AS alone, raced."medianBehindMs"
    FROM reports LEFT JOIN raced ON raced.source = reports.source
    GROUP BY reports.source, raced.listings, raced.first, raced.alone, raced."medianBehindMs"
    ORDER BY first DESC, reports.source`;
  return { since: since.toISOString(), sources };
};
