import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { demoOptions, tradingOptions, type TradingOptionsInput } from '#domain/configuration.ts';
import { connectDatabase, type Database } from '#prisma/client.ts';
import { ensureInstallation, type InstallationKey } from '#prisma/installation.ts';
import { sealingConverter } from '#runtime/payload-codec.ts';
import { keysOf } from '#worker/signing-key.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { NAMESPACE } from '#scripts/setup/temporal-server.ts';
import type { Simulator } from '#simulator/simulator.ts';
import { botRunWorkflowId, taskQueues } from '#workflows/messages.ts';
import { recordHistories } from './record-histories.ts';
import { openFolder } from './folders.ts';
import { startProcess, type TestProcess } from './processes.ts';
import { until } from './until.ts';

/** A whole installation of its own: database, Temporal, exchange; processes as they are asked for. */
export interface World extends AsyncDisposable {
  readonly db: Database;
  readonly simulator: Simulator;
  readonly temporal: Client;
  readonly installationId: string;
  readonly env: Readonly<Record<string, string>>;
  start(name: 'worker' | 'monitor' | 'api', env?: Record<string, string>): Promise<TestProcess>;
  /** Starts a run and waits until its first look is committed; needs a worker and a monitor. */
  startRun(options?: Partial<TradingOptionsInput>): Promise<void>;
  /** Plans a pair at the exchange; answers its symbol. Times count from now, ms. */
  list(listing: PlannedListing): Promise<string>;
  /** Waits until the trade of a symbol is in one of the phases. */
  phase(symbol: string, ...phases: string[]): Promise<TradeRow>;
  trade(symbol: string): Promise<TradeRow | null>;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
}

export type TradeRow = NonNullable<Awaited<ReturnType<Database['trade']['findFirst']>>>;

export interface PlannedListing {
  readonly base: string;
  readonly opensInMs: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** What a world stands on; whoever makes it also ends it. */
export interface Ground {
  readonly databaseUrl: string;
  readonly simulator: Simulator;
  readonly temporalAddress: string;
  /** Whose world it is, when not the simulator's; `env` must say the same to the processes. */
  readonly installation?: InstallationKey;
  /** What differs for processes of ours: addresses, the mode. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Connects to the ground; processes are ended with the world. */
export const createWorld = async (ground: Ground): Promise<World> => {
  await using stack = new AsyncDisposableStack();
  const { simulator } = ground;
  const connection = await Connection.connect({ address: ground.temporalAddress });
  stack.defer(() => connection.close());
  const db = connectDatabase(ground.databaseUrl);
  stack.defer(() => db.$disconnect());
  const { installation = { mode: 'simulator', account: 'sim' } } = ground;
  const installationId = await ensureInstallation(db, installation);
  const dataDir = await openFolder('sniper-data-');
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const env = { ...environmentOf(ground), DATA_DIR: dataDir, ...ground.env };
  const dataConverter = sealingConverter(keysOf(db, env));
  const temporal = new Client({ connection, namespace: NAMESPACE, dataConverter });
  const trade = (symbol: string) => db.trade.findFirst({ where: { symbol } });
  const control = controlOf(simulator);
  const kept = stack.move();
  return {
    db,
    simulator,
    temporal,
    installationId,
    env,
    trade,
    control,
    start: async (name, more = {}) => {
      const ports = { METRICS_PORT: String(await freePort()) };
      const ready = { worker: 'Worker ready', monitor: 'Monitor ready', api: 'API ready' }[name];
      return kept.use(
        await startProcess(`${name}/main.ts`, { env: { ...env, ...ports, ...more }, ready }),
      );
    },
    startRun: (options = {}) => startRun({ db, temporal, installationId }, options),
    list: (listing) => plan(control, listing),
    phase: (symbol, ...phases) =>
      until(
        `${symbol} is ${phases.join(' or ')}`,
        async () => {
          const row = await trade(symbol);
          return row !== null && phases.includes(row.phase) ? row : null;
        },
        { withinMs: 120_000, seen: async () => trade(symbol) },
      ),
    [Symbol.asyncDispose]: async () => {
      await recordHistories(temporal);
      await kept.disposeAsync();
    },
  };
};

const environmentOf = ({ databaseUrl, simulator, temporalAddress }: Ground) => ({
  DATABASE_URL: databaseUrl,
  TEMPORAL_ADDRESS: temporalAddress,
  TEMPORAL_NAMESPACE: NAMESPACE,
  EXCHANGE: 'simulator',
  MEXC_API_KEY: 'sim-key',
  MEXC_API_SECRET: 'sim-secret',
  MEXC_REST_URL: simulator.url,
  MEXC_WEB_URL: simulator.url,
  MEXC_WS_URL: simulator.wsUrl,
});

const controlOf =
  (simulator: Simulator) =>
  async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${simulator.controlUrl}/_sim/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };

/** The demo's options on a machine of any speed: a late look is no reason not to buy. */
export const unhurried: TradingOptionsInput = {
  ...demoOptions,
  entry: { freshness: 10_000 },
};

const startRun = async (
  world: { db: Database; temporal: Client; installationId: string },
  options: Partial<TradingOptionsInput>,
): Promise<void> => {
  const { db, temporal, installationId } = world;
  const configuration = await db.botConfiguration.create({
    data: {
      installationId,
      name: 'test',
      version: 1,
      options: tradingOptions.parse({
        ...unhurried,
        ...options,
        entry: { ...unhurried.entry, ...options.entry },
      }),
      active: true,
    },
  });
  const runId = randomUUID();
  await temporal.workflow.start('BotRunWorkflow', {
    taskQueue: taskQueues.sniper,
    workflowId: botRunWorkflowId,
    args: [{ runId, installationId, configurationId: configuration.id }],
  });
  await until('the first look is committed', async () => {
    const run = await db.botRun.findUnique({ where: { id: runId } });
    return run?.baselineAt ?? null;
  });
};

const plan = async (
  control: ReturnType<typeof controlOf>,
  { base, opensInMs, more }: PlannedListing,
): Promise<string> => {
  const symbol = `${base}USDT`;
  const now = Date.now();
  await control('POST', 'listings', {
    symbol,
    announceAt: now,
    visibleAt: now,
    opensAt: now + opensInMs,
    ...more,
  });
  return symbol;
};
