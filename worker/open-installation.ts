import type { Mode, Venue } from '#domain/mode.ts';
import type { Log } from '#domain/ports.ts';
import type { Database } from '#prisma/client.ts';
import { accountAt, ensureInstallation, openElsewhere } from '#prisma/installation.ts';
import type { TraderEnv } from '#runtime/env.ts';
import type { KeyRing } from '#runtime/key-ring.ts';
import { openKeys, type SigningKey } from './signing-key.ts';

/** Whom a trading process acts for. */
export interface OpenedInstallation {
  readonly installationId: string;
  readonly mode: Mode;
  readonly venue: Venue;
  readonly ring: KeyRing;
  readonly key: SigningKey;
}

/**
 * Opens the keys and the installation of this process. Throws, with what to do, while trades or a
 * run of another mode or account are open: only that one may end them.
 */
export const openInstallation = async (
  db: Database,
  env: TraderEnv,
  { venue, log }: { venue: Venue; log: Log },
): Promise<OpenedInstallation> => {
  const { mode } = venue;
  const { ring, key } = await openKeys(db, { ...env, venue }, log);
  const account = await accountAt(db, venue, key.account);
  const installationId = await ensureInstallation(db, { mode, account });
  const elsewhere = await openElsewhere(db, installationId);
  if (elsewhere !== null) throw new Error(elsewhere);
  return { installationId, mode, venue, ring, key };
};
