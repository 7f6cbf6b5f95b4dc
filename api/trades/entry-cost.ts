import { createRoute, z } from '@hono/zod-openapi';
import type { Db } from '#prisma/client.ts';
import type { ApiDeps } from '../deps.ts';
import { answer, newRouter } from '../router.ts';
import { problems } from '../schemas/error.ts';
import { daysBefore, daysQuery, time } from '../schemas/shared.ts';
import { iso } from '../views/text.ts';

const spread = (help: string) =>
  z
    .object({
      p50: z.number().openapi({ example: 0.4 }),
      p95: z.number().openapi({ example: 2.1 }),
      max: z.number().openapi({ example: 4.9 }),
    })
    .nullable()
    .openapi({ description: `percent; ${help}` });

const entryCost = z
  .object({
    since: time('start of the window'),
    entries: z
      .number()
      .int()
      .openapi({ description: 'closed trades of which executions are known' }),
    overBest: spread('paid above the best execution of the same entry; null without entries'),
    toLimit: spread('that the limits allowed above what was paid; null without a limit'),
  })
  .openapi('EntryCost');

export type EntryCostView = z.infer<typeof entryCost>;

const read = createRoute({
  method: 'get',
  path: '/trades/entry-cost',
  tags: ['trades'],
  summary: 'How far entries moved the price that they met',
  description:
    'By the executions that the exchange reported. The first trade of a pair is not in the record, so nothing is said against it. Of the 5,000 trades closed last in the window.',
  request: {
    query: daysQuery,
  },
  responses: { 200: answer(entryCost, 'percentiles'), ...problems },
});

/** What entries cost in price, added up. */
export const entryCostRoutes = (deps: ApiDeps) =>
  newRouter().openapi(read, async (c) => {
    const since = daysBefore(deps.clock.now(), c.req.valid('query').days);
    const installationId = await deps.installation.id();
    return c.json(await entryCostOf(deps.db, { installationId, since }), 200);
  });

/** As many as the page of results looks back over. */
const TRADES_MAX = 5000;

interface Row {
  readonly entries: number;
  readonly limited: number;
  readonly over50: number | null;
  readonly over95: number | null;
  readonly overMax: number | null;
  readonly room50: number | null;
  readonly room95: number | null;
  readonly roomMax: number | null;
}

const entryCostOf = async (
  db: Db,
  { installationId, since }: { readonly installationId: string; readonly since: Date },
): Promise<EntryCostView> => {
  const [row] = await db.$queryRaw<Row[]>`
    WITH closed AS (
      SELECT id FROM "Trade" WHERE "installationId" = ${installationId} AND "closedAt" >= ${since}
      ORDER BY "closedAt" DESC LIMIT ${TRADES_MAX}
    ), bought AS (
      SELECT SUM(fill.quote) AS paid, SUM(fill.quantity) * MIN(fill.price) AS best,
             CASE WHEN COUNT(*) = COUNT("order".price) THEN SUM(fill.quantity * "order".price) END
               AS allowed
      FROM closed
      JOIN "TradeOrder" "order" ON "order"."listingId" = closed.id AND "order".leg = 'entry'
      JOIN "Fill" fill USING ("clientOrderId")
      WHERE "order".side = 'buy'
      GROUP BY closed.id
    ), cost AS (
      SELECT ((paid - best) * 100 / best)::float AS over, ((allowed - paid) * 100 / paid)::float AS room
      FROM bought WHERE best > 0 AND paid > 0
    )
    SELECT COUNT(*)::int AS entries, COUNT(room)::int AS limited,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY over) AS "over50",
           percentile_cont(0.95) WITHIN GROUP (ORDER BY over) AS "over95", MAX(over) AS "overMax",
           percentile_cont(0.5) WITHIN GROUP (ORDER BY room) AS "room50",
           percentile_cont(0.95) WITHIN GROUP (ORDER BY room) AS "room95", MAX(room) AS "roomMax"
    FROM cost`;
  if (row === undefined) throw new Error('an aggregate always has one row');
  return {
    since: iso(since),
    entries: row.entries,
    overBest: spreadOf(row.over50, row.over95, row.overMax),
    toLimit: spreadOf(row.room50, row.room95, row.roomMax),
  };
};

/** To the hundredth of a percent. */
const rounded = (percent: number): number => Math.round(percent * 100) / 100;

const spreadOf = (p50: number | null, p95: number | null, max: number | null) =>
  p50 === null || p95 === null || max === null
    ? null
    : { p50: rounded(p50), p95: rounded(p95), max: rounded(max) };
