import { createRoute, z } from '@hono/zod-openapi';
import { tradingOptions } from '#domain/configuration.ts';
import { actorOf } from '../audit/middleware.ts';
import type { ApiDeps } from '../deps.ts';
import { answer, body, newRouter } from '../router.ts';
import { problems } from '../schemas/error.ts';
import { verdictPage } from '../schemas/listing.ts';
import { killInput, killState, riskMetrics } from '../schemas/risk.ts';
import { keyHeaders, limitParam, uuidCursorParam } from '../schemas/shared.ts';
import { sharedRead } from '../shared-read.ts';
import { verdictView } from '../views/listing-view.ts';
import { after, page, readCursor } from '../views/paging.ts';
import { killView, riskView } from '../views/risk-view.ts';

const metrics = createRoute({
  method: 'get',
  path: '/risk/metrics',
  tags: ['risk'],
  summary: 'Limits and their use',
  responses: { 200: answer(riskMetrics, 'limits, exposure, results'), ...problems },
});

const verdicts = createRoute({
  method: 'get',
  path: '/risk/verdicts',
  tags: ['risk'],
  summary: 'Answers of the risk rules, newest first',
  request: {
    query: z.object({
      allowed: z.enum(['true', 'false']).optional(),
      limit: limitParam,
      cursor: uuidCursorParam,
    }),
  },
  responses: { 200: answer(verdictPage, 'a page'), ...problems },
});

const kill = createRoute({
  method: 'post',
  path: '/risk/kill',
  tags: ['risk'],
  summary: 'Sets the kill switch',
  description:
    'pauseEntries and halt: nothing is bought; flatten: nothing is bought and everything is sold.',
  request: { headers: keyHeaders, body: body(killInput) },
  responses: { 200: answer(killState, 'it is set'), ...problems },
});

const release = createRoute({
  method: 'delete',
  path: '/risk/kill',
  tags: ['risk'],
  summary: 'Releases the kill switch',
  request: { headers: keyHeaders },
  responses: { 200: answer(killState, 'it is released'), ...problems },
});

/** Limits, verdicts and the kill switch. */
export const riskRoutes = (deps: ApiDeps) => {
  const readMetrics = sharedRead(() => metricsOf(deps));
  return newRouter()
    .openapi(metrics, async (c) => c.json(await readMetrics(), 200))
    .openapi(verdicts, async (c) => {
      const { allowed, limit, cursor } = c.req.valid('query');
      const rows = await deps.db.riskVerdict.findMany({
        where: {
          listing: { installationId: await deps.installation.id() },
          ...(allowed === undefined ? {} : { allowed: allowed === 'true' }),
          ...after(readCursor(cursor), 'decidedAt'),
        },
        include: { listing: true },
        orderBy: [{ decidedAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const position = (row: (typeof rows)[number]) => ({ at: row.decidedAt, id: row.id });
      const view = (row: (typeof rows)[number]) => verdictView(row, row.listing.symbol);
      return c.json(page(rows, limit, { position, view }), 200);
    })
    .openapi(kill, async (c) => {
      const installationId = await deps.installation.id();
      const { level, reason } = c.req.valid('json');
      const values = { level, reason, actor: actorOf(c), since: new Date(deps.clock.now()) };
      const before = await deps.db.killSwitch.findUnique({ where: { installationId } });
      const row = await deps.db.killSwitch.upsert({
        where: { installationId },
        create: { installationId, ...values },
        update: values,
      });
      c.set('changed', { before: killView(before), after: killView(row) });
      deps.log.warn({ level, reason }, 'The kill switch is set');
      return c.json({ kill: killView(row) }, 200);
    })
    .openapi(release, async (c) => {
      const installationId = await deps.installation.id();
      const before = await deps.db.killSwitch.findUnique({ where: { installationId } });
      await deps.db.killSwitch.deleteMany({ where: { installationId } });
      c.set('changed', { before: killView(before), after: null });
      deps.log.warn({}, 'The kill switch is released');
      return c.json({ kill: null }, 200);
    });
};

const metricsOf = async (deps: ApiDeps) => {
  const installationId = await deps.installation.id();
  const active = await deps.db.botConfiguration.findFirst({
    where: { installationId, active: true },
  });
  const options = active === null ? null : tradingOptions.parse(active.options);
  return riskView(deps, { installationId, options, nowMs: deps.clock.now() });
};
