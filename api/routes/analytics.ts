import { createRoute } from '@hono/zod-openapi';
import { performanceOf, type Window } from '../analytics/performance.ts';
import { rememberedPerformance } from '../analytics/remembered.ts';
import { latencyOf, sourceRaceOf } from '../analytics/speed.ts';
import type { ApiDeps } from '../deps.ts';
import { answer, newRouter } from '../router.ts';
import { latency, performance, sourceRace } from '../schemas/analytics.ts';
import { problems } from '../schemas/error.ts';
import { daysBefore, daysQuery } from '../schemas/shared.ts';

const tags = ['analytics'];

const results = createRoute({
  method: 'get',
  path: '/analytics/performance',
  tags,
  summary: 'Profit, drawdown and equity, by reason, source and hour',
  description:
    'Of a long record it is added up when a trade was closed, and once a minute; `since` says from when it counts.',
  request: { query: daysQuery },
  responses: { 200: answer(performance, 'closed trades that moved money'), ...problems },
});

const speed = createRoute({
  method: 'get',
  path: '/analytics/latency',
  tags,
  summary: 'How long each stage took: P50, P95, P99',
  request: { query: daysQuery },
  responses: { 200: answer(latency, 'stages in the order of a trade'), ...problems },
});

const race = createRoute({
  method: 'get',
  path: '/analytics/sources',
  tags,
  summary: 'Which source reports listings first',
  request: { query: daysQuery },
  responses: { 200: answer(sourceRace, 'sources, most often first on top'), ...problems },
});

/** What the record adds up to. */
export const analyticsRoutes = (deps: ApiDeps) => {
  const windowOf = async (days: number): Promise<Window> => ({
    installationId: await deps.installation.id(),
    since: daysBefore(deps.clock.now(), days),
  });
  const readPerformance = rememberedPerformance(deps, (window) => performanceOf(deps.db, window));
  return newRouter()
    .openapi(results, async (c) => {
      const { days } = c.req.valid('query');
      return c.json(await readPerformance(await windowOf(days), days), 200);
    })
    .openapi(speed, async (c) =>
      c.json(await latencyOf(deps.db, await windowOf(c.req.valid('query').days)), 200),
    )
    .openapi(race, async (c) =>
      c.json(await sourceRaceOf(deps.db, await windowOf(c.req.valid('query').days)), 200),
    );
};
