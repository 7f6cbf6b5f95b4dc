import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { parseKeyRing } from '#runtime/key-ring.ts';
import { createPrivateFile, readPrivateFile } from '#runtime/private-file.ts';
import { replaceFile } from '#runtime/replace-file.ts';
import { applyMigrations } from '../setup/prisma-setup.ts';
import { startPostgres } from '../setup/postgres-server.ts';
import { isHalfRestored, PROGRESS } from './half-restored.ts';
import { loadDatabase, type LoadProgress } from './load.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { KEYS } from './write-backup.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'prisma', 'migrations');
export interface RestoreSettings {
  readonly backup: string;
  readonly dataDir: string;
  /** A Postgres of one's own, with nothing in it; null for the bundled one. */
  readonly databaseUrl: string | null;
  /** Where the sealing keys are, or go. */
  readonly keysFile: string;
  /** Leaves it to a person to allow buying again. */
  readonly halt: boolean;
}

/**
 * Brings a backup into an empty data folder; what is there now is set aside, not deleted. One that
 * was cut off goes on where it was when it is asked for again. Nothing may run on the folder.
 */
export const restoreBackup = async (
  settings: RestoreSettings,
  said: (line: string) => void,
): Promise<void> => {
  const manifest = await readManifest(settings.backup);
  const aside = await makeRoom(settings, said);
  await bringKeys(settings, manifest, aside);
  const { dataDir, databaseUrl } = settings;
  const server =
    databaseUrl === null ? await startPostgres({ dataDir, port: await portOf() }) : null;
  const url = server?.url ?? databaseUrl ?? '';
  try {
    await bringDatabase(url, { settings, manifest, said });
  } finally {
    await server?.stop();
  }
  for (const file of manifest.files)
    await cp(join(settings.backup, file), resolve(dataDir, file), { recursive: true, force: true });
  await rm(resolve(dataDir, PROGRESS));
};

const portOf = async (): Promise<number> => (await import('../setup/ports.ts')).freePort();

/** Answers where the former data is now; null when there was none. */
const makeRoom = async (
  { dataDir, backup }: RestoreSettings,
  said: (line: string) => void,
): Promise<string | null> => {
  const folder = resolve(dataDir);
  if (isHalfRestored(folder)) {
    const { from } = stateOf(folder);
    if (from !== resolve(backup))
      throw new Error(`A restore of ${from} was cut off here. Finish it, or move ${folder} away.`);
    said('Going on with a restore that was cut off');
    return null;
  }
  let aside: string | null = null;
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    aside = `${folder}.${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    renameSync(folder, aside);
    said(`What was there is now in ${aside}`);
  }
  await writeState(folder, { from: resolve(backup), tables: [] });
  return aside;
};

interface State {
  readonly from: string;
  readonly tables: readonly string[];
}

const stateOf = (folder: string): State =>
  JSON.parse(readFileSync(resolve(folder, PROGRESS), 'utf8')) as State; // written by writeState

/** Whole or not at all: a progress that was cut off would be none. */
const writeState = (folder: string, state: State): Promise<void> =>
  replaceFile(resolve(folder, PROGRESS), JSON.stringify(state));

/** What is sealed in the backup must be opened by the keys that are there afterwards. */
const bringKeys = async (
  { backup, keysFile, dataDir }: RestoreSettings,
  { keyIds, hasKeys }: Manifest,
  aside: string | null,
): Promise<void> => {
  if (keyIds.length === 0) return;
  const places = [
    ...(hasKeys ? [join(backup, KEYS)] : []),
    ...(aside === null ? [] : [join(aside, KEYS)]),
  ];
  for (const place of places) {
    if ((await readPrivateFile(keysFile)) !== null) break;
    const text = await readPrivateFile(place);
    if (text !== null) await createPrivateFile(keysFile, text);
  }
  const text = await readPrivateFile(keysFile);
  const known = text === null ? [] : parseKeyRing(keysFile, text).keys.map(({ id }) => id);
  const missing = keyIds.filter((id) => !known.includes(id));
  if (missing.length > 0)
    throw new Error(
      `The backup is sealed with ${missing.join(', ')}, and ${keysFile} does not hold it. Put the key file there from where you keep it, mode 0600, and ask again. Nothing of ${resolve(dataDir)} was lost.`,
    );
};

interface Bringing {
  readonly settings: RestoreSettings;
  readonly manifest: Manifest;
  readonly said: (line: string) => void;
}

/** Tables as they were then, their rows, and then what this version changes in them. */
const bringDatabase = async (url: string, { settings, manifest, said }: Bringing) => {
  const folder = await mkdtemp(join(tmpdir(), 'sniper-migrations-'));
  try {
    for (const name of manifest.migrations) {
      const from = join(MIGRATIONS, name);
      if (!existsSync(from))
        throw new Error(`The backup is of a newer version (${manifest.version}): use that one.`);
      await cp(from, join(folder, name), { recursive: true });
    }
    const dataDir = resolve(settings.dataDir);
    await refuseForeign(url, stateOf(dataDir));
    await applyMigrations(url, folder);
    const progress: LoadProgress = {
      has: (table) => stateOf(dataDir).tables.includes(table),
      add: async (table) => {
        const state = stateOf(dataDir);
        await writeState(dataDir, { ...state, tables: [...state.tables, table] });
      },
    };
    const from = { folder: join(settings.backup, 'postgres'), tables: manifest.tables };
    await loadDatabase(url, from, { progress, said });
    await applyMigrations(url);
    if (settings.halt) await setHalt(url, manifest);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** A database of one's own that has something in it is not written over. */
const refuseForeign = async (url: string, { tables }: State): Promise<void> => {
  if (tables.length > 0) return;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query(`SELECT to_regclass('public."Trade"') AS name`);
    if (found.rows[0]?.name === null) return;
    const { rows } = await client.query(`SELECT 1 FROM "Installation" LIMIT 1`);
    if (rows.length > 0)
      throw new Error('The database has data of ours in it. Name an empty one, or empty it.');
  } finally {
    await client.end();
  }
};

/** The exchange went on meanwhile: nothing is bought until a person has compared. */
const setHalt = async (url: string, { createdAt }: Manifest): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO "KillSwitch" ("installationId", "level", "reason", "actor", "since")
       SELECT "id", 'halt', $1, 'restore', now() FROM "Installation"
       ON CONFLICT ("installationId") DO NOTHING`,
      [`restored from a backup of ${createdAt}: compare with the exchange, then release`],
    );
  } finally {
    await client.end();
  }
};
