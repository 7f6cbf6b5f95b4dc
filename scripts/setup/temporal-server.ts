import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { createConnection } from 'node:net';
import { promisify } from 'node:util';

export interface TemporalServer {
  readonly address: string;
  readonly uiUrl: string | null;
  readonly namespace: string;
  readonly pid: number;
  /** Resolves with the reason when the server has ended, wanted or not. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface TemporalServerSettings {
  readonly cli: string;
  /** Holds the database file; null keeps everything in memory. */
  readonly dataDir: string | null;
  readonly port: number;
  /** Null starts no UI. */
  readonly uiPort: number | null;
  /** Where the UI has payloads opened; null shows them sealed. */
  readonly codecUrl?: string;
  /** `full` when real money is traded: the last moments survive a loss of power. */
  readonly durability?: 'normal' | 'full';
  /** More dynamic configuration, for tests that need the server's limits to be near. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
}

export const NAMESPACE = 'sniper';
const READY_WITHIN_MS = 60_000;

/**
 * What our speed and recovery were measured with. Eager activities are off by default, and a queue
 * is polled 20 times a second at most: together they cost 175 ms on the way to an order.
 */
const DYNAMIC_CONFIG: Readonly<Record<string, string>> = {
  'system.enableActivityEagerExecution': 'true',
  'system.enableEagerWorkflowStart': 'true',
  'history.transferProcessorMaxPollRPS': '2000',
  'history.timerProcessorMaxPollRPS': '2000',
  'history.visibilityProcessorMaxPollRPS': '2000',
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
};

/** What workflows are found by; see workflows/search-attributes.ts. */
const SEARCH_ATTRIBUTES: Readonly<Record<string, string>> = {
  Symbol: 'Keyword',
  SniperPhase: 'Keyword',
  Source: 'Keyword',
  OpensAt: 'Datetime',
};

/** Starts the bundled Temporal server on loopback and waits until it takes calls. */
export const startTemporal = async (settings: TemporalServerSettings): Promise<TemporalServer> => {
  if (settings.dataDir !== null) mkdirSync(settings.dataDir, { recursive: true });
  const child = spawn(settings.cli, argumentsOf(settings), {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // Ctrl-C is for us: the server goes last
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
  const ended = new Promise<string>((done) =>
    child.once('exit', (code, signal) => done(signal ?? `code ${code}`)),
  );
  await ready(child, settings, () => log);
  return {
    address: `127.0.0.1:${settings.port}`,
    uiUrl: settings.uiPort === null ? null : `http://127.0.0.1:${settings.uiPort}`,
    namespace: NAMESPACE,
    pid: child.pid ?? 0,
    ended,
    stop: () => stop(child, ended),
  };
};

const argumentsOf = (settings: TemporalServerSettings): string[] => [
  'server',
  'start-dev',
  '--namespace',
  NAMESPACE,
  '--ip',
  '127.0.0.1',
  '--port',
  String(settings.port),
  ...(settings.uiPort === null ? ['--headless'] : ['--ui-port', String(settings.uiPort)]),
  ...(settings.codecUrl === undefined ? [] : ['--ui-codec-endpoint', settings.codecUrl]),
  '--log-level',
  'error',
  ...(settings.dataDir === null
    ? []
    : [
        '--db-filename',
        resolve(settings.dataDir, 'temporal.db'),
        '--sqlite-pragma',
        'journal_mode=wal',
        '--sqlite-pragma',
        `synchronous=${settings.durability === 'full' ? 2 : 1}`,
      ]),
  ...flags('--dynamic-config-value', { ...DYNAMIC_CONFIG, ...settings.dynamicConfig }),
  ...flags('--search-attribute', SEARCH_ATTRIBUTES),
];

const flags = (flag: string, values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);

const ready = async (
  child: ChildProcess,
  { cli, port }: TemporalServerSettings,
  log: () => string,
): Promise<void> => {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`Temporal ended at its start:\n${log()}`);
    if ((await answers(port)) && (await keepLong(cli, port))) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`Temporal was not ready within ${READY_WITHIN_MS / 1000} s:\n${log()}`);
};

/** Closed workflows are kept this long for questions; the record in Postgres outlives them. */
const RETENTION = '30d';

/** Sets the namespace's retention; false while it does not exist yet. */
const keepLong = (cli: string, port: number): Promise<boolean> =>
  promisify(execFile)(cli, [
    'operator',
    'namespace',
    'update',
    '--address',
    `127.0.0.1:${port}`,
    '--namespace',
    NAMESPACE,
    '--retention',
    RETENTION,
  ]).then(
    () => true,
    () => false,
  );

const answers = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const end = (value: boolean) => {
      socket.destroy();
      done(value);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });

const STOP_WITHIN_MS = 10_000;

const stop = async (child: ChildProcess, ended: Promise<string>): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const killing = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(killing);
};
