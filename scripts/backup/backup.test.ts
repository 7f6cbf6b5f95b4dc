import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aTrade } from '#api/testing.ts';
import { connectDatabase } from '#prisma/client.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { ensureKeyRing } from '#runtime/key-ring.ts';
import { openFolder } from '#test/folders.ts';
import { freePort } from '../setup/ports.ts';
import { runningPostgres, startPostgres } from '../setup/postgres-server.ts';
import { applyMigrations } from '../setup/prisma-setup.ts';
import { isHalfRestored } from './half-restored.ts';
import { restoreBackup } from './restore-backup.ts';
import { writeBackup } from './write-backup.ts';

let folder: string;
let dataDir: string;
let backup: string;
let before: string;
const quiet = () => undefined;

/** Every row of every table, as Postgres writes it. */
const everything = async (url: string): Promise<string> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`,
  );
  const lines: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ line: string }>(
      `SELECT t::text AS line FROM "${name}" t ORDER BY 1`,
    );
    lines.push(...rows.map(({ line }) => `${name} ${line}`));
  }
  await client.end();
  return lines.join('\n');
};

/** Rows of each kind that is hard to keep: long decimals, JSON, times, what only grows. */
const fill = async (url: string): Promise<void> => {
  const db = connectDatabase(url);
  const installationId = await ensureInstallation(db, { mode: 'simulator', account: 'sim' });
  for (let n = 0; n < 230; n += 1)
    await aTrade(db, {
      installationId,
      n,
      phase: n === 0 ? 'holding' : 'closed',
      more: { profit: '-0.123456789012345678', spent: '99999999999999999999.000000000000000001' },
    });
  await db.tradeLog.create({
    data: {
      workflowId: 'sniper:listing00000',
      sequence: 1,
      tradeId: 'listing00000',
      at: new Date('2026-06-01T08:00:00.123Z'),
      kind: 'order',
      text: 'sent "it" \\ 买\n',
      detail: { price: 1e-7, deep: [{ a: null }], text: 'a\\nb' },
    },
  });
  await db.auditEntry.create({
    data: {
      installationId,
      at: new Date(),
      requestId: 'r',
      actor: 'me',
      method: 'POST',
      path: '/x',
      status: 200,
      input: { a: '1e-7' },
    },
  });
  await db.$disconnect();
};

beforeAll(async () => {
  folder = await openFolder('sniper-backup-');
  dataDir = join(folder, 'data');
  const server = await startPostgres({ dataDir, port: await freePort() });
  await applyMigrations(server.url);
  await fill(server.url);
  await ensureKeyRing(join(dataDir, 'secrets-key'), () => Promise.resolve(null));
  await mkdir(join(dataDir, 'simulator'));
  await writeFile(join(dataDir, 'simulator', 'journal'), 'balances');
  const temporal = new DatabaseSync(join(dataDir, 'temporal.db'));
  temporal.exec('PRAGMA journal_mode=wal; CREATE TABLE h (n INTEGER); INSERT INTO h VALUES (42)');
  const address = (await runningPostgres(dataDir)) ?? 'not found';
  before = await everything(address);
  backup = await writeBackup({ ...settings(), databaseUrl: address }, quiet);
  temporal.close(); // until here it has the row in its log only
  await server.stop();
  await rm(dataDir, { recursive: true });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings = () => ({
  dataDir,
  into: join(folder, 'backups'),
  keysFile: join(dataDir, 'secrets-key'),
  withKeys: true,
  version: 'this one',
  keep: 2,
});
const restore = (more: object = {}) => {
  const target = join(folder, `restored-${randomBytes(4).toString('hex')}`);
  const wanted = {
    backup,
    dataDir: target,
    databaseUrl: null,
    keysFile: join(target, 'secrets-key'),
    halt: true,
    ...more,
  };
  return { target: wanted.dataDir, done: restoreBackup(wanted, quiet), wanted };
};
const rowsOf = async (target: string): Promise<string> => {
  const server = await startPostgres({ dataDir: target, port: await freePort() });
  try {
    return await everything(server.url);
  } finally {
    await server.stop();
  }
};
const withoutHalt = (rows: string): string =>
  rows
    .split('\n')
    .filter((line) => !/^(?:KillSwitch|NotificationEvent) /.test(line) || before.includes(line))
    .join('\n');

describe('a backup', { timeout: 60_000 }, () => {
  test('is brought back to the last digit, and nothing is bought until somebody has looked', async () => {
    const { target, done } = restore();
    await done;
    const rows = await rowsOf(target);
    expect(rows).toMatch(/KillSwitch .*halt/);
    expect(withoutHalt(rows)).toBe(before);
    expect(before).toContain('99999999999999999999.000000000000000001');
    const temporal = new DatabaseSync(join(target, 'temporal.db'));
    expect(temporal.prepare('SELECT n FROM h').get()).toEqual({ n: 42 });
    temporal.close();
    expect(await readFile(join(target, 'simulator', 'journal'), 'utf8')).toBe('balances');
    expect(await readdir(target)).toContain('secrets-key');
  });

  test('that was cut off while it was brought back goes on from there', async () => {
    const broken = join(folder, 'broken');
    await cp(backup, broken, { recursive: true });
    await truncate(join(broken, 'postgres', 'TradeLog.ndjson.gz'), 20);
    const { target, done, wanted } = restore({ backup: broken });
    await expect(done).rejects.toThrow(/unexpected end of file/);
    expect(isHalfRestored(target)).toBe(true);
    await expect(restoreBackup({ ...wanted, backup }, quiet)).rejects.toThrow('was cut off here');
    await cp(backup, broken, { recursive: true });
    await restoreBackup(wanted, quiet);
    expect(isHalfRestored(target)).toBe(false);
    expect(withoutHalt(await rowsOf(target))).toBe(before);
  });

  test('sets aside what is there, and takes the keys from it', async () => {
    const target = join(folder, 'former');
    await mkdir(target);
    await cp(join(backup, 'secrets-key'), join(target, 'secrets-key'));
    const keyless = join(folder, 'keyless');
    await cp(backup, keyless, { recursive: true });
    await rm(join(keyless, 'secrets-key'));
    const without = { dataDir: target, keysFile: join(target, 'secrets-key'), backup: keyless };
    await restore(without).done;
    expect((await readdir(folder)).some((name) => name.startsWith('former.20'))).toBe(true);
  });

  test('is refused without the keys that open it, and when it was changed', async () => {
    const keyless = join(folder, 'keyless-2');
    await cp(backup, keyless, { recursive: true });
    await rm(join(keyless, 'secrets-key'));
    const manifest = JSON.parse(await readFile(join(keyless, 'manifest.json'), 'utf8')) as object;
    const text = JSON.stringify({ ...manifest, hasKeys: false });
    await writeFile(join(keyless, 'manifest.json'), text);
    await expect(restore({ backup: keyless }).done).rejects.toThrow(/does not hold it/);
    const newer = JSON.stringify({ ...manifest, migrations: ['29990101000000_future'] });
    await writeFile(join(keyless, 'manifest.json'), newer);
    await cp(join(backup, 'secrets-key'), join(keyless, 'secrets-key'));
    await expect(restore({ backup: keyless }).done).rejects.toThrow(/newer version \(this one\)/);
    await expect(restore({ backup: folder }).done).rejects.toThrow(/is no backup/);
  });
});
