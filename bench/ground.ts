import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '#scripts/setup/ports.ts';
import { startPostgres } from '#scripts/setup/postgres-server.ts';
import { applyMigrations, generateClient } from '#scripts/setup/prisma-setup.ts';
import { ensureTemporalCli } from '#scripts/setup/temporal-cli.ts';
import { startTemporal } from '#scripts/setup/temporal-server.ts';
import type { Simulator } from '#simulator/simulator.ts';
import { openFolder } from '#test/folders.ts';
import { startProcess } from '#test/processes.ts';
import { createWorld, type World } from '#test/world.ts';
import { workflowBundle } from '#worker/workflow-bundle.ts';
import { startChild, type Child } from './child.ts';
import type { RelayCalls } from './processes/relay.ts';

/** A whole installation for measuring: every part a process of its own, the real ones. */
export interface Ground extends AsyncDisposable {
  readonly world: World;
  readonly relay: Child<RelayCalls>;
  readonly relayUrl: string;
  readonly databaseUrl: string;
  readonly temporalCli: string;
  readonly simulatorPid: number;
  /** What else must end with it. */
  defer(end: () => Promise<void>): void;
  /** Requests that reached the exchange. */
  requests(): Promise<readonly SeenRequest[]>;
}

/** A request as the exchange stamped it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly arrivedNs: bigint;
  /** Code of a refusal; null when it was accepted. */
  readonly code: number | null;
}

/** Starts servers, exchange and relay; `processes` are ours. */
export const startGround = async (
  processes: readonly ('worker' | 'monitor')[],
): Promise<Ground> => {
  const stack = new AsyncDisposableStack();
  standing.add(stack);
  stack.defer(() => void standing.delete(stack));
  try {
    return await build(stack, processes);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
};

const standing = new Set<AsyncDisposable>();

/** Ends all servers: they do not end with us by themselves. */
export const endGrounds = async (): Promise<void> => {
  await Promise.all([...standing].map((stack) => stack[Symbol.asyncDispose]()));
};

const build = async (
  stack: AsyncDisposableStack,
  processes: readonly ('worker' | 'monitor')[],
): Promise<Ground> => {
  await generateClient();
  await workflowBundle();
  const cli = await ensureTemporalCli(process.env, console.log);
  const folder = await openFolder('sniper-bench-');
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const postgres = await startPostgres({ dataDir: join(folder, 'data'), port: await freePort() });
  stack.defer(() => postgres.stop());
  await applyMigrations(postgres.url);
  const temporal = await startTemporal({
    cli: cli.path,
    dataDir: join(folder, 'temporal'),
    port: await freePort(),
    uiPort: null,
  });
  stack.defer(() => temporal.stop());
  const { simulator, pid } = await startSimulatorProcess(stack, {
    SIMULATOR_SCENARIO: 'empty',
    SIMULATOR_SEED: 'bench',
    DATA_DIR: join(folder, 'exchange'),
  });
  const relay = stack.use(startChild<RelayCalls>('relay.ts'));
  const { url: relayUrl } = await relay.ask('start', { target: simulator.wsUrl });
  const lift = join(import.meta.dirname, 'processes', 'lift-order-rate.ts');
  const world = stack.use(
    await createWorld({
      databaseUrl: postgres.url,
      simulator,
      temporalAddress: temporal.address,
      env: { MEXC_WS_URL: relayUrl, NODE_OPTIONS: `--import=${lift}` },
    }),
  );
  await prepareExchange(world);
  for (const name of processes) await world.start(name);
  return {
    world,
    relay,
    relayUrl,
    databaseUrl: postgres.url,
    temporalCli: cli.path,
    simulatorPid: pid,
    defer: (end) => stack.defer(end),
    requests: () => requestsOf(world),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

/** The look-alike as its own process; its insides cannot be reached. */
export const startSimulatorProcess = async (
  stack: AsyncDisposableStack,
  env: Record<string, string>,
): Promise<{ readonly simulator: Simulator; readonly pid: number }> => {
  const started = stack.use(
    await startProcess('simulator/main.ts', {
      env: { SIMULATOR_PORT: '0', ...env },
      ready: 'simulator ready',
    }),
  );
  const line = started.lines.find((each) => each.startsWith('simulator ready')) ?? '';
  const [, , url = '', , controlUrl = ''] = line.split(' ');
  const simulator: Simulator = {
    get venue(): never {
      throw new Error('this exchange is another process');
    },
    seed: 'bench',
    url,
    controlUrl,
    wsUrl: `${url.replace('http', 'ws')}/ws`,
    stop: () => started.stop().then(() => undefined),
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
  return { simulator, pid: started.pid };
};

/** No limits of the exchange in the way, and money enough. */
const prepareExchange = async (world: World): Promise<void> => {
  await world.control('POST', 'switches', {
    rateModel: 'off',
    // The script subscribes to pairs that the exchange's records do not show yet.
    unknownSymbolSubscription: 'accepted',
    defaultSymbolsDelayMs: 600_000,
  });
  await world.control('POST', 'accounts', {
    apiKey: 'sim-key',
    balances: { USDT: '10000000', USDC: '10000000' },
  });
};

const requestsOf = async (world: World): Promise<readonly SeenRequest[]> => {
  const { requests } = (await world.control('GET', 'truth')) as {
    requests: (Omit<SeenRequest, 'arrivedNs'> & { arrivedNs: string })[];
  }; // the simulator's own answer
  return requests.map((request) => ({ ...request, arrivedNs: BigInt(request.arrivedNs) }));
};

/** When the first accepted purchase of each pair arrived, and how many were refused before. */
export const arrivalsOf = (
  requests: readonly SeenRequest[],
): ReadonlyMap<string, { readonly ns: bigint; readonly refused: number }> => {
  const found = new Map<string, { ns: bigint; refused: number }>();
  const refused = new Map<string, number>();
  for (const { params, arrivedNs, code } of requests.filter(isPurchase)) {
    const symbol = params['symbol'] ?? '';
    if (found.has(symbol)) continue;
    if (code === null) found.set(symbol, { ns: arrivedNs, refused: refused.get(symbol) ?? 0 });
    else refused.set(symbol, (refused.get(symbol) ?? 0) + 1);
  }
  return found;
};

/** When each purchase arrived, by its client order id, whatever was answered. */
export const postsOf = (requests: readonly SeenRequest[]): ReadonlyMap<string, bigint> =>
  new Map(
    requests
      .filter(isPurchase)
      .map(({ params, arrivedNs }) => [params['newClientOrderId'] ?? '', arrivedNs]),
  );

const isPurchase = ({ method, path, params }: SeenRequest): boolean =>
  method === 'POST' && path === '/api/v3/order' && params['side'] === 'BUY';
