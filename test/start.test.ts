import { execFile, spawn } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { aTrade } from '#api/testing.ts';
import { connectDatabase } from '#prisma/client.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { createTestDatabase, waitForRoom } from './shared-world.ts';
import { openFolder } from './folders.ts';
import { until } from './until.ts';

const ROOT = join(import.meta.dirname, '..');

interface Start {
  readonly pid: number;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
}

/** `npm start` without npm: the script that it ends in. */
const start = (env: Record<string, string>, cwd = ROOT): Start => {
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'start.ts')], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended: new Promise((done) => child.once('exit', done)),
    signal: (name) => child.kill(name),
  };
};

describe('npm start with bad input', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await openFolder('sniper-start-');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const refused = async (env: Record<string, string>, cwd?: string): Promise<string> => {
    const started = start({ DATA_DIR: join(folder, 'data'), ...env }, cwd);
    expect(await started.ended).toBe(1);
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
    expect(stdout, 'nothing is left behind').not.toContain(join(folder, 'data'));
    return started.output();
  };

  test('names every setting that cannot be used, and starts nothing', async () => {
    const output = await refused({
      API_PORT: 'eighty',
      EXCHANGE: 'demo',
      DATABASE_URL: 'mysql://x',
    });
    for (const name of ['API_PORT', 'EXCHANGE', 'DATABASE_URL']) expect(output).toContain(name);
    expect(await readdir(folder)).toEqual([]);
  });

  test('asks for the secret of a key, and never prints the key', async () => {
    const output = await refused({ MEXC_API_KEY: 'only-the-key' });
    expect(output).toMatch(/MEXC_API_SECRET is missing: key and secret belong together/);
    expect(output).not.toContain('only-the-key');
  });

  test('reads .env, and says where a bad value came from', async () => {
    await writeFile(join(folder, '.env'), 'LOG_LEVEL=loud\n');
    expect(await refused({}, folder)).toMatch(
      /LOG_LEVEL must be trace, debug, info, warn or error/,
    );
    await rm(join(folder, '.env'));
  });

  test('does not move a port that a person set', async () => {
    const server = createServer();
    const port = await new Promise<number>((done) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        done(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    expect(await refused({ API_PORT: String(port) })).toMatch(
      new RegExp(`API_PORT is set to ${port}, but something else listens there`),
    );
    server.close();
  });

  test('says how to get the Temporal CLI when there is no way to', async () => {
    const output = await refused({
      MEXC_SNIPER_CACHE: join(folder, 'cache'),
      PATH: '/nowhere',
      HTTPS_PROXY: '',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent('globalThis.fetch=()=>Promise.reject(new Error("no network"))')}`,
    });
    expect(output).toContain('TEMPORAL_CLI_PATH');
    expect(output).toContain('install Go');
  });

  test('refuses a TEMPORAL_CLI_PATH that is none', async () => {
    expect(await refused({ TEMPORAL_CLI_PATH: '/bin/true' })).toMatch(
      /not a Temporal CLI that runs/,
    );
  });

  test('does not play with the exchange’s own address', async () => {
    const output = await refused({ MEXC_REST_URL: 'https://api.mexc.com' });
    expect(output).toContain('set EXCHANGE=live');
  });

  test('is not started in another mode while a trade is open, and says what to do', async () => {
    await using database = await createTestDatabase();
    const db = connectDatabase(database.url);
    const installationId = await ensureInstallation(db, { mode: 'live', account: 'abc' });
    await aTrade(db, { installationId, n: 1, phase: 'holding' });
    await db.$disconnect();
    const output = await refused({
      DATABASE_URL: database.url,
      TEMPORAL_CLI_PATH: inject('temporalCli'),
    });
    expect(output).toMatch(/Not started in mode simulator.*COIN1USDT.*in mode live, account abc/);
    expect(output).toContain('npm run ctl -- stop close');
  });

  test('refuses data of a newer version, and changes nothing', async () => {
    await using database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ('newer', 'x', '29990101000000_future', now(), 1)`,
    );
    await client.end();
    const output = await refused({
      DATABASE_URL: database.url,
      TEMPORAL_CLI_PATH: inject('temporalCli'),
    });
    expect(output).toMatch(/written by a newer version.*29990101000000_future/s);
  });
});

describe('npm start', () => {
  test('restarts what dies, refuses a second start, stops clean, and goes on', async () => {
    await waitForRoom();
    const folder = await openFolder('sniper-whole-');
    const port = String(await freePort());
    const env = {
      DATA_DIR: join(folder, 'data'),
      API_PORT: port,
      TEMPORAL_CLI_PATH: inject('temporalCli'),
    };
    const first = start(env);
    await until('it is ready', () => first.output().includes('Ready after'), {
      withinMs: 90_000,
      seen: first.output,
    });
    const ask = async (path: string): Promise<unknown> => {
      const headers = { authorization: `Bearer ${await ensureOperatorToken(env.DATA_DIR)}` };
      return (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).json();
    };
    const second = start({ ...env, API_PORT: String(await freePort()) });
    expect(await second.ended).toBe(1);
    expect(first.output()).toMatch(/Dashboard +http:\/\/127\.0\.0\.1:\d+\/sign-in#\S{43}/);
    expect(second.output()).toMatch(/already running .* \(process \d+\)/);

    const { processes } = (await ask('/api/system')) as {
      processes: { process: string; instance: string }[];
    };
    const worker = processes.find((each) => each.process === 'worker');
    process.kill(Number(worker?.instance.split(':')[1]), 'SIGKILL');
    await until('the worker is back', () => first.output().includes('worker runs again'));
    expect(first.output()).toMatch(/worker ended \(SIGKILL\); started again in 0.5 s/);

    first.signal('SIGINT');
    expect(await first.ended).toBe(0);
    expect(await readdir(env.DATA_DIR)).not.toContain('running.json');

    const former = JSON.stringify({ workflows: 'workflows-former', version: 'v-former' });
    await writeFile(join(env.DATA_DIR, 'build.json'), former);
    const again = start(env);
    await until('it is ready again', () => again.output().includes('Ready after'), {
      withinMs: 90_000,
      seen: again.output,
    });
    expect(await ask('/api/bot/status')).toMatchObject({ running: true, workflow: 'running' });
    expect(again.output()).toMatch(/New build .*: backup written to .*data\.backups/);
    expect(again.output()).toContain('Every open workflow goes on with the new build');
    again.signal('SIGTERM');
    expect(await again.ended).toBe(0);
    await rm(folder, { recursive: true, force: true });
  }, 240_000);
});
