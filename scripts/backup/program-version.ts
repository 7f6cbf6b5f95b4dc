import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');

/** Names this program so that a person can get it again: its commit, or the version of its package. */
export const programVersion = async (): Promise<string> => {
  const args = ['-C', ROOT, 'describe', '--always', '--dirty', '--tags'];
  const commit = await promisify(execFile)('git', args).then(
    ({ stdout }) => stdout.trim(),
    () => null, // no checkout, or no git
  );
  if (commit !== null) return commit;
  const text = await readFile(join(ROOT, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version; // ours
};
