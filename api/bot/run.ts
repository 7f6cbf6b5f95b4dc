import { createHash, randomUUID } from 'node:crypto';
import type { BotConfiguration, BotRun } from '#prisma/generated/client.ts';
import { botRunWorkflowId, type RunSnapshot } from '#workflows/messages.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import type { RunView, StartedView, StopInput } from '../schemas/bot.ts';
import { OPEN_PHASES, POSITION_PHASES } from '../views/open-phases.ts';
import { processPart } from '../views/health-view.ts';
import { iso, isoOrNull } from '../views/text.ts';

/**
 * Starts a run with the active configuration, or the one named. Throws CONFLICT while one is active.
 * With a key it may repeat: the run is named after the key.
 */
export const startRun = async (
  deps: ApiDeps,
  asked: { readonly configurationId: string | undefined; readonly key: string | undefined },
): Promise<StartedView> => {
  const installationId = await deps.installation.id();
  await requireKey(deps);
  const configuration = await deps.db.botConfiguration.findFirst({
    where: {
      installationId,
      ...(asked.configurationId === undefined ? { active: true } : { id: asked.configurationId }),
    },
  });
  if (configuration === null) throw noConfiguration(asked.configurationId);
  const runId = asked.key === undefined ? randomUUID() : uuidOf(`${installationId}|${asked.key}`);
  const started = { runId, workflowId: botRunWorkflowId, configurationId: configuration.id };
  try {
    await deps.temporal.startRun({ runId, installationId, configurationId: configuration.id });
  } catch (error) {
    const own = await deps.db.botRun.findFirst({ where: { id: runId, state: { not: 'stopped' } } });
    if (own === null) throw error;
    return { ...started, configurationId: own.configurationId };
  }
  return started;
};

/** A name-based UUID (RFC 9562, version 8): the same text is the same id. */
const uuidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
};

/** Stops the run; throws CONFLICT while none is active. May repeat. */
export const stopRun = (deps: ApiDeps, { positions }: StopInput): Promise<RunSnapshot> =>
  deps.temporal.stopRun({ positions });

/** With real money nothing could be seen of the account, nor sold. */
const requireKey = async ({ installation }: ApiDeps): Promise<void> => {
  if (installation.venue.orders !== 'gated' || (await installation.key()) !== null) return;
  throw new ApiProblem('CONFLICT', 'There is no key of the exchange; enter one first.');
};

const noConfiguration = (id: string | undefined): ApiProblem =>
  id === undefined
    ? new ApiProblem('CONFLICT', 'There is no active configuration; write one with PUT /config.')
    : new ApiProblem('NOT_FOUND', `There is no configuration ${id}.`);

/** The latest run, what it does, and whether its processes live. */
export const statusOf = async (deps: ApiDeps) => {
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
  return {
    running:
      workflow === 'running' ||
      (workflow === 'unreachable' && row !== null && row.state !== 'stopped'),
    run: row === null ? null : runView(row),
    workflow,
    metrics: await metricsOf(deps, installationId),
    heartbeat: {
      monitorAgeMs: processPart(health, 'monitor', nowMs).ageMs,
      workerAgeMs: processPart(health, 'worker', nowMs).ageMs,
    },
  };
};

const metricsOf = async (
  { db, totals }: Pick<ApiDeps, 'db' | 'totals'>,
  installationId: string,
) => {
  const [open, { closedTrades, listings }] = await Promise.all([
    db.trade.findMany({
      where: { installationId, phase: { in: OPEN_PHASES } },
      select: { phase: true },
    }),
    totals(installationId),
  ]);
  const inPhase = (phases: readonly string[]) =>
    open.filter(({ phase }) => phases.includes(phase)).length;
  return {
    openTrades: open.length,
    openPositions: inPhase(POSITION_PHASES),
    armed: inPhase(['admitted', 'armed']),
    closedTrades,
    listings,
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
