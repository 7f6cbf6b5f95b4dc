import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { keyRingFile } from '#runtime/key-ring.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { takeLock } from './setup/lock.ts';
import { readSettings } from './setup/settings.ts';

// npm run restore -- <backup> [--no-halt]: the data of a backup instead of what is there now, which
// is set aside. Asked again after it was cut off, it goes on.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'no-halt': { type: 'boolean', default: false } },
});
const [backup] = positionals;
if (backup === undefined) {
  console.error('Usage: npm run restore -- <folder of a backup> [--no-halt]');
  process.exit(2);
}
const settings = readSettings();
const dataDir = resolve(settings.DATA_DIR);
takeLock(dataDir).release(); // throws while something runs on it
try {
  await restoreBackup(
    {
      backup: resolve(backup),
      dataDir,
      databaseUrl: settings.DATABASE_URL ?? null,
      keysFile: keyRingFile({
        DATA_DIR: dataDir,
        SECRETS_KEY_FILE: process.env['SECRETS_KEY_FILE'],
      }),
      halt: !values['no-halt'],
    },
    (line) => console.log(`  ${line}`),
  );
  console.log(`Restored into ${dataDir}. npm start goes on from there.`);
  if (!values['no-halt'])
    console.log(
      'The kill switch is set to halt: positions are guarded and sold, nothing is bought. Compare with the exchange (docs/operations.md, After a restore), then: npm run ctl -- release',
    );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
