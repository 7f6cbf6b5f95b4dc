import type { Clock } from '#domain/ports.ts';
import type { Database } from '#prisma/client.ts';
import { activeCredential } from '#prisma/credentials.ts';
import { accountOf, ensureInstallation, modeOf } from '#prisma/installation.ts';
import type { ApiDeps } from './deps.ts';

/** So late does a key that was entered or removed reach the API. */
const FRESH_MS = 5000;

/**
 * The installation that is shown and commanded: of the key of the environment, as the traders see
 * it; without one, of the key that was entered.
 */
export const findInstallation = (
  db: Database,
  { EXCHANGE, MEXC_API_KEY }: { EXCHANGE: 'simulator' | 'live'; MEXC_API_KEY?: string | undefined },
  clock: Clock,
): ApiDeps['installation'] => {
  const mode = modeOf(EXCHANGE);
  let account = accountOf(MEXC_API_KEY);
  let found: { readonly id: Promise<string>; readonly atMs: number } | null = null;
  const look = async (): Promise<string> => {
    if (MEXC_API_KEY === undefined) account = (await activeCredential(db))?.account ?? 'none';
    return ensureInstallation(db, { mode, account });
  };
  return {
    mode,
    get account() {
      return account;
    },
    id: () => {
      const isFresh = MEXC_API_KEY !== undefined || clock.now() - (found?.atMs ?? 0) < FRESH_MS;
      if (found !== null && isFresh) return found.id;
      const id = look().catch((error: unknown) => {
        found = null; // the database is away: asked again with the next request
        throw error;
      });
      found = { id, atMs: clock.now() };
      return id;
    },
  };
};
