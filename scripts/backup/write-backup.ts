import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { backup as copySqlite, DatabaseSync } from 'node:sqlite';
import { readPrivateFile } from '#runtime/private-file.ts';
import { parseKeyRing } from '#runtime/key-ring.ts';
import { dumpDatabase } from './dump.ts';
import { writeManifest } from './manifest.ts';

/** Beside the database: Temporal's own, and the play exchange with its balances. */
const TEMPORAL = 'temporal.db';
const SIMULATOR = 'simulator';
export const KEYS = 'secrets-key';

export interface BackupSettings {
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** The folder that holds the backups. */
  readonly into: string;
  /** Whether the sealing keys are in it: then whoever has it can open everything. */
  readonly keysFile: string;
  readonly withKeys: boolean;
  /** Of the program. */
  readonly version: string;
  /** So many backups stay; older ones are removed. */
  readonly keep: number;
}

/**
 * Writes a backup while everything runs; answers its folder. Temporal is copied first, so that it is
 * never ahead of the record: the order protocol bears a Temporal that went back in time, by proof.
 */
export const writeBackup = async (
  settings: BackupSettings,
  said: (line: string) => void,
): Promise<string> => {
  const createdAt = new Date().toISOString();
  const name = `sniper-${createdAt.replaceAll(/[-:.]/g, '')}`;
  const part = resolve(settings.into, `${name}.part`);
  const data = join(part, 'postgres');
  await mkdir(data, { recursive: true, mode: 0o700 });
  try {
    const files = await copyFiles(settings, part);
    const { migrations, tables } = await dumpDatabase(settings.databaseUrl, data, said);
    const { version, withKeys } = settings;
    const keyIds = await keysOf(settings, part);
    await writeManifest(part, {
      format: 1,
      version,
      createdAt,
      migrations: [...migrations],
      tables: [...tables],
      files,
      keyIds,
      hasKeys: withKeys && keyIds.length > 0,
    });
    // A backup that was cut off does not get a name that anybody would restore.
    const folder = resolve(settings.into, name);
    await rename(part, folder);
    await removeOld(settings);
    return folder;
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
};

const copyFiles = async ({ dataDir }: BackupSettings, part: string): Promise<string[]> => {
  const files: string[] = [];
  const temporal = resolve(dataDir, TEMPORAL);
  if (existsSync(temporal)) {
    const source = new DatabaseSync(temporal, { readOnly: true });
    try {
      await copySqlite(source, join(part, TEMPORAL)); // of one instant, while it is written to
    } finally {
      source.close();
    }
    files.push(TEMPORAL);
  }
  const simulator = resolve(dataDir, SIMULATOR);
  if (existsSync(simulator)) {
    await cp(simulator, join(part, SIMULATOR), { recursive: true });
    files.push(SIMULATOR);
  }
  return files;
};

/** Names of the sealing keys; the keys themselves only when they are wanted. */
const keysOf = async ({ keysFile, withKeys }: BackupSettings, part: string): Promise<string[]> => {
  const text = await readPrivateFile(keysFile);
  if (text === null) return [];
  if (withKeys) await cp(keysFile, join(part, KEYS), { mode: 0 });
  return parseKeyRing(keysFile, text).keys.map(({ id }) => id);
};

const removeOld = async ({ into, keep }: BackupSettings): Promise<void> => {
  const names = (await readdir(into)).filter((name) => /^sniper-\d{8}T\d{9}Z$/.test(name));
  for (const name of names.toSorted().slice(0, -keep))
    await rm(resolve(into, name), { recursive: true });
};
