import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { checkCredential } from '#activities/check-credential.ts';
import type { preflight } from '#activities/preflight.ts';
import type { Activities } from '#activities/index.ts';
import type { MonitorActivities } from '#monitor/watch-listings.ts';
import { surpriseMemo, taskQueues } from './messages.ts';

// The only way from a workflow to the world. Activities are grouped by why they may repeat; no
// policy is left implicit.

/**
 * Reads: nothing happens twice. They give up after the business deadline of their caller. Each takes
 * milliseconds; the limit is how long one that died with its process is waited for.
 */
export const reads = proxyActivities<Pick<Activities, 'openTrade' | 'admitTrade'>>({
  startToCloseTimeout: '4 s',
  retry: { initialInterval: '100 ms', backoffCoefficient: 2, maximumInterval: '5 s' },
});

/** Records: idempotent by natural keys, repeated until they are written, soon after a process died. */
export const records = proxyActivities<
  Pick<
    Activities,
    | 'recordEvent'
    | 'armLeg'
    | 'releaseEntry'
    | 'closeTrade'
    | 'requestSale'
    | 'editExits'
    | 'recordRun'
    | 'listOpenTrades'
    | 'takeOverTrade'
  >
>({
  startToCloseTimeout: '3 s',
  retry: { initialInterval: '50 ms', backoffCoefficient: 2, maximumInterval: '5 s' },
});

/** Holding the record against Temporal and the exchange: reads, and repairs of the record. */
export const reconciling = proxyActivities<Pick<Activities, 'reconcile' | 'hasOwner'>>({
  startToCloseTimeout: '25 s',
  retry: { initialInterval: '2 s', backoffCoefficient: 2, maximumAttempts: 3 },
});

/** Holding the account against the record: in a worker, whose share of requests is not for entries. */
export const looks = proxyActivities<Pick<Activities, 'lookAtAccount'>>({
  taskQueue: taskQueues.ops,
  startToCloseTimeout: '45 s',
  scheduleToCloseTimeout: '55 s',
  retry: { initialInterval: '2 s', backoffCoefficient: 2, maximumAttempts: 3 },
});

/** Settling asks the exchange for fills, then records; both repeat until they agree. */
export const settling = proxyActivities<Pick<Activities, 'settleLeg'>>({
  startToCloseTimeout: '30 s',
  heartbeatTimeout: '3 s',
  retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumInterval: '5 s' },
});

/** Orders: one attempt. A failure with the permit taken is doubt, and doubt is asked about. */
export const exitOrders = proxyActivities<Pick<Activities, 'submitExit'>>({
  startToCloseTimeout: '30 s',
  heartbeatTimeout: '3 s',
  retry: { maximumAttempts: 1 },
});

/** The race at the opening, in a process that hears the market; long, alive by heartbeats. */
export const entryOrders = (wanted: 'openings' | 'sniper', lastsMs: number) => {
  // A surprise began in the monitor that saw it: another queue than its own would be a hop.
  const queue = workflowInfo().memo?.[surpriseMemo] === true ? 'sniper' : wanted;
  return proxyActivities<Pick<Activities, 'buyAtOpen'>>({
    taskQueue: queue,
    startToCloseTimeout: lastsMs,
    heartbeatTimeout: '3 s',
    ...(queue === 'openings' ? { scheduleToStartTimeout: '2 s' } : {}),
    retry: { maximumAttempts: 1 },
  });
};

/** The guard: one attempt, so that the workflow starts a new one at once when it dies. */
export const guards = proxyActivities<Pick<Activities, 'holdUntilExit'>>({
  taskQueue: taskQueues.holding,
  startToCloseTimeout: '70 min',
  heartbeatTimeout: '3 s',
  retry: { maximumAttempts: 1 },
});

/** Asking what became of an order: for ever. */
export const questions = proxyActivities<Pick<Activities, 'resolveOrder'>>({
  startToCloseTimeout: '24 h',
  heartbeatTimeout: '20 s',
  retry: { initialInterval: '500 ms', backoffCoefficient: 1.5, maximumInterval: '10 s' },
});

/** Questions about an account for a person who waits: reads, given up after half a minute. */
export const accountTasks = proxyActivities<{
  checkCredential: ReturnType<typeof checkCredential>;
  preflight: ReturnType<typeof preflight>;
}>({
  taskQueue: taskQueues.ops,
  startToCloseTimeout: '15 s',
  scheduleToCloseTimeout: '30 s',
  retry: { initialInterval: '500 ms', backoffCoefficient: 2, maximumAttempts: 3 },
});

/** What a person wants of an orphan: both look first what is there, so both may repeat. */
export const orphanTasks = proxyActivities<Pick<Activities, 'adoptOrphan' | 'cancelOrphan'>>({
  taskQueue: taskQueues.ops,
  startToCloseTimeout: '15 s',
  scheduleToCloseTimeout: '40 s',
  retry: { initialInterval: '500 ms', backoffCoefficient: 2, maximumAttempts: 4 },
});

/** Telling people: never blocks trading. */
export const notices = proxyActivities<Pick<Activities, 'raiseAlert' | 'resolveAlert'>>({
  startToCloseTimeout: '10 s',
  scheduleToCloseTimeout: '10 min',
  retry: { initialInterval: '1 s', backoffCoefficient: 4, maximumAttempts: 5 },
});

/** The elected recorder of what the sources say. */
export const watchers = proxyActivities<MonitorActivities>({
  taskQueue: taskQueues.detect,
  startToCloseTimeout: '70 min',
  heartbeatTimeout: '3 s',
  retry: { initialInterval: '100 ms', backoffCoefficient: 1.5, maximumInterval: '2 s' },
});
