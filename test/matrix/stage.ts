import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TradingOptionsInput } from '#domain/configuration.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { startPostgres } from '#scripts/setup/postgres-server.ts';
import { applyMigrations } from '#scripts/setup/prisma-setup.ts';
import { startTemporal } from '#scripts/setup/temporal-server.ts';
import { startSimulator } from '#simulator/simulator.ts';
import type { TestProcess } from '../processes.ts';
import { copyFolder, openFolder } from '../folders.ts';
import { startProxy, type Proxy } from '../proxy.ts';
import { createWorld, type World } from '../world.ts';

export type Part = 'worker' | 'monitor' | 'api' | 'temporal' | 'postgres';

/** A whole installation in which every part can be killed and started again. */
export interface Stage extends AsyncDisposable {
  readonly world: World;
  /**
   * Between our processes and the servers: can be held silent. `monitor` leads the monitor to
   * Temporal, `temporal` everybody else.
   */
  readonly lines: { readonly database: Proxy; readonly temporal: Proxy; readonly monitor: Proxy };
  kill(part: Part): Promise<void>;
  start(part: Part): Promise<void>;
  process(part: Ours): TestProcess;
  /** Folder of Temporal's database file. */
  readonly temporalFolder: string;
}

interface Server {
  readonly pid: number;
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Trades of all sorts of ends; the limits are judged elsewhere, here they must not be in the way. */
const OPTIONS = {
  quoteAmount: '20',
  maxQuotePerTrade: '20',
  dailySpend: '1000000',
  safetyEnabled: false,
  maxNewPerPoll: 50,
  entry: {
    window: 10,
    freshness: 10_000,
    minPrint: '0',
    minAskDepth: 0,
    maxOverFirst: 300,
    slippage: 20,
  },
  exit: { maxHold: 1, timeStop: 1, ladder: [{ gain: 4, fraction: 0.5 }], stop: 20 },
};

export interface StageSettings {
  /** More settings of our processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** Workflows continue as new after about this many events; null: Temporal's own limit. */
  readonly historyMax?: number | null;
  /** Trading options that differ from the usual ones of a stage. */
  readonly options?: Partial<TradingOptionsInput>;
  /** Data folder of a stopped Postgres that is migrated: copied instead of made anew. */
  readonly postgresFrom?: string;
  /** False starts no API: who asks it nothing need not pay for it. */
  readonly hasApi?: boolean;
}

export const openStage = async (
  temporalCli: string,
  settings: StageSettings = {},
): Promise<Stage> => {
  const { env = {}, historyMax = null, options = {}, hasApi = true } = settings;
  await using stack = new AsyncDisposableStack();
  const folder = await openFolder('sniper-stage-');
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const simulator = stack.use(
    await startSimulator({
      port: 0,
      controlPort: 0,
      dataDir: null,
      scenario: 'empty',
      seed: 'matrix',
    }),
  );
  if (settings.postgresFrom !== undefined)
    await copyFolder(settings.postgresFrom, postgresIn(folder));
  const servers = await startServers(folder, temporalCli, historyMax);
  stack.defer(() => servers.stop());
  const lines = {
    database: stack.use(await startProxy(servers.ports.postgres)),
    temporal: stack.use(await startProxy(servers.ports.temporal)),
    monitor: stack.use(await startProxy(servers.ports.temporal)),
  };
  const world = stack.use(
    await createWorld({
      databaseUrl: servers.databaseUrl(),
      simulator,
      temporalAddress: `127.0.0.1:${servers.ports.temporal}`,
      env: {
        ...env,
        DATABASE_URL: servers.databaseUrl(lines.database.port),
        TEMPORAL_ADDRESS: `127.0.0.1:${lines.temporal.port}`,
      },
    }),
  );
  const processes = await startProcesses(world, {
    first: ['worker', 'monitor'],
    env: { monitor: { TEMPORAL_ADDRESS: `127.0.0.1:${lines.monitor.port}` } },
  });
  await world.control('POST', 'accounts', {
    apiKey: 'sim-key',
    balances: { USDT: '10000000' },
  });
  await world.startRun({ ...OPTIONS, ...options });
  if (hasApi) await processes.start('api');
  const kept = stack.move();
  return {
    world,
    lines,
    kill: (part) => (isOurs(part) ? processes.get(part).kill() : servers.kill(part)),
    start: (part) => (isOurs(part) ? processes.start(part) : servers.start(part)),
    process: processes.get,
    temporalFolder: join(folder, 'temporal'),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

const isOurs = (part: Part): part is Ours => part !== 'temporal' && part !== 'postgres';

const postgresIn = (folder: string): string => join(folder, 'data');

const startServers = async (folder: string, cli: string, historyMax: number | null) => {
  const ports = { postgres: await freePort(), temporal: await freePort() };
  let url = '';
  const starts = {
    postgres: async () => {
      const server = await startPostgres({
        dataDir: postgresIn(folder),
        port: ports.postgres,
      });
      url = server.url;
      return server;
    },
    temporal: () =>
      startTemporal({
        cli,
        dataDir: join(folder, 'temporal'),
        port: ports.temporal,
        uiPort: null,
        ...(historyMax === null
          ? {}
          : { dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': String(historyMax) } }),
      }),
  };
  const postgres = await starts.postgres();
  await applyMigrations(postgres.url);
  const running: Record<'postgres' | 'temporal', Server> = {
    postgres,
    temporal: await starts.temporal(),
  };
  return {
    ports,
    databaseUrl: (port = ports.postgres) => url.replace(`:${ports.postgres}/`, `:${port}/`),
    kill: async (part: 'postgres' | 'temporal') => {
      process.kill(running[part].pid, 'SIGKILL');
      await running[part].ended;
    },
    start: async (part: 'postgres' | 'temporal') => {
      running[part] = await starts[part]();
    },
    stop: async () => {
      await running.temporal.stop();
      await running.postgres.stop();
    },
  };
};

type Ours = 'worker' | 'monitor' | 'api';

interface Processes {
  readonly first: readonly Ours[];
  readonly env: Partial<Record<Ours, Record<string, string>>>;
}

const startProcesses = async (world: World, { first, env }: Processes) => {
  const apiPort = String(await freePort());
  const running = new Map<Ours, TestProcess>();
  const start = async (name: Ours): Promise<void> => {
    const more = name === 'api' ? { API_PORT: apiPort } : {};
    running.set(name, await world.start(name, { ...env[name], ...more }));
  };
  await Promise.all(first.map(start));
  return {
    start,
    get: (name: Ours): TestProcess => {
      const found = running.get(name);
      if (found === undefined) throw new Error(`${name} was never started`);
      return found;
    },
  };
};
