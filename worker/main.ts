import { flushCompileCache } from 'node:module';
import process from 'node:process';
import { readEnv, traderEnv } from '#runtime/env.ts';
import { activeRun } from '#prisma/runs.ts';
import { every, stopRequested } from '#runtime/shutdown.ts';
import { createReconcileSchedule } from '#runtime/temporal.ts';
import { taskQueues } from '#workflows/messages.ts';
import { createWorker, runWorkers } from './create-worker.ts';
import { connectTrader } from './trader.ts';
import { watchConfirmation } from './watch-confirmation.ts';
import { watchGuards } from './watch-guards.ts';

// The worker guards positions and carries on what a dead process left.

/** The record is held against Temporal and the exchange this often while no run says otherwise. */
const RECONCILE_EVERY_S = 30;
/** Positions that nobody watches are looked for this often. */
const LOOK_FOR_BLIND_MS = 2500;
const LOOK_AT_CONFIRMATION_MS = 60_000;
const KEEP_SCHEDULE_MS = 5000;
/** Positions that one worker guards at once. */
const GUARDS_MAX = 500;

const env = readEnv(traderEnv, process.env);
const trader = await connectTrader('worker', env);
const { deps, temporal, activities, counter } = trader;
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
      taskQueue: taskQueues.holding,
      activities: { holdUntilExit: activities.holdUntilExit },
      workflows: false,
      activitySlots: GUARDS_MAX,
    }),
    createWorker({
      ...shared,
      taskQueue: taskQueues.ops,
      activities: {
        ...activities,
        checkCredential: trader.checkCredential,
        preflight: trader.preflight,
      },
      workflows: false,
      activitySlots: 20,
    }),
  ]),
);
const schedule = createReconcileSchedule(temporal.client, taskQueues.sniper);
const keepSchedule = async () => {
  const run = await activeRun(deps.db, deps.installationId);
  await schedule.ensure(run?.options.reconcileEvery ?? RECONCILE_EVERY_S);
};
await keepSchedule();
trader.startBeating(() => ({}));
const keeping = [
  every(LOOK_FOR_BLIND_MS, watchGuards(deps), { log: deps.log, what: 'Looking at the guards' }),
  every(LOOK_AT_CONFIRMATION_MS, watchConfirmation(deps), {
    log: deps.log,
    what: 'Looking at the confirmation of real money',
  }),
  every(KEEP_SCHEDULE_MS, keepSchedule, { log: deps.log, what: 'Keeping the reconcile schedule' }),
];
flushCompileCache(); // who is killed keeps nothing at its end
deps.log.info({ mode: deps.mode, installationId: deps.installationId }, 'Worker ready');
await Promise.race([stopRequested(deps.log), workers.ended]);
await Promise.all(keeping.map((task) => task.stop()));
trader.handOver();
await workers.stop();
await trader.close();
process.exit(0);
