import { asyncLocalStorage, type Context } from '@temporalio/activity';
import type { ActivityDeps } from '#activities/deps.ts';
import { buyAtOpen } from '#activities/opening/buy-at-open.ts';
import type { EntryResult } from '#activities/opening/entry-types.ts';
import { createHeadStarts } from '#activities/opening/head-starts.ts';
import { entryRequestOf, entryToken, type EntryRequest } from '#domain/entry-request.ts';
import { createBalanceMemory } from '#activities/balance-memory.ts';
import { createRulesMemory } from '#activities/rules-memory.ts';
import {
  demoOptions,
  tradingOptions,
  type TradingOptions,
  type TradingOptionsInput,
} from '#domain/configuration.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import type { Clock, Log } from '#domain/ports.ts';
import type { SniperInput } from '#domain/trade.ts';
import { openGate } from '#activities/gate-memory.ts';
import { gateOf } from '#exchange/order-gate.ts';
import { createExchangeClient, type ExchangeClient } from '#exchange/client.ts';
import { Secret } from '#exchange/secret.ts';
import { createBookStream } from '#exchange/streams/book-stream.ts';
import { createMarketStream, type MarketStream } from '#exchange/streams/market-stream.ts';
import { connectDatabase, type Database } from '#prisma/client.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { newListingId } from '#prisma/listings.ts';
import { armLeg } from '#prisma/permits.ts';
import { openTrade } from '#prisma/trades.ts';
import { startSimulator, type Simulator } from '#simulator/simulator.ts';
import { createTestDatabase } from './shared-world.ts';

// An armed entry without Temporal: real Postgres, real exchange over HTTP and WebSocket, the real
// activity; the test is its workflow.

/** One request as the exchange saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly arrivedUnixMs: number;
  readonly code: number | null;
}

export interface PlannedEntry {
  readonly base: string;
  /** Announced to us, epoch ms; null: nobody knows it. */
  readonly opensAtMs: number | null;
  readonly entry?: TradingOptionsInput['entry'];
  readonly confidence?: number;
}

/** An entry that a workflow has armed. */
export interface ArmedEntry {
  readonly request: EntryRequest;
  /** What its workflow would be started with. */
  readonly input: SniperInput;
  readonly options: TradingOptions;
  /** Runs the activity to its end, in this process or in another one. */
  run(elsewhere?: ActivityDeps): Promise<EntryResult>;
  cancel(): void;
}

export interface EntryGround extends AsyncDisposable {
  readonly db: Database;
  readonly simulator: Simulator;
  readonly exchange: ExchangeClient;
  readonly stream: MarketStream;
  /** What activities are made with. */
  readonly deps: ActivityDeps;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Plans a pair at the exchange that opens `opensInMs` from now. */
  list(base: string, opensInMs: number | null, more?: object): Promise<void>;
  arm(planned: PlannedEntry): Promise<ArmedEntry>;
  /** Requests since the last reset, oldest first. */
  requests(path: string, symbol?: string): Promise<readonly SeenRequest[]>;
}

const clock: Clock = { now: () => Date.now() };
const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const SIMULATOR = {
  port: 0,
  controlPort: 0,
  dataDir: null,
  scenario: 'empty',
  seed: 'entry',
} as const;

export const startEntryGround = async (): Promise<EntryGround> => {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createTestDatabase());
  const db = connectDatabase(url);
  stack.defer(() => db.$disconnect());
  const simulator = stack.use(await startSimulator(SIMULATOR));
  const installationId = await ensureInstallation(db, { mode: 'simulator', account: 'sim' });
  const exchange = createExchangeClient({
    restUrl: simulator.url,
    webUrl: simulator.url,
    credentials: { apiKey: 'sim-key', secret: new Secret('sim-secret') },
    recvWindowMs: 1000,
    budget: { role: 'monitor' },
    gate: gateOf(installationId, () => null),
  });
  stack.defer(() => exchange.close());
  const stream = createMarketStream({ wsUrl: simulator.wsUrl });
  stack.defer(() => stream.close());
  const snapshot = exchange.bookSnapshot.bind(exchange);
  const books = createBookStream({ wsUrl: simulator.wsUrl, snapshot });
  stack.defer(() => books.close());
  const deps: ActivityDeps = {
    db,
    exchange,
    stream,
    books,
    rules: createRulesMemory(exchange, clock),
    balances: createBalanceMemory(exchange, clock),
    headStarts: createHeadStarts(),
    kill: { state: () => ({ kind: 'off' }) },
    gate: openGate,
    asker: { installationId, venue: { mode: 'simulator', orders: 'play' }, key: null },
    ownerState: () => Promise.resolve('running'),
    endOwner: () => Promise.resolve(),
    clock,
    log: quiet,
    installationId,
    mode: 'simulator',
    stopping: new AbortController().signal,
    instance: 'test:1',
  };
  await exchange.clock.refresh();
  const kept = stack.move();
  return {
    db,
    simulator,
    exchange,
    stream,
    deps,
    control: controlOf(simulator),
    list: async (base, opensInMs, more = {}) => {
      const opensAt = opensInMs === null ? null : Date.now() + opensInMs;
      const body = { symbol: `${base}USDT`, announceAt: 0, visibleAt: 0, opensAt, ...more };
      await controlOf(simulator)('POST', 'listings', body);
    },
    arm: (planned) => arm(deps, planned),
    requests: (path, symbol) => requestsOf(controlOf(simulator), path, symbol),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

const requestsOf = async (
  control: EntryGround['control'],
  path: string,
  symbol?: string,
): Promise<readonly SeenRequest[]> => {
  const { requests } = (await control('GET', 'truth')) as { requests: SeenRequest[] };
  const isMeant = (each: SeenRequest) => symbol === undefined || each.params['symbol'] === symbol;
  return requests.filter((each) => each.path === path && isMeant(each));
};

const controlOf =
  ({ controlUrl }: Simulator) =>
  async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${controlUrl}/_sim/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };

const arm = async (deps: ActivityDeps, planned: PlannedEntry): Promise<ArmedEntry> => {
  const { base, opensAtMs } = planned;
  const { db, installationId } = deps;
  const listingId = newListingId();
  const workflowId = `sniper:${listingId}`;
  const symbol = marketSymbol(`${base}USDT`);
  // Nobody sells here: what one test has bought must not count against the next.
  const many = { maxOpenPositions: 50, maxTradesPerHour: 100 };
  const options = tradingOptions.parse({ ...demoOptions, ...many, entry: { ...planned.entry } });
  const input = {
    installationId,
    listingId,
    symbol,
    base,
    quote: 'USDT',
    source: 'manual' as const,
    opensAtMs,
    configurationId: '00000000-0000-4000-8000-000000000000',
  };
  await store(deps, { input, workflowId, options, confidence: planned.confidence ?? 60 });
  const token = entryToken(workflowId, 1);
  const request: EntryRequest = {
    ...entryRequestOf(input, { workflowId, token, opensAtMs, options }),
    budget: options.quoteAmount,
  };
  await armLeg(db, { ...request.arming, workflowId, quantity: null });
  const cancelled = new AbortController();
  return {
    request,
    input,
    options,
    cancel: () => cancelled.abort('cancelled by the test'),
    run: (elsewhere = deps) => inActivity(cancelled.signal, () => buyAtOpen(elsewhere)(request)),
  };
};

/** The part of an activity's context that ours use: heartbeats and the signal of its end. */
export const inActivity = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  const context = { heartbeat: () => {}, cancellationSignal: signal, info: {} };
  return asyncLocalStorage.run(context as unknown as Context, work);
};

/** What a workflow has recorded by then. */
const store = async (
  { db }: ActivityDeps,
  { input, workflowId, options, confidence }: Stored,
): Promise<void> => {
  const { installationId, listingId, base, quote, symbol } = input;
  await db.listing.create({
    data: {
      id: listingId,
      installationId,
      base,
      quote,
      symbol,
      generation: 1,
      state: 'started',
      firstSeenAt: new Date(),
      confidence,
    },
  });
  await db.botConfiguration.createMany({
    data: { id: input.configurationId, installationId, name: 'entry', version: 1, options },
    skipDuplicates: true,
  });
  await openTrade(db, { input, workflowId, mode: 'simulator', nowMs: Date.now() });
};

interface Stored {
  readonly input: SniperInput;
  readonly workflowId: string;
  readonly options: TradingOptions;
  readonly confidence: number;
}
