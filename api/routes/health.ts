import { createRoute, z } from '@hono/zod-openapi';
import type { ApiDeps } from '../deps.ts';
import { answer, newRouter } from '../router.ts';
import { problems } from '../schemas/error.ts';
import {
  exchangeHealth,
  health,
  metrics,
  readiness,
  system,
  type MetricsView,
} from '../schemas/system.ts';
import { exchangeView, processViews } from '../views/health-view.ts';
import { isWatching, partsOf } from '../views/parts.ts';
import { warningsOf } from '../watch/warnings.ts';

const live = createRoute({
  method: 'get',
  path: '/health',
  tags: ['system'],
  summary: 'Says that the API answers',
  responses: { 200: answer(health, 'it does') },
});

const ready = createRoute({
  method: 'get',
  path: '/health/ready',
  tags: ['system'],
  summary: 'Says which parts are there',
  responses: {
    200: answer(readiness, 'all parts are there'),
    503: answer(readiness, 'a part is missing; the body says which'),
  },
});

const exchange = createRoute({
  method: 'get',
  path: '/exchange/health',
  tags: ['system'],
  summary: 'The exchange as the monitor sees it',
  responses: { 200: answer(exchangeHealth, 'latency, clock, stream, sources'), ...problems },
});

const whole = createRoute({
  method: 'get',
  path: '/system',
  tags: ['system'],
  summary: 'Processes, versions and addresses',
  responses: { 200: answer(system, 'the system'), ...problems },
});

const counted = createRoute({
  method: 'get',
  path: '/metrics',
  tags: ['system'],
  summary: 'What happened within a window',
  request: {
    query: z.object({
      windowMinutes: z
        .string()
        .regex(/^\d{1,5}$/, 'must be whole minutes from 1 to 10080')
        .transform(Number)
        .pipe(z.number().int().min(1).max(10_080))
        .default(60)
        .openapi({ type: 'integer', minimum: 1, maximum: 10_080, default: 60 }),
    }),
  },
  responses: { 200: answer(metrics, 'counts and latencies'), ...problems },
});

/** What a supervisor asks; also at the root, where no page of the dashboard has these names. */
export const probeRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(live, (c) => c.json({ ok: true as const }, 200))
    .openapi(ready, async (c) => {
      const parts = await partsOf(deps);
      const ok = Object.values(parts).every((part) => part.ok);
      return c.json({ ok, parts }, ok ? 200 : 503);
    });

/** Liveness, readiness and what the system is made of. */
export const healthRoutes = (deps: ApiDeps) =>
  probeRoutes(deps)
    .openapi(exchange, async (c) => {
      const [rows, watching] = await Promise.all([deps.db.botHealth.findMany(), isWatching(deps)]);
      return c.json(exchangeView(rows, { nowMs: deps.clock.now(), watching }), 200);
    })
    .openapi(whole, async (c) => {
      const [rows, watching] = await Promise.all([deps.db.botHealth.findMany(), isWatching(deps)]);
      const nowMs = deps.clock.now();
      const view = {
        now: new Date(nowMs).toISOString(),
        mode: deps.installation.venue.mode,
        account: deps.installation.account,
        installationId: await deps.installation.id(),
        version: deps.version,
        node: process.version,
        temporalUrl: deps.temporal.uiUrl,
        processes: processViews(rows, nowMs),
        exchange: exchangeView(rows, { nowMs, watching }),
        warnings: await warningsOf(deps),
      };
      return c.json(view, 200);
    })
    .openapi(counted, async (c) =>
      c.json(await metricsOf(deps, c.req.valid('query').windowMinutes), 200),
    );

const metricsOf = async (deps: ApiDeps, windowMinutes: number): Promise<MetricsView> => {
  const { db } = deps;
  const installationId = await deps.installation.id();
  const since = new Date(deps.clock.now() - windowMinutes * 60_000);
  const trade = { installationId };
  const count = (state: string[]) =>
    db.tradeOrder.count({ where: { trade, createdAt: { gte: since }, state: { in: state } } });
  const verdicts = (allowed: boolean) =>
    db.riskVerdict.count({
      where: { listing: { installationId }, decidedAt: { gte: since }, allowed },
    });
  const [latency] = await db.$queryRaw<{ avg: number | null; p95: number | null }[]>`
    SELECT AVG(o."latencyMs") AS avg,
           PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY o."latencyMs") AS p95
    FROM "TradeOrder" o JOIN "Trade" t ON t.id = o."listingId"
    WHERE t."installationId" = ${installationId} AND o."createdAt" >= ${since}`;
  const counts = {
    sightings: await db.listingSignal.count({
      where: { installationId, arrivedAt: { gte: since } },
    }),
    listings: await db.listing.count({
      where: { installationId, firstSeenAt: { gte: since }, state: { not: 'baseline' } },
    }),
    allowed: await verdicts(true),
    denied: await verdicts(false),
    orders: await db.tradeOrder.count({ where: { trade, createdAt: { gte: since } } }),
    filled: await count(['filled', 'partlyFilled']),
    refused: await count(['refused']),
    unknown: await count(['unknown']),
    tradesClosed: await db.trade.count({ where: { installationId, closedAt: { gte: since } } }),
    alerts: await db.alert.count({ where: { installationId, openedAt: { gte: since } } }),
  };
  const answered = counts.filled + counts.refused + (await count(['unfilled']));
  return {
    windowMinutes,
    since: since.toISOString(),
    avgLatency: latency?.avg ?? null,
    p95Latency: latency?.p95 ?? null,
    successRate: answered === 0 ? null : counts.filled / answered,
    queueDepth: await db.listingSignal.count({ where: { installationId, handledAt: null } }),
    counts,
  };
};
