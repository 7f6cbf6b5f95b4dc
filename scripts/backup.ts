import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { keyRingFile } from '#runtime/key-ring.ts';
import { programVersion } from './backup/program-version.ts';
import { writeBackup } from './backup/write-backup.ts';
import { freePort } from './setup/ports.ts';
import { runningPostgres, startPostgres } from './setup/postgres-server.ts';
import { readSettings } from './setup/settings.ts';

// npm run backup [-- --to folder] [--with-keys] [--keep 14]: everything that a restore needs, written
// while it runs or while it does not.

const { values } = parseArgs({
  options: {
    to: { type: 'string' },
    'with-keys': { type: 'boolean', default: false },
    keep: { type: 'string', default: '14' },
  },
});
const keep = Number(values.keep);
if (!Number.isInteger(keep) || keep < 1)
  throw new Error('--keep: how many backups stay, 1 or more');
const settings = readSettings();
const dataDir = resolve(settings.DATA_DIR);
if (!existsSync(dataDir)) throw new Error(`There is no data in ${dataDir}.`);
const withKeys = values['with-keys'];
const running = settings.DATABASE_URL ?? (await runningPostgres(dataDir));
const server = running === null ? await startPostgres({ dataDir, port: await freePort() }) : null;
try {
  const folder = await writeBackup(
    {
      dataDir,
      databaseUrl: running ?? server?.url ?? '',
      into: values.to ?? `${dataDir}.backups`,
      keysFile: keyRingFile({
        DATA_DIR: dataDir,
        SECRETS_KEY_FILE: process.env['SECRETS_KEY_FILE'],
      }),
      withKeys,
      version: await programVersion(),
      keep,
    },
    (line) => console.log(`  ${line}`),
  );
  console.log(`Written: ${folder}`);
  console.log(
    withKeys
      ? 'WARNING: the sealing keys are in it. Whoever has this folder can open the exchange keys: encrypt it, or keep it where you keep passwords.'
      : 'The sealing keys are not in it. Without a copy of them (DATA_DIR/secrets-key) it cannot be used.',
  );
} finally {
  await server?.stop();
}
