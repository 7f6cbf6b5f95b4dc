import { randomUUID } from 'node:crypto';
import { ensureDemoConfiguration } from '#prisma/installation.ts';
import type { ApiDeps } from './deps.ts';

const RETRY_MS = 500;

/**
 * On the simulator the bot runs at once: with the demo's configuration when there is none, and only
 * if no run was ever started, so that a stopped bot stays stopped. A run that the record has and
 * Temporal has lost is started again. Repeats until database and Temporal answer.
 */
export const startDemo = (deps: ApiDeps): { readonly done: Promise<void>; stop(): void } => {
  let stopped = false;
  const attempt = async (): Promise<void> => {
    while (!stopped) {
      try {
        await ensureRun(deps);
        return;
      } catch (error) {
        deps.log.debug({ err: error }, 'The demo cannot be started yet');
        await new Promise((done) => setTimeout(done, RETRY_MS));
      }
    }
  };
  return {
    done: attempt(),
    stop: () => {
      stopped = true;
    },
  };
};

const ensureRun = async ({ db, temporal, installation, log }: ApiDeps): Promise<void> => {
  const installationId = await installation.id();
  const active = await ensureDemoConfiguration(db, installationId);
  const latest = await db.botRun.findFirst({
    where: { installationId },
    orderBy: { startedAt: 'desc' },
  });
  if (latest?.state === 'stopped') return;
  if ((await temporal.runState()) === 'running') return;
  const configurationId = latest?.configurationId ?? active;
  await temporal.startRun({ runId: latest?.id ?? randomUUID(), installationId, configurationId });
  if (latest === null) return log.info({ configurationId }, 'The first run was started');
  log.warn(
    { configurationId, runId: latest.id },
    'Temporal had lost the run; it was started again',
  );
  if (latest.state === 'stopping')
    await temporal.stopRun({ positions: latest.positions === 'close' ? 'close' : 'keep' });
};
