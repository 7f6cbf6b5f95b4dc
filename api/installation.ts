import type { Venue } from '#domain/mode.ts';
import type { Clock } from '#domain/ports.ts';
import type { Database } from '#prisma/client.ts';
import { activeCredential } from '#prisma/credentials.ts';
import { accountAt, accountOf, ensureInstallation, keyAccount } from '#prisma/installation.ts';
import type { ApiDeps } from './deps.ts';

/** So late does a key that was entered or removed reach the API. */
const FRESH_MS = 5000;

/**
 * The installation that is shown and commanded: of the key of the environment, as the traders see
 * it; without one, of the key that was entered.
 */
export const findInstallation = (
  db: Database,
  { venue, MEXC_API_KEY }: { venue: Venue; MEXC_API_KEY?: string | undefined },
  clock: Clock,
): ApiDeps['installation'] => {
  const ofEnvironment = MEXC_API_KEY === undefined ? null : { credentialId: null };
  let account = accountOf(undefined);
  let found: { readonly id: Promise<string>; readonly atMs: number } | null = null;
  const look = async (): Promise<string> => {
    account = await accountAt(db, venue, await keyAccount(db, MEXC_API_KEY));
    return ensureInstallation(db, { mode: venue.mode, account });
  };
  return {
    venue,
    get account() {
      return account;
    },
    key: async () => {
      if (venue.orders === 'play' || ofEnvironment !== null) return ofEnvironment;
      const entered = await activeCredential(db);
      return entered === null ? null : { credentialId: entered.id };
    },
    id: () => {
      const isFresh = clock.now() - (found?.atMs ?? -Infinity) < FRESH_MS;
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
