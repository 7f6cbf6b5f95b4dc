import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildDashboard } from './dashboard-build.ts';

let web: string;
beforeEach(async () => {
  web = await mkdtemp(join(tmpdir(), 'web-'));
  await writeFile(join(web, 'main.ts'), '1');
});
afterEach(() => rm(web, { recursive: true }));

const served = (file: string) => join(web, 'dist', file);
/** Builds a page that names one script. */
const builds =
  (script: string, during: () => Promise<void> = () => Promise.resolve()) =>
  async (outDir: string): Promise<void> => {
    await mkdir(join(outDir, 'assets'));
    await writeFile(join(outDir, 'assets', script), '');
    await during();
    await writeFile(join(outDir, 'index.html'), script);
  };
const page = () => readFile(served('index.html'), 'utf8');
const assets = () => readdir(served('assets'));

test('builds once for the same sources', async () => {
  expect(await buildDashboard({ web, build: builds('a.js') })).toBe(true);
  expect(await buildDashboard({ web, build: builds('b.js') })).toBe(false);
  expect(await page()).toBe('a.js');
});

test('serves the old page until the new one is whole, and its files for pages that are open', async () => {
  await buildDashboard({ web, build: builds('a.js') });
  await writeFile(join(web, 'main.ts'), '2');
  const during = async () => {
    expect(await page()).toBe('a.js');
    expect(await assets()).toEqual(['a.js']);
  };
  await buildDashboard({ web, build: builds('b.js', during) });
  expect(await page()).toBe('b.js');
  expect(await assets()).toEqual(['a.js', 'b.js']);
});

test('forgets files that no page can ask for any more', async () => {
  await buildDashboard({ web, build: builds('a.js') });
  await utimes(served('assets/a.js'), 0, 0);
  await writeFile(join(web, 'main.ts'), '2');
  await buildDashboard({ web, build: builds('b.js') });
  expect(await assets()).toEqual(['b.js']);
});

test('leaves what is served alone when a build fails', async () => {
  await buildDashboard({ web, build: builds('a.js') });
  await writeFile(join(web, 'main.ts'), '2');
  const build = builds('b.js', () => Promise.reject(new Error('no space left')));
  await expect(buildDashboard({ web, build })).rejects.toThrow('no space left');
  expect(await page()).toBe('a.js');
  expect(await readdir(join(web, 'dist'))).toEqual(['.source-hash', 'assets', 'index.html']);
});
