import {
  Client,
  Connection,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import {
  botRunWorkflowId,
  sniperWorkflowId,
  stopRun,
  taskQueues,
  type BotRunInput,
  type CommandAnswer,
  type RunSnapshot,
  type StopRun,
} from '#workflows/messages.ts';
import { ApiProblem } from '../problem.ts';
import type { HistoryView } from '../schemas/trade-detail.ts';
import { historyOf } from './history.ts';

/**
 * `pending`: no answer came in time; it may still be done. `absent`: no such workflow runs, because
 * it has ended or because Temporal has lost it; the record says which.
 */
export type Commanded = CommandAnswer | { readonly kind: 'pending' } | { readonly kind: 'absent' };

export interface Command<Argument> {
  readonly tradeId: string;
  /** The same id again is the same command. */
  readonly updateId: string;
  readonly update: UpdateDefinition<CommandAnswer, [Argument]>;
  readonly argument: Argument;
}

/** All that the API asks of Temporal. Everything throws SERVICE_UNAVAILABLE while it is away. */
export interface TemporalGateway {
  /** Starts a run; throws CONFLICT while one is running. */
  startRun(input: BotRunInput): Promise<void>;
  stopRun(stop: StopRun): Promise<RunSnapshot>;
  /** Whether BotRunWorkflow runs. */
  runState(): Promise<'running' | 'closed' | 'absent'>;
  command<Argument>(command: Command<Argument>): Promise<Commanded>;
  /** Null when Temporal has forgotten it. */
  history(workflowId: string): Promise<HistoryView | null>;
  ping(): Promise<void>;
  workflowUrl(workflowId: string): string | null;
  readonly uiUrl: string | null;
  close(): Promise<void>;
}

/** A command that is not answered by then goes on; the caller is told so. */
const ANSWER_WITHIN_MS = 5000;
const CALL_WITHIN_MS = 3000;

/** Without a server the address comes from the environment, as Temporal's own tools read it. */
export interface GatewaySettings {
  readonly uiUrl: string | null;
  readonly server?: { readonly address: string; readonly namespace: string };
}

/** Connects with the first call. */
export const createTemporalGateway = ({ uiUrl, server }: GatewaySettings): TemporalGateway => {
  const { connectionOptions, namespace = 'sniper' } =
    server === undefined
      ? loadClientConnectConfig()
      : { connectionOptions: { address: server.address }, namespace: server.namespace };
  const connection = Connection.lazy({ ...connectionOptions, connectTimeout: CALL_WITHIN_MS });
  const client = new Client({ connection, namespace });
  const call = <T>(work: () => Promise<T>, withinMs = CALL_WITHIN_MS): Promise<T> =>
    connection.withDeadline(Date.now() + withinMs, work);
  const workflowUrl = (workflowId: string): string | null =>
    uiUrl === null
      ? null
      : `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
  return {
    startRun: (input) =>
      call(async () => {
        await client.workflow.start('BotRunWorkflow', {
          taskQueue: taskQueues.ops,
          workflowId: botRunWorkflowId,
          workflowIdConflictPolicy: 'FAIL',
          staticSummary: 'The bot: watches for listings',
          args: [input],
        });
      }).catch(startProblem),
    stopRun: (stop) =>
      call(
        () =>
          client.workflow
            .getHandle(botRunWorkflowId)
            .executeUpdate(stopRun, { args: [stop], updateId: `stop-${stop.positions}` }),
        ANSWER_WITHIN_MS,
      ).catch(stopProblem),
    runState: () => call(() => runState(client)),
    command: (command) => sendCommand(client, command),
    history: (workflowId) =>
      call(() => historyOf(client, workflowId, workflowUrl(workflowId))).catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }),
    ping: () =>
      call(async () => {
        await connection.workflowService.describeNamespace({ namespace });
      }),
    workflowUrl,
    uiUrl,
    close: () => connection.close(),
  };
};

const startProblem = (error: unknown): never => {
  if (error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError')
    throw new ApiProblem('CONFLICT', 'A run is active already; stop it first.');
  throw error;
};

const stopProblem = (error: unknown): never => {
  if (error instanceof WorkflowNotFoundError) throw new ApiProblem('CONFLICT', 'No run is active.');
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    throw new ApiProblem(
      'SERVICE_UNAVAILABLE',
      'No worker has taken the stop yet; ask again, it is the same stop.',
    );
  throw error;
};

const runState = async (client: Client): Promise<'running' | 'closed' | 'absent'> => {
  try {
    const { status } = await client.workflow.getHandle(botRunWorkflowId).describe();
    return status.name === 'RUNNING' ? 'running' : 'closed';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'absent';
    throw error;
  }
};

const sendCommand = async <Argument>(
  client: Client,
  { tradeId, updateId, update, argument }: Command<Argument>,
): Promise<Commanded> => {
  const handle = client.workflow.getHandle(sniperWorkflowId(tradeId));
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      handle.executeUpdate<CommandAnswer, [Argument]>(update, { args: [argument], updateId }),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return { kind: 'pending' };
    if (error instanceof WorkflowNotFoundError) return { kind: 'absent' };
    throw error;
  }
};
