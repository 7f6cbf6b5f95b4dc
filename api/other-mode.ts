import { openElsewhere } from '#prisma/installation.ts';
import type { ApiDeps } from './deps.ts';

const RETRY_MS = 500;

/**
 * Asks once, as soon as the database answers, whether trades or a run of another mode or account are
 * open; `refuse` hears why this process must not go on. Resolves true when it may.
 */
export const refuseOtherMode = async (
  { db, installation, log }: Pick<ApiDeps, 'db' | 'installation' | 'log'>,
  { refuse, signal }: { refuse: (why: string) => void; signal: AbortSignal },
): Promise<boolean> => {
  while (!signal.aborted) {
    try {
      const why = await openElsewhere(db, await installation.id());
      if (why === null) return true;
      refuse(why);
      return false;
    } catch (error) {
      log.debug({ err: error }, 'The mode cannot be checked yet');
      await new Promise((done) => setTimeout(done, RETRY_MS).unref());
    }
  }
  return false;
};
