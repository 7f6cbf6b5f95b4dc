import type { ApiDeps } from '../deps.ts';

/** Starts the run again that the record has and Temporal has lost. False: there is none. */
export const startLostRun = async (deps: ApiDeps): Promise<boolean> => {
  const { db, temporal, installation, log } = deps;
  const installationId = await installation.id();
  const latest = await db.botRun.findFirst({
    where: { installationId },
    orderBy: { startedAt: 'desc' },
  });
  if (latest === null || latest.state === 'stopped') return false;
  if ((await temporal.runState()) === 'running') return false;
  const { id: runId, configurationId } = latest;
  await temporal.startRun({ runId, installationId, configurationId });
  log.warn({ configurationId, runId }, 'Temporal had lost the run; it was started again');
  if (latest.state === 'stopping')
    await temporal.stopRun({ positions: latest.positions === 'close' ? 'close' : 'keep' });
  return true;
};
