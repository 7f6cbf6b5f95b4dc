import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

const ROOT = join(import.meta.dirname, '..', '..');
const SCHEMA = join(ROOT, 'prisma', 'schema.prisma');
const MIGRATIONS = join(ROOT, 'prisma', 'migrations');
const GENERATED = join(ROOT, 'prisma', 'generated');
const PRISMA_CLI = join(ROOT, 'node_modules', 'prisma', 'build', 'index.js');

/** The engine is large: loaded only when there is something to migrate. */
const engineModule = () => import('./schema-engine.ts');

const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** Generates the database client when the schema has changed. Says whether it did. */
export const generateClient = async (): Promise<boolean> => {
  const hash = createHash('sha256')
    .update(await readFile(SCHEMA))
    .digest('hex');
  const stamp = join(GENERATED, '.schema-hash');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === hash) return false;
  await run([PRISMA_CLI, 'generate'], {
    // The client needs no engine; without this the CLI looks for one to download.
    PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  });
  await writeFile(stamp, hash);
  return true;
};

const run = (args: string[], env: Record<string, string>): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`prisma generate failed:\n${output}`)),
    );
  });

/** The migrations of this version, oldest first. */
export const readMigrations = async (folder = MIGRATIONS) => {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    names.map(async (path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: {
          tag: 'ok' as const,
          value: await readFile(join(folder, path, 'migration.sql'), 'utf8'),
        },
      },
    })),
  );
};

/**
 * Applies what is missing. Refuses a database that a newer version has migrated, and one whose
 * applied migrations were edited since.
 */
export const applyMigrations = async (
  databaseUrl: string,
  folder = MIGRATIONS,
): Promise<readonly string[]> => {
  const migrations = await readMigrations(folder);
  const applied = await appliedMigrations(databaseUrl);
  const known = new Set(migrations.map((migration) => migration.path));
  const newer = applied.filter((each) => !known.has(each.name));
  if (newer.length > 0)
    throw new Error(
      `The data was written by a newer version of this program (it has the migration ${newer[0]?.name}). Start that version again, or choose another DATA_DIR. Nothing was changed.`,
    );
  const missing = migrations.filter(
    (each) => !applied.some((one) => one.name === each.path && one.finished),
  );
  for (const migration of migrations) checkUnedited(migration, applied);
  if (missing.length === 0) return [];
  const { withSchemaEngine } = await engineModule();
  const output = await withSchemaEngine(databaseUrl, (engine) =>
    engine.applyMigrations({
      migrationsList: {
        baseDir: folder,
        lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
        shadowDbInitScript: '',
        migrationDirectories: migrations,
      },
      filters: NO_FILTERS,
    }),
  );
  return output.appliedMigrationNames;
};

interface Applied {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

const appliedMigrations = async (databaseUrl: string): Promise<readonly Applied[]> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const table = await client.query(`SELECT to_regclass('public._prisma_migrations') AS name`);
    if (table.rows[0]?.name === null) return [];
    const rows = await client.query<Applied>(
      `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
    );
    return rows.rows;
  } finally {
    await client.end();
  }
};

const checkUnedited = (
  migration: Awaited<ReturnType<typeof readMigrations>>[number],
  applied: readonly Applied[],
): void => {
  const { value } = migration.migrationFile.content;
  const checksum = createHash('sha256').update(value).digest('hex');
  const edited = applied.find((each) => each.name === migration.path && each.checksum !== checksum);
  if (edited !== undefined)
    throw new Error(
      `The migration ${migration.path} was changed after it had been applied. Restore its file; write a new migration for the change.`,
    );
};

/** Writes the migration from one data model to another; returns its folder, null without a change. */
export const writeMigration = async (
  databaseUrl: string,
  migration: { name: string; from: string | null; to: string },
): Promise<string | null> => {
  const model = (content: string) => ({
    tag: 'schemaDatamodel' as const,
    files: [{ path: 'schema.prisma', content }],
  });
  const { withSchemaEngine } = await engineModule();
  const { stdout } = await withSchemaEngine(databaseUrl, (engine) =>
    engine.diff({
      from: migration.from === null ? { tag: 'empty' } : model(migration.from),
      to: model(migration.to),
      script: true,
      exitCode: null,
      filters: NO_FILTERS,
    }),
  );
  if (stdout === null || stdout.trim() === '' || stdout.includes('This is an empty migration'))
    return null;
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const folder = join(MIGRATIONS, `${stamp}_${migration.name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'migration.sql'), stdout);
  await writeFile(join(MIGRATIONS, 'migration_lock.toml'), 'provider = "postgresql"\n');
  return folder;
};
