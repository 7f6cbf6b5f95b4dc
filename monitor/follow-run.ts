import { follow, type Notices } from '#prisma/notices.ts';
import { activeRun } from '#prisma/runs.ts';
import type { Run } from './commit-sightings.ts';
import type { MonitorDeps } from './deps.ts';

/**
 * Tells which run is active now, and null when none is: at once by Postgres' NOTIFY, and by a poll.
 * A run that is asked to stop is no longer active. Goes on for ever.
 */
export const followRun = (
  deps: Pick<MonitorDeps, 'db' | 'installationId' | 'log'>,
  notices: Pick<Notices, 'on'>,
  onRun: (run: Run | null) => void,
): { stop(): Promise<void> } => {
  let known: string | null = null;
  let stopped = false;
  const following = follow(notices, {
    tables: ['BotRun'],
    look: async () => {
      const found = await activeRun(deps.db, deps.installationId);
      const run = found?.state === 'starting' || found?.state === 'running' ? found : null;
      const now = run === null ? '' : `${run.runId} ${String(run.baselineAt?.getTime())}`;
      if (known === now || stopped) return;
      known = now;
      onRun(run);
    },
    onProblem: (error) => deps.log.debug({ error }, 'The active run could not be read'),
  });
  return {
    stop: () => {
      stopped = true;
      return following.stop();
    },
  };
};
