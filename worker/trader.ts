import { hostname } from 'node:os';
import { Runtime } from '@temporalio/worker';
import { createActivities, type Activities } from '#activities/index.ts';
import type { ActivityDeps } from '#activities/deps.ts';
import { createKillMemory } from '#activities/kill-memory.ts';
import { checkCredential } from '#activities/check-credential.ts';
import { preflight } from '#activities/preflight.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import { createRulesMemory } from '#activities/rules-memory.ts';
import { createExchangeClient, type ExchangeSettings } from '#exchange/client.ts';
import { createBookStream } from '#exchange/streams/book-stream.ts';
import { createMarketStream } from '#exchange/streams/market-stream.ts';
import { connectDatabase } from '#prisma/client.ts';
import { hearNotices, type Notices } from '#prisma/notices.ts';
import { beat, openTrades } from '#prisma/runs.ts';
import type { TraderEnv } from '#runtime/env.ts';
import { createLog } from '#runtime/log.ts';
import { venueOf } from '#runtime/mode.ts';
import { createMetrics } from '#runtime/metrics.ts';
import { recordLife } from '#runtime/metrics-of-life.ts';
import { every } from '#runtime/shutdown.ts';
import { sealingConverter } from '#runtime/payload-codec.ts';
import {
  connectTemporal,
  installRuntime,
  workflowState,
  type Temporal,
} from '#runtime/temporal.ts';
import { keepToAccountLimits } from './account-limits.ts';
import { createActivityCounter, type ActivityCounter } from './activity-counter.ts';
import { openInstallation, type OpenedInstallation } from './open-installation.ts';
import { exchangeOf, keyOnTrial, keysOf, watchKey } from './signing-key.ts';

/** Receive window of signed reads; orders carry the configured ones. */
const READ_WINDOW_MS = 1000;
const BEAT_MS = 2000;
/** The exchange's clock is measured this often; openings measure it again themselves. */
const CLOCK_MS = 20_000;

/** A process that acts: its connections, its activities and its sign of life. */
export interface Trader {
  readonly deps: ActivityDeps;
  readonly temporal: Temporal;
  readonly activities: Activities;
  /** Asks the exchange what an entered key may do, signing with it. */
  readonly checkCredential: ReturnType<typeof checkCredential>;
  /** Puts the key in use to the test, before real orders. */
  readonly preflight: ReturnType<typeof preflight>;
  readonly counter: ActivityCounter;
  /** What Postgres tells of its own changes. */
  readonly notices: Notices;
  /** Starts to say that this process lives; `more` is shown beside what every process shows. */
  startBeating(more: () => object): void;
  /** Tells long activities to hand over; before the workers are stopped. */
  handOver(): void;
  close(): Promise<void>;
}

const version = '0.1.0';

/** Connects a monitor or a worker to everything. Waits for a database that is still starting. */
export const connectTrader = async (
  name: 'monitor' | 'worker',
  env: TraderEnv,
): Promise<Trader> => {
  const venue = venueOf(env);
  const log = createLog({
    process: name,
    mode: venue.mode,
    level: env.LOG_LEVEL,
    format: env.LOG_FORMAT,
  });
  installRuntime(log, env.METRICS_PORT);
  const db = connectDatabase(env.DATABASE_URL);
  const opened = await openInstallation(db, env, { venue, log });
  const { installationId, mode, key } = opened;
  const { exchange, stream, books } = connectExchange(name, env, key.credentials);
  const temporal = await connectTemporal(log, sealingConverter(keysOf(db, env)));
  const clock = { now: () => Date.now() };
  const instance = `${hostname()}:${process.pid}`;
  const stop = new AbortController();
  const notices = hearNotices(env.DATABASE_URL, `mexc-sniper ${name}`);
  const kill = createKillMemory({ db, clock, log, installationId }, notices);
  const deps: ActivityDeps = {
    db,
    exchange,
    stream,
    books,
    rules: createRulesMemory(exchange, clock),
    kill,
    ownerState: (workflowId) => workflowState(temporal.client, workflowId),
    clock,
    log,
    installationId,
    mode,
    stopping: stop.signal,
    instance,
  };
  // Started again by whoever keeps this process, with the other key.
  const changed = () => process.kill(process.pid, 'SIGTERM');
  const watching = watchKey(db, key, { log, changed });
  const counter = createActivityCounter();
  const life = signOfLife(deps, { name, counter });
  return {
    deps,
    temporal,
    counter,
    notices,
    activities: createActivities(deps),
    ...keyActivities({ db, clock }, env, opened),
    startBeating: life.start,
    handOver: () => stop.abort('the process stops'),
    close: async () => {
      await Promise.all([watching.stop(), life.stop(), kill.stop(), notices.stop()]);
      await Promise.allSettled([stream.close(), books.close(), exchange.close(), temporal.close()]);
      await db.$disconnect();
    },
  };
};

/** What is asked of a key with its own signature, for people. */
const keyActivities = (
  deps: Pick<ActivityDeps, 'db' | 'clock'>,
  env: TraderEnv,
  { installationId, venue, ring }: OpenedInstallation,
) => ({
  checkCredential: checkCredential({ ...deps, exchangeOf: exchangeOf(deps.db, env, ring) }),
  preflight: preflight({
    ...deps,
    installationId,
    keyOnTrial: keyOnTrial(deps.db, { ...env, venue }, ring),
  }),
});

const connectExchange = (
  name: 'monitor' | 'worker',
  env: TraderEnv,
  credentials: ExchangeSettings['credentials'],
) => {
  const exchange = createExchangeClient({
    restUrl: env.MEXC_REST_URL,
    webUrl: env.MEXC_WEB_URL,
    credentials,
    recvWindowMs: READ_WINDOW_MS,
    budget: { role: name },
  });
  const wsUrl = env.MEXC_WS_URL;
  const snapshot = (symbol: MarketSymbol) => exchange.bookSnapshot(symbol);
  const books = createBookStream({ wsUrl, snapshot });
  return { exchange, stream: createMarketStream({ wsUrl }), books };
};

/** Measures the exchange's clock, and writes every other second that this process is there. */
const signOfLife = (
  deps: ActivityDeps,
  { name, counter }: { name: 'monitor' | 'worker'; counter: ActivityCounter },
) => {
  const { db, exchange, clock, log, instance } = deps;
  const startedAt = new Date();
  const metrics = createMetrics(Runtime.instance().metricMeter);
  const measure = () => exchange.clock.refresh();
  const keepToLimits = keepToAccountLimits(deps, name);
  const tasks = [every(CLOCK_MS, measure, { log, what: 'Measuring the clock' })];
  return {
    start: (more: () => object) => {
      const task = async () => {
        const nowMs = clock.now();
        const details = { ...vitals(deps, counter), ...more() };
        await beat(db, { process: name, instance, version, startedAt, details }, nowMs);
        recordLife(metrics, {
          nowMs,
          version,
          mode: deps.mode,
          details,
          watching: counter.running('watchListings') > 0,
          openTrades: await openTrades(db, deps.installationId),
          budget: exchange.budget(),
        });
        await keepToLimits();
      };
      tasks.push(every(BEAT_MS, task, { log, what: 'The sign of life' }));
    },
    stop: () => Promise.all(tasks.map((task) => task.stop())),
  };
};

const vitals = ({ stream, exchange }: ActivityDeps, counter: ActivityCounter) => ({
  stream: stream.state(),
  streamMalformed: stream.malformed(),
  clockOffsetMs: round(exchange.clock.offsetMs()),
  clockErrorMs: round(exchange.clock.errorMs()),
  clockAgeMs: exchange.clock.ageMs() === null ? null : round(exchange.clock.ageMs() ?? 0),
  restLatencyMs: round(exchange.clock.errorMs() * 2),
  // Other processes of this host, and the next one, must not prolong a ban.
  bannedUntilMs: exchange.budget().bannedUntilMs,
  guarding: counter.running('holdUntilExit'),
  armed: counter.running('buyAtOpen'),
  rssMb: round(process.memoryUsage().rss / 2 ** 20),
});

const round = (value: number): number => Math.round(value * 10) / 10;
