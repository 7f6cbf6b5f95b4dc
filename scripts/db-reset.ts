import { existsSync, readdirSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { readSettings } from './setup/settings.ts';
import { takeLock } from './setup/lock.ts';

// npm run db:reset: begins again with empty data. The old data is kept beside it, not deleted.

const { DATA_DIR } = readSettings();
const folder = resolve(DATA_DIR);
if (!existsSync(folder) || readdirSync(folder).length === 0) {
  console.log(`There is no data in ${folder}.`);
} else {
  takeLock(folder).release();
  const kept = `${folder}.${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(folder, kept);
  console.log(`The data is now in ${kept}. Delete that folder when you no longer need it.`);
}
