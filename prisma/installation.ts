import { createHash, randomInt } from 'node:crypto';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import type { Database, Db } from './client.ts';

/** Four of these start every client order id of an installation. */
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 4;
/** A fresh id collides with one of another mode at most this often in a row before we give up. */
const ID_ATTEMPTS = 5;

/** One venue and account of this system. */
export interface InstallationKey {
  /** simulator | dry-run | test | live */
  readonly mode: string;
  /** Names the account without revealing its key; see `accountOf`. */
  readonly account: string;
}

/** Names an account without revealing its key: 'sim' for the simulator's own, 'none' without one. */
export const accountOf = (apiKey: string | undefined): string => {
  if (apiKey === undefined) return 'none';
  if (apiKey === 'sim-key') return 'sim';
  return createHash('sha256').update(apiKey).digest('hex').slice(0, 12);
};

/** The mode that `EXCHANGE` asks for; live orders are another decision, made elsewhere. */
export const modeOf = (exchange: 'simulator' | 'live'): string =>
  exchange === 'simulator' ? 'simulator' : 'dry-run';

/**
 * The id of the installation for a mode and an account; written at the first start. May repeat,
 * from several processes at once: all get the same id. Throws when the database does.
 */
export const ensureInstallation = async (db: Db, key: InstallationKey): Promise<string> => {
  const { mode, account } = key;
  for (let attempt = 0; attempt < ID_ATTEMPTS; attempt += 1) {
    const row = await db.installation.findUnique({ where: { mode_account: { mode, account } } });
    if (row !== null) return row.id;
    // Loses silently against another process, and against an id that is taken: look again.
    await db.installation.createMany({
      data: { id: newId(), mode, account },
      skipDuplicates: true,
    });
  }
  throw new Error(`no installation could be written for mode ${mode} and account ${account}`);
};

const newId = (): string =>
  Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');

/**
 * The active configuration's id; where an installation has none at all, `demo` is written from the
 * options for the simulator. May repeat, also from several processes at once.
 */
export const ensureDemoConfiguration = (db: Database, installationId: string): Promise<string> =>
  db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "Installation" WHERE id = ${installationId} FOR UPDATE`;
    const latest = await tx.botConfiguration.findFirst({
      where: { installationId },
      orderBy: [{ active: 'desc' }, { createdAt: 'desc' }],
    });
    if (latest !== null) return latest.id;
    const options = tradingOptions.parse(demoOptions);
    const created = await tx.botConfiguration.create({
      data: { installationId, name: 'demo', version: 1, options, active: true },
    });
    return created.id;
  });
