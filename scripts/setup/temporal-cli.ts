import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A data file is not migrated between versions, so the version is pinned. */
export const TEMPORAL_CLI_VERSION = '1.8.2';
/** What it must say of its server; a build from source has no version of its own. */
const SERVER_VERSION = '1.31.2';
/** Its module has a `replace`, which a build from outside must repeat. */
const CLIEXT = 'v0.0.0-20260731000218-c579925f193f';
const GO_NEEDED = '1.26.4';

const run = promisify(execFile);
type Env = Readonly<Record<string, string | undefined>>;

export interface FoundCli {
  readonly path: string;
  /** Of the server in it. */
  readonly version: string;
  /** How it was found: TEMPORAL_CLI_PATH | PATH | cache | download | Go. */
  readonly by: string;
}

/** Folder that outlives the project folder: built and downloaded tools. */
export const cacheFolder = (env: Env): string =>
  env['MEXC_SNIPER_CACHE'] ??
  join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mexc-sniper');

const cachedPath = (env: Env): string =>
  join(cacheFolder(env), `temporal-${TEMPORAL_CLI_VERSION}`, 'temporal');

/** Looks without changing anything; null when there is none that suits. Throws for a bad setting. */
export const findTemporalCli = async (env: Env): Promise<FoundCli | null> => {
  const set = env['TEMPORAL_CLI_PATH'];
  if (set !== undefined && set !== '') {
    const version = await versionOf(set);
    if (version === null)
      throw new Error(
        `TEMPORAL_CLI_PATH is set to ${set}, but that is not a Temporal CLI that runs. Set it to the file of Temporal CLI ${TEMPORAL_CLI_VERSION}, or remove the setting.`,
      );
    return { path: set, version, by: 'TEMPORAL_CLI_PATH' };
  }
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'temporal');
    if (folder === '' || !existsSync(path)) continue;
    const version = await versionOf(path);
    if (version === SERVER_VERSION) return { path, version, by: 'PATH' };
  }
  const cached = cachedPath(env);
  const version = existsSync(cached) ? await versionOf(cached) : null;
  return version === null ? null : { path: cached, version, by: 'cache' };
};

const versionOf = async (path: string): Promise<string | null> => {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
    return /Server (\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null; // not there, or not a program of this machine
  }
};

/** Finds the CLI or gets it: download, then a build with Go. Throws with every way that failed. */
export const ensureTemporalCli = async (
  env: Env,
  print: (line: string) => void,
): Promise<FoundCli> => {
  const found = await findTemporalCli(env);
  if (found !== null) return found;
  const failures: string[] = [];
  const ways = [
    { by: 'download', get: () => download(cachedPath(env)) },
    { by: 'Go', get: () => buildWithGo(cachedPath(env), print) },
  ];
  for (const { by, get } of ways) {
    try {
      await get();
      const version = await versionOf(cachedPath(env));
      if (version !== null) return { path: cachedPath(env), version, by };
      failures.push(`${by}: what arrived does not run on this machine`);
    } catch (error) {
      failures.push(`${by}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(
    [
      `Temporal CLI ${TEMPORAL_CLI_VERSION} is needed and could not be had:`,
      ...failures.map((failure) => `  - ${failure}`),
      'Any one of these is enough:',
      `  - install Temporal CLI ${TEMPORAL_CLI_VERSION} from https://github.com/temporalio/cli/releases and put it on PATH,`,
      '    or set TEMPORAL_CLI_PATH to its file;',
      `  - install Go ${GO_NEEDED} or later (https://go.dev/dl) and start again: it is then built, once, in about 3 minutes.`,
    ].join('\n'),
  );
};

const CONNECT_WITHIN_MS = 8000;
const DOWNLOAD_WITHIN_MS = 300_000;

/** The address that the SDK downloads its test server from. */
const downloadUrl = (): string => {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return `https://temporal.download/cli/archive/v${TEMPORAL_CLI_VERSION}?platform=${process.platform}&arch=${arch}&format=tar.gz`;
};

const download = async (target: string): Promise<void> => {
  const abort = new AbortController();
  const connecting = setTimeout(() => abort.abort(), CONNECT_WITHIN_MS);
  let bytes: Uint8Array;
  try {
    const answer = await fetch(downloadUrl(), {
      signal: AbortSignal.any([abort.signal, AbortSignal.timeout(DOWNLOAD_WITHIN_MS)]),
    });
    clearTimeout(connecting);
    if (!answer.ok) throw new Error(`temporal.download answered ${answer.status}`);
    bytes = await answer.bytes();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(
      `temporal.download: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause: error },
    );
  } finally {
    clearTimeout(connecting);
  }
  const folder = await mkdtemp(join(tmpdir(), 'temporal-'));
  try {
    await writeFile(join(folder, 'archive.tar.gz'), bytes);
    await run('tar', ['-xzf', 'archive.tar.gz'], { cwd: folder });
    await install(join(folder, 'temporal'), target);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Moves into place in one step: a broken attempt never leaves half a program. */
const install = async (from: string, target: string): Promise<void> => {
  await mkdir(join(target, '..'), { recursive: true });
  const draft = `${target}.${process.pid}`;
  await run('cp', [from, draft]);
  await chmod(draft, 0o755);
  await rename(draft, target);
};

const GO_MOD = `module temporal-cli-build

go ${GO_NEEDED}

require github.com/temporalio/cli v${TEMPORAL_CLI_VERSION}

replace github.com/temporalio/cli/cliext => github.com/temporalio/cli/cliext ${CLIEXT}
`;

const buildWithGo = async (target: string, print: (line: string) => void): Promise<void> => {
  const version = await run('go', ['version']).catch(() => null);
  if (version === null) throw new Error('Go is not on PATH');
  const folder = await mkdtemp(join(tmpdir(), 'temporal-build-'));
  try {
    await writeFile(join(folder, 'go.mod'), GO_MOD);
    print(`  Building Temporal CLI ${TEMPORAL_CLI_VERSION} with Go: once, about 3 minutes`);
    await goBuild(folder);
    await install(join(folder, 'temporal'), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const goBuild = (folder: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const args = [
      'build',
      '-ldflags=-s -w',
      '-o',
      'temporal',
      'github.com/temporalio/cli/cmd/temporal',
    ];
    const env = { ...process.env, GOFLAGS: `${process.env['GOFLAGS'] ?? ''} -mod=mod`.trim() };
    const child = spawn('go', args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let last = '';
    child.stderr.on('data', (chunk: Buffer) => {
      const lines = chunk.toString().trim().split('\n');
      last = lines.slice(-3).join('\n');
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the build ended with code ${code}: ${last}`)),
    );
  });
