import process from 'node:process';
import { readEnv, traderEnv } from '#runtime/env.ts';
import { stopRequested } from '#runtime/shutdown.ts';
import { ensureReconcileSchedule } from '#runtime/temporal.ts';
import { taskQueues } from '#workflows/messages.ts';
import { createWorker, runWorkers } from './create-worker.ts';
import { connectTrader } from './trader.ts';

// The worker guards positions and carries on what a dead process left.

/** The record is held against Temporal and the exchange this often (DESIGN §9b). */
const RECONCILE_EVERY_S = 30;
/** Positions that one worker guards at once. */
const GUARDS_MAX = 500;

const trader = await connectTrader('worker', readEnv(traderEnv, process.env));
const { deps, temporal, activities, counter } = trader;
const shared = { connection: temporal.connection, namespace: temporal.namespace, counter };
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
      activities,
      workflows: false,
      activitySlots: 20,
    }),
  ]),
);
await ensureReconcileSchedule(temporal.client, {
  everySeconds: RECONCILE_EVERY_S,
  taskQueue: taskQueues.sniper,
});
trader.startBeating(() => ({}));
deps.log.info({ mode: deps.mode, installationId: deps.installationId }, 'Worker ready');
await Promise.race([stopRequested(deps.log), workers.ended]);
trader.handOver();
await workers.stop();
await trader.close();
process.exit(0);
