import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Venue } from '#domain/mode.ts';
import { OWN_ADDRESSES, venueOf } from '#runtime/mode.ts';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { workflowBundle } from '#worker/workflow-bundle.ts';
import { makeSignInLink, type SignInLink } from './setup/sign-in-link.ts';
import { buildDashboard } from './setup/dashboard-build.ts';
import { isHalfRestored } from './backup/half-restored.ts';
import { takeLock } from './setup/lock.ts';
import { admitBuild } from './setup/new-build.ts';
import { choosePorts, type Ports } from './setup/ports.ts';
import { startPostgres } from './setup/postgres-server.ts';
import { generateClient } from './setup/prisma-setup.ts';
import { createProgress } from './setup/progress.ts';
import { readSettings, type StartSettings } from './setup/settings.ts';
import { createSupervisor, program, type Supervisor } from './setup/supervisor.ts';
import { ensureTemporalCli } from './setup/temporal-cli.ts';
import { NAMESPACE, startTemporal } from './setup/temporal-server.ts';

// `npm start`: sets up what is missing, runs everything on this machine, stops it on Ctrl-C.

const print = (line: string) => console.log(line);

const main = async (): Promise<void> => {
  const startedAtMs = Date.now();
  const settings = readSettings();
  if (isHalfRestored(settings.DATA_DIR))
    throw new Error(
      `A restore into ${resolve(settings.DATA_DIR)} was cut off: ask for it again (npm run restore).`,
    );
  const lock = takeLock(settings.DATA_DIR);
  const supervisor = createSupervisor((line) => print(`start     ${line}`));
  const stopped = onStop(async () => {
    print(
      'start     Stopping: positions stay guarded by the record and continue with the next start',
    );
    await supervisor.stop();
    lock.release();
  });
  try {
    const ports = await bringUp(settings, supervisor, (pid) => lock.holds(pid));
    const link = await makeSignInLink(`http://127.0.0.1:${ports.api}`, settings.DATA_DIR);
    print(table(settings, { ports, link, ms: Date.now() - startedAtMs }));
  } catch (error) {
    await supervisor.stop();
    lock.release();
    throw error;
  }
  await stopped;
};

/** Two signals within this time are one: a terminal sends them to every process of its group. */
const SAME_SIGNAL_MS = 1000;

const onStop = (stop: () => Promise<void>): Promise<void> =>
  new Promise((done, failed) => {
    let askedAtMs: number | null = null;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        if (askedAtMs === null) {
          askedAtMs = Date.now();
          stop().then(() => process.exit(0), failed);
        } else if (Date.now() - askedAtMs > SAME_SIGNAL_MS) {
          print(
            'start     Still stopping; press Ctrl-C once more than 15 s after the first to give up',
          );
          if (Date.now() - askedAtMs > 15_000) process.exit(1);
        }
      });
    process.once('exit', () => done());
  });

const bringUp = async (
  settings: StartSettings,
  supervisor: Supervisor,
  holds: (pid: number) => void,
): Promise<Ports> => {
  const progress = createProgress(print);
  await progress.step('Generating the database client', generateClient);
  const cli = await progress.step('Getting Temporal', () => ensureTemporalCli(process.env, print));
  const [ports] = await Promise.all([
    choosePorts(settings),
    progress.step('Bundling the workflows', workflowBundle),
    progress.step('Building the dashboard', buildDashboard),
  ]);
  const { env } = environmentOf(settings, ports);
  const temporalUp = progress.step('Starting Temporal', () =>
    temporal(settings, ports, { cli: cli.path, supervisor, holds }),
  );
  const [databaseUrl] = await Promise.all([
    progress.step('Starting Postgres', () =>
      database(settings, ports, { supervisor, holds, temporalUp }),
    ),
    temporalUp,
    settings.EXCHANGE === 'simulator'
      ? supervisor.keep(program('simulator', 'simulator/main.ts', { env, print }))
      : null,
  ]);
  const withDatabase = { ...env, DATABASE_URL: databaseUrl };
  const names = ['worker', 'monitor', 'api'] as const;
  await Promise.all(
    names.map((name, n) =>
      supervisor.keep(
        program(name, `${name}/main.ts`, {
          env: { ...withDatabase, METRICS_PORT: String(ports.metrics + n) },
          print,
        }),
      ),
    ),
  );
  await progress.step('Waiting until all parts are ready', () =>
    ready(ports.api, settings.DATA_DIR),
  );
  return ports;
};

interface Keeping {
  readonly supervisor: Supervisor;
  readonly holds: (pid: number) => void;
}

const database = async (
  settings: StartSettings,
  ports: Ports,
  { supervisor, holds, temporalUp }: Keeping & { temporalUp: Promise<unknown> },
): Promise<string> => {
  let url = settings.DATABASE_URL;
  if (url === undefined) {
    const start = async () => {
      const server = await startPostgres({ dataDir: settings.DATA_DIR, port: ports.postgres });
      holds(server.pid);
      url = server.url;
      return server;
    };
    await supervisor.keep({ name: 'postgres', start });
  }
  if (url === undefined) throw new Error('Postgres has no address');
  const { env } = environmentOf(settings, ports);
  const dataDir = resolve(settings.DATA_DIR);
  await admitBuild({ dataDir, databaseUrl: url, temporal: temporalUp, env }, (line) =>
    print(`start     ${line}`),
  );
  await apart('db-migrate.ts', { DATABASE_URL: url }, 'The database could not be migrated.');
  await apart('check-mode.ts', { ...env, DATABASE_URL: url }, 'The mode could not be checked.');
  return url;
};

/** In a process of its own: what it loads is large, and this one stays. Throws what it says. */
const apart = async (
  script: string,
  env: Record<string, string>,
  failed: string,
): Promise<void> => {
  try {
    await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, script)],
      { env: { ...process.env, ...env } },
    );
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(said === '' ? failed : said, { cause: error });
  }
};

const temporal = async (
  settings: StartSettings,
  ports: Ports,
  { cli, supervisor, holds }: Keeping & { cli: string },
): Promise<void> => {
  const start = async () => {
    const server = await startTemporal({
      cli,
      dataDir: settings.DATA_DIR,
      port: ports.temporal,
      uiPort: ports.temporalUi,
      codecUrl: `http://127.0.0.1:${ports.api}/api/codec`,
      durability: settings.EXCHANGE === 'live' ? 'full' : 'normal',
    });
    holds(server.pid);
    return server;
  };
  await supervisor.keep({ name: 'temporal', start });
};

/** What our processes are started with, and the venue that it makes. Throws for a contradiction. */
const environmentOf = (
  settings: StartSettings,
  ports: Ports,
): { readonly env: Record<string, string>; readonly venue: Venue } => {
  const simulator = `127.0.0.1:${ports.simulator}`;
  const live = settings.EXCHANGE === 'live';
  const addresses = {
    MEXC_REST_URL:
      settings.MEXC_REST_URL ?? (live ? OWN_ADDRESSES.MEXC_REST_URL : `http://${simulator}`),
    MEXC_WS_URL:
      settings.MEXC_WS_URL ?? (live ? OWN_ADDRESSES.MEXC_WS_URL : `ws://${simulator}/ws`),
    MEXC_WEB_URL:
      settings.MEXC_WEB_URL ?? (live ? OWN_ADDRESSES.MEXC_WEB_URL : `http://${simulator}`),
  };
  const env = {
    ...addresses,
    DATA_DIR: resolve(settings.DATA_DIR),
    EXCHANGE: settings.EXCHANGE,
    LIVE_TRADING: settings.LIVE_TRADING ?? '',
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    TEMPORAL_NAMESPACE: NAMESPACE,
    TEMPORAL_UI_URL: `http://127.0.0.1:${ports.temporalUi}`,
    ...(live ? {} : { MEXC_API_KEY: 'sim-key', MEXC_API_SECRET: 'sim-secret' }),
    API_PORT: String(ports.api),
    SIMULATOR_PORT: String(ports.simulator),
    SIMULATOR_CONTROL_PORT: String(ports.simulator + 1),
    SIMULATOR_SCENARIO: settings.SIMULATOR_SCENARIO,
    LOG_LEVEL: settings.LOG_LEVEL,
    LOG_FORMAT: 'pretty',
  };
  return { env, venue: venueOf({ ...settings, ...addresses }) };
};

const READY_WITHIN_MS = 90_000;

/** Waits until the API says that every part is there. */
const ready = async (port: number, dataDir: string): Promise<void> => {
  const headers = { authorization: `Bearer ${await ensureOperatorToken(dataDir)}` };
  const deadline = Date.now() + READY_WITHIN_MS;
  let last = 'the API does not answer';
  while (Date.now() < deadline) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { headers });
      if (answer.ok) return;
      last = await answer.text();
    } catch {
      last = 'the API does not answer';
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`Not ready within ${READY_WITHIN_MS / 1000} s: ${last}`);
};

interface Started {
  readonly ports: Ports;
  readonly link: SignInLink;
  readonly ms: number;
}

/** Whose money moves, in the first line that a person reads. */
const MONEY: Readonly<Record<Venue['orders'], string>> = {
  play: 'It trades the bundled simulator: no real money.',
  paper: 'Dry run: market data as it is, no orders are sent; fills are optimistic guesses.',
  gated:
    'LIVE: entries spend real money once every part of the live gate is met (npm run ctl -- live).',
};

const table = (settings: StartSettings, { ports, link, ms }: Started): string =>
  [
    '',
    `Ready after ${(ms / 1000).toFixed(1)} s. ${MONEY[environmentOf(settings, ports).venue.orders]}`,
    '',
    ...(link.passwordSet
      ? [`  Dashboard    http://127.0.0.1:${ports.api}`]
      : [
          `  Dashboard    http://127.0.0.1:${ports.api}/sign-in#${link.secret}`,
          '               (signs you in, once, within ten minutes; later: npm run ctl -- sign-in-link)',
        ]),
    `  API          http://127.0.0.1:${ports.api}/api`,
    `  Temporal UI  http://127.0.0.1:${ports.temporalUi}`,
    ...(settings.EXCHANGE === 'simulator'
      ? [`  Simulator    http://127.0.0.1:${ports.simulator} (control on ${ports.simulator + 1})`]
      : []),
    `  Data         ${resolve(settings.DATA_DIR)}`,
    '',
    'Ctrl-C stops everything; the next start goes on where this one was.',
    '',
  ].join('\n');

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
