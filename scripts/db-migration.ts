import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from './setup/postgres-server.ts';
import { readMigrations, writeMigration } from './setup/prisma-setup.ts';
import { freePort } from './setup/ports.ts';

// npm run db:migration -- <name>: writes the migration from the committed data model to this one.

const name = process.argv[2];
if (name === undefined || !/^[a-z0-9_]+$/.test(name))
  throw new Error('Usage: npm run db:migration -- <name>, with a name of a-z, 0-9 and _');

const committed = (): string =>
  execFileSync('git', ['show', 'HEAD:prisma/schema.prisma'], { encoding: 'utf8' });

const first = (await readMigrations().catch(() => [])).length === 0;
const dataDir = mkdtempSync(join(tmpdir(), 'mexc-sniper-migration-'));
const postgres = await startPostgres({ dataDir, port: await freePort() });
try {
  const folder = await writeMigration(postgres.url, {
    name,
    from: first ? null : committed(),
    to: readFileSync('prisma/schema.prisma', 'utf8'),
  });
  console.log(folder === null ? 'The data model has not changed.' : `Written: ${folder}`);
} finally {
  await postgres.stop();
  rmSync(dataDir, { recursive: true });
}
