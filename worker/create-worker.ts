import type { DataConverter } from '@temporalio/common';
import { Worker, type NativeConnection } from '@temporalio/worker';
import { workflowBundle } from './workflow-bundle.ts';
import { metricsOfProcess } from '#runtime/temporal.ts';
import { tracedWorkflowModules, type Tracing } from '#runtime/tracing.ts';
import { countResults } from './count-results.ts';
import type { ActivityCounter } from './activity-counter.ts';
import { nameLines } from './name-lines.ts';

export interface WorkerSettings {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** The one of the client that starts the workflows. */
  readonly dataConverter?: DataConverter;
  readonly taskQueue: string;
  readonly activities: object;
  /** Runs workflows too; otherwise activities only. */
  readonly workflows: boolean;
  /** Activities at once. */
  readonly activitySlots: number;
  readonly counter: ActivityCounter;
  /** Takes part in Temporal's worker versioning under this id; without one it takes every task. */
  readonly buildId?: string | undefined;
  /** Null traces nothing. */
  readonly tracing?: Tracing | null;
}

/** How Temporal names all builds of this program. */
export const DEPLOYMENT = 'mexc-sniper';

/**
 * One worker with the settings that recovery was measured with: a killed process is noticed by its
 * missing heartbeats, a hung one by its sticky queue, and a stopping one hands back what it holds.
 */
export const createWorker = async (settings: WorkerSettings): Promise<Worker> =>
  Worker.create({
    connection: settings.connection,
    namespace: settings.namespace,
    taskQueue: settings.taskQueue,
    ...(settings.dataConverter === undefined ? {} : { dataConverter: settings.dataConverter }),
    activities: settings.activities,
    ...(settings.workflows ? { workflowBundle: await bundleFor(settings) } : {}),
    ...(settings.tracing == null ? {} : { sinks: settings.tracing.worker.sinks }),
    maxConcurrentActivityTaskExecutions: settings.activitySlots,
    ...(settings.buildId === undefined ? {} : versionOf(settings.buildId)),
    shutdownGraceTime: '10 s',
    shutdownForceTime: '12 s',
    maxHeartbeatThrottleInterval: '500 ms',
    defaultHeartbeatThrottleInterval: '500 ms',
    stickyQueueScheduleToStartTimeout: '1 s',
    interceptors: {
      activity: [
        () => ({ inbound: nameLines() }),
        () => ({ inbound: settings.counter.interceptor() }),
        () => ({ inbound: countResults(metricsOfProcess()) }),
        ...(settings.tracing?.worker.interceptors.activity ?? []),
      ],
    },
  });

/** A workflow that says nothing else moves to the build that is current. */
const versionOf = (buildId: string) => ({
  workerDeploymentOptions: {
    version: { deploymentName: DEPLOYMENT, buildId },
    useWorkerVersioning: true as const,
    defaultVersioningBehavior: 'AUTO_UPGRADE' as const,
  },
});

const bundleFor = ({ tracing }: WorkerSettings) =>
  workflowBundle(tracing == null ? [] : tracedWorkflowModules);

/** Runs workers until they are shut down; a worker that fails ends them all and is thrown. */
export const runWorkers = (
  workers: readonly Worker[],
): { ended: Promise<void>; stop(): Promise<void> } => {
  const stopAll = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runs = workers.map((worker) => worker.run());
  const ended = Promise.all(runs).then(() => undefined);
  for (const run of runs) run.catch(stopAll);
  return {
    ended,
    stop: async () => {
      stopAll();
      await Promise.allSettled(runs);
    },
  };
};
