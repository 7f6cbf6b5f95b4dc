import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Another folder of sources than our own, and another builder, are for tests. */
export interface DashboardBuild {
  readonly web: string;
  /** Writes the built dashboard into a folder that is there already. */
  readonly build: (outDir: string) => Promise<void>;
}

/**
 * Builds the dashboard when its sources have changed. Says whether it did. What is served is never
 * half there: new files are put beside the old ones, and index.html, which names them, comes last.
 */
export const buildDashboard = async (
  { web, build }: DashboardBuild = { web: join(ROOT, 'web'), build: vite },
): Promise<boolean> => {
  const served = join(web, 'dist');
  const stamp = join(served, STAMP);
  const hash = await sourceHash(web);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === hash) return false;
  await mkdir(served, { recursive: true });
  const fresh = await mkdtemp(join(served, '.new-'));
  try {
    await build(fresh);
    await writeFile(join(fresh, STAMP), hash);
    await moveIn(fresh, served);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return true;
};

const STAMP = '.source-hash';
/** Names of all else follow from index.html, and the stamp says that all is there. */
const LAST = ['index.html', STAMP];
/** A page that was opened before the build still asks for the old files, when it opens another page. */
const KEEP_OLD_MS = 24 * 3_600_000;

const moveIn = async (fresh: string, served: string): Promise<void> => {
  const files = await filesIn(fresh);
  const first = files.filter((file) => !LAST.includes(file));
  for (const file of [...first, ...LAST]) {
    await mkdir(dirname(join(served, file)), { recursive: true });
    await rename(join(fresh, file), join(served, file));
  }
  for (const file of await filesIn(served)) {
    const path = join(served, file);
    const found = await stat(path).catch(() => null); // another build deletes them too
    if (found === null || files.includes(file)) continue;
    if (Date.now() - found.mtimeMs > KEEP_OLD_MS) await rm(path, { force: true });
  }
};

/** Paths of all files below a folder, from it. */
const filesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
};

const sourceHash = async (web: string): Promise<string> => {
  const hash = createHash('sha256').update(await readFile(join(ROOT, 'package-lock.json')));
  for (const file of await filesIn(web))
    if (!file.startsWith(`dist${sep}`)) hash.update(file).update(await readFile(join(web, file)));
  return hash.digest('hex');
};

const vite = (outDir: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const bin = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
    const child = spawn(
      process.execPath,
      [bin, 'build', 'web', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`The dashboard could not be built:\n${output}`)),
    );
  });
