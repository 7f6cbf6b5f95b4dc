import { flushCompileCache } from 'node:module';
import process from 'node:process';
import { beginEntry } from '#activities/opening/head-start.ts';
import { readEnv, traderEnv } from '#runtime/env.ts';
import { stopRequested } from '#runtime/shutdown.ts';
import { createWorker, runWorkers } from '#worker/create-worker.ts';
import { connectTrader } from '#worker/trader.ts';
import { taskQueues } from '#workflows/messages.ts';
import type { MonitorDeps } from './deps.ts';
import { followRun } from './follow-run.ts';
import { createPairBook } from './pair-book.ts';
import { openingsAreTold } from './health/source-alarms.ts';
import { createSourceHealth } from './health/source-health.ts';
import { createMonitorActivities } from './watch-listings.ts';
import { createTickerWatch } from './watch-tickers.ts';

// The monitor sees listings and holds the armed entries: detection, stream and the sender of the
// order share one event loop.

const env = readEnv(traderEnv, process.env);
const trader = await connectTrader('monitor', env);
const { deps, temporal, activities, counter } = trader;
const health = createSourceHealth(deps.clock);
const { db, exchange, clock, log, installationId } = deps;
const detecting: MonitorDeps = {
  db,
  exchange,
  temporal: temporal.client,
  clock,
  log,
  installationId,
  health,
  rules: deps.rules,
  expectEntry: () => void deps.balances.recent().catch(() => undefined), // asked again by who needs it
  pairs: createPairBook(deps.rules, deps.clock),
  beginEntry: (surprise) => beginEntry(deps, surprise),
  stopping: deps.stopping,
};
const detection = createMonitorActivities(detecting);
const tickers = createTickerWatch(detecting, deps.stream);
const { connection, namespace, dataConverter } = temporal;
const buildId = env.TEMPORAL_WORKER_BUILD_ID;
const { tracing } = trader;
const shared = { connection, namespace, dataConverter, counter, buildId, tracing };
const workers = runWorkers(
  await Promise.all([
    createWorker({
      ...shared,
      taskQueue: taskQueues.sniper,
      activities,
      workflows: true,
      activitySlots: 100,
    }),
    createWorker({
      ...shared,
      taskQueue: taskQueues.openings,
      activities: { buyAtOpen: activities.buyAtOpen },
      workflows: false,
      activitySlots: 100,
    }),
    createWorker({
      ...shared,
      taskQueue: taskQueues.detect,
      activities: detection,
      workflows: false,
      activitySlots: 2,
    }),
  ]),
);
trader.startBeating(() => ({
  installationId,
  sources: health.all(),
  // Only who looks at the sources can say so.
  openingsTold:
    counter.running('watchListings') === 0 ? null : openingsAreTold(health.all(), clock.now()),
}));
const following = followRun(detecting, trader.notices, (run) => tickers.follow(run));
flushCompileCache(); // who is killed keeps nothing at its end
log.info({ mode: deps.mode, installationId }, 'Monitor ready');
await Promise.race([stopRequested(log), workers.ended]);
tickers.stop();
await following.stop();
trader.handOver();
await workers.stop();
await trader.close();
process.exit(0);
