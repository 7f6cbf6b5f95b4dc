import { randomUUID } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import type { BotConfiguration, BotRun } from '#prisma/generated/client.ts';
import { botRunWorkflowId } from '#workflows/messages.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter } from '../router.ts';
import {
  botStatus,
  started,
  startInput,
  stopInput,
  stopping,
  type RunView,
} from '../schemas/bot.ts';
import { conflict, notFound, problems } from '../schemas/error.ts';
import { processPart } from '../views/health-view.ts';
import { iso, isoOrNull } from '../views/text.ts';

const start = createRoute({
  method: 'post',
  path: '/bot/start',
  tags: ['bot'],
  summary: 'Starts a run',
  description: 'With the active configuration unless another is named. 409 while a run is active.',
  request: { body: body(startInput) },
  responses: { 200: answer(started, 'it starts'), ...notFound, ...conflict, ...problems },
});

const stop = createRoute({
  method: 'post',
  path: '/bot/stop',
  tags: ['bot'],
  summary: 'Stops the run gracefully',
  description: 'No new listings; armed entries are released; positions are kept or closed.',
  request: { body: body(stopInput) },
  responses: { 200: answer(stopping, 'it stops; see /bot/status'), ...conflict, ...problems },
});

const status = createRoute({
  method: 'get',
  path: '/bot/status',
  tags: ['bot'],
  summary: 'The run and what it does',
  responses: { 200: answer(botStatus, 'the run'), ...problems },
});

/** Starting, stopping and watching the run. */
export const botRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(start, async (c) => {
      const installationId = await deps.installation.id();
      const { configurationId } = c.req.valid('json');
      const configuration = await deps.db.botConfiguration.findFirst({
        where: {
          installationId,
          ...(configurationId === undefined ? { active: true } : { id: configurationId }),
        },
      });
      if (configuration === null) throw noConfiguration(configurationId);
      const run = { runId: randomUUID(), installationId, configurationId: configuration.id };
      await deps.temporal.startRun(run);
      const { runId } = run;
      return c.json(
        { runId, workflowId: botRunWorkflowId, configurationId: configuration.id },
        200,
      );
    })
    .openapi(stop, async (c) => c.json(await deps.temporal.stopRun(c.req.valid('json')), 200))
    .openapi(status, async (c) => c.json(await statusOf(deps), 200));

const noConfiguration = (id: string | undefined): ApiProblem =>
  id === undefined
    ? new ApiProblem('CONFLICT', 'There is no active configuration; write one with PUT /config.')
    : new ApiProblem('NOT_FOUND', `There is no configuration ${id}.`);

const POSITION_PHASES = ['buying', 'unresolved', 'holding', 'selling', 'cannotSell'];

const statusOf = async (deps: ApiDeps) => {
  const { db } = deps;
  const installationId = await deps.installation.id();
  const nowMs = deps.clock.now();
  const [row, workflow, health] = await Promise.all([
    db.botRun.findFirst({
      where: { installationId },
      orderBy: { startedAt: 'desc' },
      include: { configuration: true },
    }),
    deps.temporal.runState().catch(() => 'unreachable' as const),
    db.botHealth.findMany(),
  ]);
  const trades = (phase: object) => db.trade.count({ where: { installationId, phase } });
  return {
    running:
      workflow === 'running' ||
      (workflow === 'unreachable' && row !== null && row.state !== 'stopped'),
    run: row === null ? null : runView(row),
    workflow,
    metrics: {
      openTrades: await trades({ not: 'closed' }),
      openPositions: await trades({ in: POSITION_PHASES }),
      armed: await trades({ in: ['admitted', 'armed'] }),
      closedTrades: await trades({ equals: 'closed' }),
      listings: await db.listing.count({
        where: { installationId, state: { not: 'baseline' } },
      }),
    },
    heartbeat: {
      monitorAgeMs: processPart(health, 'monitor', nowMs).ageMs,
      workerAgeMs: processPart(health, 'worker', nowMs).ageMs,
    },
  };
};

const runView = (row: BotRun & { configuration: BotConfiguration }): RunView => ({
  id: row.id,
  workflowId: row.workflowId,
  state: row.state as RunView['state'], // these two are written by BotRunWorkflow
  configurationId: row.configurationId,
  configurationName: row.configuration.name,
  configurationVersion: row.configuration.version,
  startedAt: iso(row.startedAt),
  stopRequestedAt: isoOrNull(row.stopRequestedAt),
  positions: row.positions as RunView['positions'],
  stoppedAt: isoOrNull(row.stoppedAt),
  progress: row.progress,
  baselineAt: isoOrNull(row.baselineAt),
});
