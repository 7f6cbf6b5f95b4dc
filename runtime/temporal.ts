import { NativeConnection, Runtime } from '@temporalio/worker';
import { Client, ScheduleAlreadyRunning, WorkflowNotFoundError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { Log } from '#domain/ports.ts';
import type { OwnerState } from '#domain/trade.ts';
import { createMetrics, histogramBuckets, type Metrics } from './metrics.ts';
import type { Tracing } from './tracing.ts';

export interface Temporal {
  readonly connection: NativeConnection;
  readonly client: Client;
  readonly namespace: string;
  /** For the workers on this connection. */
  readonly dataConverter: DataConverter;
  close(): Promise<void>;
}

const LEVELS = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const;

/** Our histogram buckets, ms: the engine's own start at 50 ms and would hide the path. */
const BUCKETS_MS = [0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 250, 1000];

/** Sets up the engine of this process: log, metrics. Once, before any connection or worker. */
export const installRuntime = (log: Log, metricsPort: number): void => {
  Runtime.install({
    shutdownSignals: [], // main.ts decides when a process stops
    logger: {
      log: (level, message, meta) => log[LEVELS[level]](meta ?? {}, message),
      trace: (message, meta) => log.debug(meta ?? {}, message),
      debug: (message, meta) => log.debug(meta ?? {}, message),
      info: (message, meta) => log.debug(meta ?? {}, message),
      // A worker that runs activities only is meant to: the engine warns of it each time.
      warn: (message, meta) =>
        log[message.startsWith('No workflows registered') ? 'debug' : 'warn'](meta ?? {}, message),
      error: (message, meta) => log.error(meta ?? {}, message),
    },
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' } },
      metrics: {
        prometheus: {
          bindAddress: `127.0.0.1:${metricsPort}`,
          histogramBucketOverrides: {
            ...histogramBuckets(),
            ...Object.fromEntries(
              [
                'request_latency',
                'workflow_task_schedule_to_start_latency',
                'activity_schedule_to_start_latency',
                'workflow_task_execution_latency',
                'activity_execution_latency',
              ].map((name) => [name, BUCKETS_MS]),
            ),
          },
        },
      },
    },
  });
};

let metrics: Metrics | null = null;

/** Our metrics in this process, on the exporter of the engine that `installRuntime` has set up. */
export const metricsOfProcess = (): Metrics => {
  metrics ??= createMetrics(Runtime.instance().metricMeter);
  return metrics;
};

const NAMESPACE = 'sniper';
/** First tries come at once, later ones every second: Temporal may still be starting. */
const RETRY_MS = 500;
const CONNECT_WITHIN_MS = 60_000;

/**
 * Connects workers and client over one connection: only then may the client's starts run eagerly
 * on this process's own worker. Waits for a Temporal that is still starting. The address, and for
 * Temporal Cloud the key or certificate, come from the environment or a profile as Temporal's own
 * tools read them.
 */
export const connectTemporal = async (
  log: Log,
  dataConverter: DataConverter,
  tracing: Tracing | null,
): Promise<Temporal> => {
  const { connectionOptions, namespace = NAMESPACE } = loadClientConnectConfig();
  const deadline = Date.now() + CONNECT_WITHIN_MS;
  for (;;) {
    try {
      const connection = await NativeConnection.connect({
        ...connectionOptions,
        grpcCompression: { codec: 'none' },
      });
      const client = new Client({
        connection,
        namespace,
        dataConverter,
        ...(tracing === null ? {} : { interceptors: tracing.client }),
      });
      return { connection, client, namespace, dataConverter, close: () => connection.close() };
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(
          `Temporal does not answer at ${connectionOptions.address ?? 'its address'}`,
          { cause: error },
        );
      log.debug({ error }, 'Temporal does not answer yet');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
};

/** A workflow task that failed or timed out this often in a row will go on to. */
const STUCK_AFTER_ATTEMPTS = 4;
/** No timer that a trade sets between two activities is this long. */
const IDLE_AFTER_MS = 30_000;

/** Whether a workflow runs. May repeat. */
export const workflowState = async (
  client: Client,
  { workflowId, nowMs }: { readonly workflowId: string; readonly nowMs: number },
): Promise<OwnerState> => {
  try {
    const { status, raw } = await client.workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') return 'closed';
    const { pendingWorkflowTask: task, pendingActivities } = raw;
    if ((task?.attempt ?? 0) >= STUCK_AFTER_ATTEMPTS) return 'stuck';
    const isBusy = Boolean(task) || (pendingActivities ?? []).length > 0;
    if (isBusy || nowMs - (await lastEventMs(client, workflowId)) < IDLE_AFTER_MS) return 'running';
    return 'idle';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'absent';
    throw error;
  }
};

/** When something last happened in a workflow. */
const lastEventMs = async (client: Client, workflowId: string): Promise<number> => {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  return Number(history?.events?.[0]?.eventTime?.seconds ?? 0) * 1000;
};

/** Ends a workflow that cannot go on. May repeat: one that has ended stays ended. */
export const endWorkflow = async (
  client: Client,
  workflowId: string,
  reason: string,
): Promise<void> => {
  await client.workflow
    .getHandle(workflowId)
    .terminate(reason)
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
};

/** The schedule on which the record is held against the exchange. */
export interface ReconcileSchedule {
  /** Makes it run every so many seconds. May repeat, from several workers: it is one schedule. */
  ensure(everySeconds: number): Promise<void>;
}

export const createReconcileSchedule = (client: Client, taskQueue: string): ReconcileSchedule => {
  let known: number | null = null;
  return {
    ensure: async (everySeconds) => {
      if (known === everySeconds) return;
      const spec = { intervals: [{ every: `${everySeconds} s` as const }] };
      try {
        await client.schedule.create({
          scheduleId: 'reconcile',
          spec,
          action: {
            type: 'startWorkflow',
            workflowType: 'ReconcileWorkflow',
            workflowId: 'reconcile',
            taskQueue,
          },
          policies: { overlap: 'SKIP', catchupWindow: '1 minute' },
          state: { triggerImmediately: true },
        });
      } catch (error) {
        if (!(error instanceof ScheduleAlreadyRunning)) throw error;
        await client.schedule
          .getHandle('reconcile')
          .update((previous) => ({ ...previous, spec: { ...previous.spec, ...spec } }));
      }
      known = everySeconds;
    },
  };
};
