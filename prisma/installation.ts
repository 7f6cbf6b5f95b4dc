import { createHash, randomInt } from 'node:crypto';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import type { Mode, Venue } from '#domain/mode.ts';
import type { Database, Db } from './client.ts';
import type { Statements } from './direct.ts';
import { activeCredential } from './credentials.ts';

/** Four of these start every client order id of an installation. */
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 4;
/** A fresh id collides with one of another mode at most this often in a row before we give up. */
const ID_ATTEMPTS = 5;

/** One venue and account of this system. */
export interface InstallationKey {
  readonly mode: Mode;
  /** Names the account without revealing its key; see `accountOf`. */
  readonly account: string;
}

/** Names an account without revealing its key: 'sim' for the simulator's own, 'none' without one. */
export const accountOf = (apiKey: string | undefined): string => {
  if (apiKey === undefined) return 'none';
  if (apiKey === 'sim-key') return 'sim';
  return createHash('sha256').update(apiKey).digest('hex').slice(0, 12);
};

/** The account of the environment's key; without one, of the key that was entered; null: no key. */
export const keyAccount = async (db: Db, apiKey: string | undefined): Promise<string | null> =>
  apiKey === undefined ? ((await activeCredential(db))?.account ?? null) : accountOf(apiKey);

/** The account of a dry run, whatever keys there are: nothing of it is at the exchange. */
const PAPER = 'paper';

/**
 * The account that a process acts for. A venue with real orders belongs to its key; while there is
 * none (lost, removed), to the account that was there before, so that what is open stays its own.
 */
export const accountAt = async (
  db: Db,
  venue: Venue,
  keyAccount: string | null,
): Promise<string> => {
  if (venue.orders === 'play') return accountOf('sim-key');
  if (venue.orders === 'paper') return PAPER;
  return keyAccount ?? (await lastAccount(db, venue.mode)) ?? accountOf(undefined);
};

/** The one with open trades; else the newest. */
const lastAccount = async (db: Db, mode: Mode): Promise<string | null> => {
  const known = await db.installation.findMany({
    where: { mode, account: { notIn: [PAPER, accountOf(undefined)] } },
    orderBy: { createdAt: 'desc' },
  });
  const open = await db.trade.findFirst({
    where: { installationId: { in: known.map(({ id }) => id) }, phase: { not: 'closed' } },
    orderBy: { createdAt: 'desc' },
  });
  return known.find(({ id }) => id === open?.installationId)?.account ?? known[0]?.account ?? null;
};

/** As many pairs are named as a person reads. */
const NAMED_MAX = 10;

/**
 * Why a process of this installation must not start: trades or a run of another mode or account are
 * open, which only that one may end. One sentence with what to do; null when it may start.
 */
export const openElsewhere = async (db: Db, installationId: string): Promise<string | null> => {
  const other = { installationId: { not: installationId } };
  const [trades, run, own] = await Promise.all([
    db.trade.findMany({
      where: { ...other, phase: { not: 'closed' } },
      orderBy: { createdAt: 'desc' },
      select: { symbol: true, installationId: true },
    }),
    db.botRun.findFirst({ where: { ...other, state: { not: 'stopped' } } }),
    db.installation.findUniqueOrThrow({ where: { id: installationId } }),
  ]);
  const [first] = trades;
  const id = first?.installationId ?? run?.installationId;
  if (id === undefined) return null;
  const of = await db.installation.findUniqueOrThrow({ where: { id } });
  const names = trades.slice(0, NAMED_MAX).map(({ symbol }) => symbol);
  const what =
    first === undefined
      ? 'a run is active'
      : `${trades.length} trades are open (${names.join(', ')}${trades.length > NAMED_MAX ? ' …' : ''})`;
  return `Not started in mode ${own.mode}, account ${own.account}: ${what} in mode ${of.mode}, account ${of.account}, and only there they can end. Start as before, then: npm run ctl -- stop close, wait until npm run ctl -- trades open shows none, and start again in mode ${own.mode}. Or begin with another DATA_DIR.`;
};

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
 * Until the transaction ends, nobody else judges a trade or writes a configuration of this
 * installation. Comes before any statement that writes a row of it: such a row locks it a little, too.
 */
export const lockInstallation = async (tx: Statements, id: string): Promise<void> => {
  await tx.$queryRaw`SELECT 1 FROM "Installation" WHERE id = ${id} FOR UPDATE`;
};

/**
 * The active configuration's id; where an installation has none at all, `demo` is written from the
 * options for the simulator. May repeat, also from several processes at once.
 */
export const ensureDemoConfiguration = (db: Database, installationId: string): Promise<string> =>
  db.$transaction(async (tx) => {
    await lockInstallation(tx, installationId);
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
