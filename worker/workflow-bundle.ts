import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { failureConverterPath } from '#runtime/failure-converter-path.ts';
import { replaceFile } from '#runtime/replace-file.ts';

const ROOT = join(import.meta.dirname, '..');
const CACHE = join(ROOT, 'node_modules', '.cache', 'mexc-sniper');

/**
 * The workflow code as one script. Bundling takes seconds, so the script is kept under the hash of
 * everything that went into it; the same sources give the same file. May repeat.
 */
export const workflowBundle = (
  interceptors: readonly string[] = [],
): Promise<WorkflowBundleOption> => (bundled ??= bundle(interceptors));

/** One process asks for it once per worker, always with the same interceptors. */
let bundled: Promise<WorkflowBundleOption> | null = null;

const bundle = async (interceptors: readonly string[]): Promise<WorkflowBundleOption> => {
  const kind = interceptors.length === 0 ? 'workflows' : 'traced-workflows';
  const codePath = join(CACHE, `${kind}-${await sourceHash()}.js`);
  if (existsSync(codePath)) return { codePath };
  // Loaded only to bundle: whoever finds the script made stays small.
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'workflows', 'index.ts'),
    failureConverterPath,
    workflowInterceptorModules: [...interceptors],
    logger: new DefaultLogger('WARN'),
  });
  // Another process may bundle the same sources: the last one wins, with equal content.
  await replaceFile(codePath, code);
  return { codePath };
};

const sourceHash = async (): Promise<string> => {
  const hash = createHash('sha256').update(await readFile(join(ROOT, 'package-lock.json')));
  hash.update(await readFile(failureConverterPath));
  for (const folder of ['domain', 'workflows'])
    for (const file of (await readdir(join(ROOT, folder))).sort())
      if (file.endsWith('.ts') && !file.endsWith('.test.ts'))
        hash.update(file).update(await readFile(join(ROOT, folder, file)));
  return hash.digest('hex').slice(0, 16);
};
