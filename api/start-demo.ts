import { randomUUID } from 'node:crypto';
import { ensureDemoConfiguration } from '#prisma/installation.ts';
import { startLostRun } from './bot/lost-run.ts';
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

const ensureRun = async (deps: ApiDeps): Promise<void> => {
  const { db, temporal, installation, log } = deps;
  const installationId = await installation.id();
  const configurationId = await ensureDemoConfiguration(db, installationId);
  if (await startLostRun(deps)) return;
  if ((await db.botRun.count({ where: { installationId } })) > 0) return;
  if ((await temporal.runState()) === 'running') return;
  await temporal.startRun({ runId: randomUUID(), installationId, configurationId });
  log.info({ configurationId }, 'The first run was started');
};
