import { hostname } from 'node:os';
import { createActivities, type Activities } from '#activities/index.ts';
import type { ActivityDeps } from '#activities/deps.ts';
import type { Mode } from '#domain/mode.ts';
import { createKillMemory } from '#activities/kill-memory.ts';
import { checkCredential } from '#activities/check-credential.ts';
import { preflight } from '#activities/preflight.ts';
import { createHeadStarts } from '#activities/opening/head-starts.ts';
import { createBalanceMemory } from '#activities/balance-memory.ts';
import { createRulesMemory } from '#activities/rules-memory.ts';
import { connectDatabase } from '#prisma/client.ts';
import { hearNotices, type Notices } from '#prisma/notices.ts';
import { beat, openTrades } from '#prisma/runs.ts';
import type { TraderEnv } from '#runtime/env.ts';
import { createLog } from '#runtime/log.ts';
import { logCalls } from '#runtime/log-calls.ts';
import { logFields } from '#runtime/log-fields.ts';
import { venueOf } from '#runtime/mode.ts';
import { recordLife } from '#runtime/metrics-of-life.ts';
import { every } from '#runtime/shutdown.ts';
import { sealingConverter } from '#runtime/payload-codec.ts';
import {
  connectTemporal,
  endWorkflow,
  installRuntime,
  metricsOfProcess,
  workflowState,
  type Temporal,
} from '#runtime/temporal.ts';
import { startTracing, type Tracing } from '#runtime/tracing.ts';
import { keepToAccountLimits } from './account-limits.ts';
import { createActivityCounter, type ActivityCounter } from './activity-counter.ts';
import { connectVenue } from './connect-venue.ts';
import { openInstallation, type OpenedInstallation } from './open-installation.ts';
import { exchangeOf, keyOnTrial, keysOf, watchKey } from './signing-key.ts';

const BEAT_MS = 2000;
/** The exchange's clock is measured this often; openings measure it again themselves. */
const CLOCK_MS = 20_000;

/** A process that acts: its connections, its activities and its sign of life. */
export interface Trader {
  readonly deps: ActivityDeps;
  readonly temporal: Temporal;
  /** For the workers; null when nothing is traced. */
  readonly tracing: Tracing | null;
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
  const tracing = await startTracing(name, env.OTEL_EXPORTER_OTLP_ENDPOINT);
  const log = logOf(name, env, { mode: venue.mode, tracing });
  installRuntime(log, env.METRICS_PORT);
  const db = connectDatabase(env.DATABASE_URL);
  const opened = await openInstallation(db, env, { venue, log });
  const { installationId, mode, key } = opened;
  const temporal = await connectTemporal(log, sealingConverter(keysOf(db, env)), tracing);
  const clock = { now: () => Date.now() };
  const instance = `${hostname()}:${process.pid}`;
  const stop = new AbortController();
  const notices = hearNotices(env.DATABASE_URL, `mexc-sniper ${name}`);
  const kill = createKillMemory({ db, clock, log, installationId }, notices);
  const connected = connectVenue(opened, { db, clock, log, notices, role: name, env });
  const { exchange, stream, books, gate, asker } = connected;
  const deps: ActivityDeps = {
    db,
    exchange,
    stream,
    books,
    gate,
    asker,
    rules: createRulesMemory(exchange, clock),
    balances: createBalanceMemory(exchange, clock),
    headStarts: createHeadStarts(),
    kill,
    ownerState: (workflowId) => workflowState(temporal.client, { workflowId, nowMs: clock.now() }),
    endOwner: (workflowId, reason) => endWorkflow(temporal.client, workflowId, reason),
    clock,
    log,
    installationId,
    mode,
    stopping: stop.signal,
    instance,
  };
  const keyWatch = watchKey(db, key, { log, changed: startAgain });
  const counter = createActivityCounter();
  const life = signOfLife(deps, { name, counter });
  return {
    deps,
    temporal,
    tracing,
    counter,
    notices,
    activities: createActivities(deps),
    ...keyActivities({ db, clock }, env, opened),
    startBeating: life.start,
    handOver: () => stop.abort('the process stops'),
    close: async () => {
      await Promise.all([keyWatch, life, kill, notices].map((each) => each.stop()));
      await Promise.allSettled([connected.close(), temporal.close()]);
      await tracing?.close();
      await db.$disconnect();
    },
  };
};

const logOf = (
  name: 'monitor' | 'worker',
  env: TraderEnv,
  { mode, tracing }: { readonly mode: Mode; readonly tracing: Tracing | null },
) => {
  const traced = () => tracing?.logFields() ?? {};
  const log = createLog({
    process: name,
    mode,
    level: env.LOG_LEVEL,
    format: env.LOG_FORMAT,
    context: traced,
  });
  logCalls(log, () => ({ ...logFields(), ...traced() })); // until the process ends
  return log;
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

/** Measures the exchange's clock, and writes every other second that this process is there. */
const signOfLife = (
  deps: ActivityDeps,
  { name, counter }: { name: 'monitor' | 'worker'; counter: ActivityCounter },
) => {
  const { db, exchange, clock, log, instance } = deps;
  const startedAt = new Date();
  const metrics = metricsOfProcess();
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

/** Whoever keeps this process starts it again, with the key of then. */
const startAgain = (): void => {
  process.kill(process.pid, 'SIGTERM');
};
