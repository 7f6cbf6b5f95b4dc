import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { keyRingFile } from '#runtime/key-ring.ts';
import { replaceFile } from '#runtime/replace-file.ts';
import { workflowBundle } from '#worker/workflow-bundle.ts';
import { programVersion } from '../backup/program-version.ts';
import { writeBackup } from '../backup/write-backup.ts';

/** Names the workflow code that the open trades of a data folder were last carried on by. */
const FILE = 'build.json';
const KEEP = 14;

const build = z.object({ workflows: z.string(), version: z.string() });
type Build = z.infer<typeof build>;

export interface BuildSettings {
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** Resolves when Temporal answers. */
  readonly temporal: Promise<unknown>;
  /** For the programs that it starts: where Temporal is, and the keys. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Before other workflow code than the last one touches open trades: a backup, and a replay of every
 * open history on the new code. Throws, naming the version to use, when one cannot go on; nothing was
 * changed then. Costs nothing when the code is the same.
 */
export const admitBuild = async (
  settings: BuildSettings,
  said: (line: string) => void,
): Promise<void> => {
  const file = resolve(settings.dataDir, FILE);
  const present = await presentBuild();
  const former = await formerBuild(file);
  if (former?.workflows === present.workflows) return;
  const hasData = existsSync(resolve(settings.dataDir, 'temporal.db'));
  if (former !== null && hasData) await admit(settings, { former, present, said });
  await replaceFile(file, JSON.stringify(present));
};

const presentBuild = async (): Promise<Build> => {
  const bundle = await workflowBundle();
  if (!('codePath' in bundle)) throw new Error('The workflows were not bundled into a file');
  return { workflows: basename(bundle.codePath, '.js'), version: await programVersion() };
};

const formerBuild = async (file: string): Promise<Build | null> => {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : build.parse(JSON.parse(text));
};

interface Change {
  readonly former: Build;
  readonly present: Build;
  readonly said: (line: string) => void;
}

const admit = async (settings: BuildSettings, { former, present, said }: Change) => {
  const { dataDir, databaseUrl, env } = settings;
  await settings.temporal;
  const keysFile = keyRingFile({ DATA_DIR: dataDir, SECRETS_KEY_FILE: env['SECRETS_KEY_FILE'] });
  const folder = await writeBackup(
    {
      dataDir,
      databaseUrl,
      into: `${resolve(dataDir)}.backups`,
      keysFile,
      withKeys: false,
      version: former.version,
      keep: KEEP,
    },
    () => undefined,
  );
  said(`New build ${present.version}: backup written to ${folder}`);
  const broken = await replayOpen(env);
  if (broken.length === 0) return said('Every open workflow goes on with the new build');
  throw new Error(
    `${broken.length} open workflows cannot go on with this build (${present.version}), the first: ${broken[0] ?? ''}\nStart the version that they were begun with, ${former.version} (git checkout ${former.version.replace('-dirty', '')}), until they have ended. Nothing was changed; a backup is in ${folder}.`,
  );
};

/** In a process of its own: the engine that replays is large, and this one stays. */
const replayOpen = async (env: BuildSettings['env']): Promise<readonly string[]> => {
  const file = join(import.meta.dirname, '..', 'replay-open.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [file], {
    env: { ...process.env, ...env },
    maxBuffer: 16 * 1024 * 1024,
  });
  return z.array(z.string()).parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
};
