import {
  Client,
  type ClientInterceptors,
  Connection,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { DataConverter, UpdateDefinition } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import {
  botRunWorkflowId,
  stopRun,
  taskQueues,
  type AccountTask,
  type BotRunInput,
  type CommandAnswer,
  type RunSnapshot,
  type StopRun,
} from '#workflows/messages.ts';
import { ApiProblem } from '../problem.ts';
import type { HistoryView } from '../schemas/trade-detail.ts';
import { accountTasks } from './account-tasks.ts';
import { historyOf } from './history.ts';
import { endUnreadable, type Unreadable } from './unreadable.ts';

/**
 * `pending`: no answer came in time; it may still be done. `absent`: no such workflow runs, because
 * it has ended or because Temporal has lost it; the record says which.
 */
export type Commanded = CommandAnswer | { readonly kind: 'pending' } | { readonly kind: 'absent' };

export interface Command<Argument> {
  /** The trade's present owner: a recovered trade has a new one. */
  readonly workflowId: string;
  /** The same id again is the same command. */
  readonly updateId: string;
  readonly update: UpdateDefinition<CommandAnswer, [Argument]>;
  readonly argument: Argument;
}

/** All that the API asks of Temporal. Everything throws SERVICE_UNAVAILABLE while it is away. */
export interface TemporalGateway {
  /** Starts a run; throws CONFLICT while one is running. */
  startRun(input: BotRunInput): Promise<void>;
  /** Throws CONFLICT while none is running. */
  stopRun(stop: StopRun): Promise<RunSnapshot>;
  /** Whether BotRunWorkflow runs. */
  runState(): Promise<'running' | 'closed' | 'absent'>;
  /** Asks the exchange through a worker; null when there was no answer within 5 s: it goes on. */
  accountTask(task: AccountTask): Promise<unknown>;
  /** Ends the running workflows that are sealed with keys which nobody has; see unreadable.ts. */
  endUnreadable(of: Parameters<typeof endUnreadable>[1]): Promise<readonly Unreadable[]>;
  command<Argument>(command: Command<Argument>): Promise<Commanded>;
  /** Null when Temporal has forgotten it. */
  history(workflowId: string): Promise<HistoryView | null>;
  ping(): Promise<void>;
  workflowUrl(workflowId: string): string | null;
  readonly uiUrl: string | null;
  /** Waits for what is still asked: a retry on a closed connection would end the process. */
  close(): Promise<void>;
}

/** People wait no longer for an answer. */
const ANSWER_WITHIN_MS = 5000;
const CALL_WITHIN_MS = 3000;
/** Every open trade's history is read. */
const UNREADABLE_WITHIN_MS = 60_000;
/** Whether Temporal is there at all; people wait for this answer. */
const PING_WITHIN_MS = 1500;

/** Without a server the address comes from the environment, as Temporal's own tools read it. */
export interface GatewaySettings {
  readonly uiUrl: string | null;
  /** The one of the workers; without it payloads are in clear. */
  readonly dataConverter?: DataConverter;
  /** Carry traces into workflows; without them nothing is traced. */
  readonly interceptors?: ClientInterceptors;
  readonly server?: { readonly address: string; readonly namespace: string };
  /** What is not answered by then goes on; the caller is told so. */
  readonly answerWithinMs?: number;
}

/** Connects with the first call. */
export const createTemporalGateway = (settings: GatewaySettings): TemporalGateway => {
  const { uiUrl, server, dataConverter = {}, interceptors = {} } = settings;
  const { answerWithinMs = ANSWER_WITHIN_MS } = settings;
  const { connectionOptions, namespace } = placeOf(server);
  const connection = Connection.lazy({ ...connectionOptions, connectTimeout: CALL_WITHIN_MS });
  const client = new Client({ connection, namespace, dataConverter, interceptors });
  const asking = new Set<Promise<unknown>>();
  const tasks = accountTasks(client, answerWithinMs);
  const call = <T>(work: () => Promise<T>, withinMs = CALL_WITHIN_MS): Promise<T> => {
    const question = connection.withDeadline(Date.now() + withinMs, work);
    asking.add(question);
    const forget = () => asking.delete(question);
    question.then(forget, forget);
    return within(withinMs, question);
  };
  const ping = () =>
    call(async () => {
      await connection.workflowService.describeNamespace({ namespace });
    }, PING_WITHIN_MS);
  const workflowUrl = (workflowId: string) =>
    uiUrl === null ? null : addressOf(workflowId, { uiUrl, namespace });
  return {
    startRun: (input) =>
      call(async () => {
        await client.workflow.start('BotRunWorkflow', {
          taskQueue: taskQueues.sniper,
          workflowId: botRunWorkflowId,
          workflowIdConflictPolicy: 'FAIL',
          staticSummary: 'The bot: watches for listings',
          args: [input],
        });
      }).catch(startProblem),
    // A stop that was answered once is answered the same for ever, also after the end.
    stopRun: async (stop) => {
      if ((await call(() => runState(client))) !== 'running') throw noRun();
      return sendStop(client, stop, answerWithinMs);
    },
    runState: () => call(() => runState(client)),
    accountTask: async (task) => {
      await ping();
      return tasks.resultOf(await call(() => tasks.start(task)));
    },
    endUnreadable: (of) => call(() => endUnreadable(client, of), UNREADABLE_WITHIN_MS),
    // A command that is not answered counts as accepted: never when nobody is there to accept it.
    command: async (command) => {
      await ping();
      return sendCommand(client, command, answerWithinMs);
    },
    history: (workflowId) =>
      call(() => historyOf(client, workflowId, workflowUrl(workflowId))).catch(absentAsNull),
    ping,
    workflowUrl,
    uiUrl,
    close: async () => {
      tasks.close();
      await Promise.allSettled(asking);
      await connection.close();
    },
  };
};

const placeOf = (server: GatewaySettings['server']) => {
  if (server !== undefined)
    return { connectionOptions: { address: server.address }, namespace: server.namespace };
  const { connectionOptions, namespace = 'sniper' } = loadClientConnectConfig();
  return { connectionOptions, namespace };
};

const absentAsNull = (error: unknown): null => {
  if (error instanceof WorkflowNotFoundError) return null;
  throw error;
};

/** The page of a workflow in the Temporal UI. */
const addressOf = (workflowId: string, at: { uiUrl: string; namespace: string }): string =>
  `${at.uiUrl}/namespaces/${at.namespace}/workflows/${encodeURIComponent(workflowId)}`;

/** The client tries again after its own deadline has passed: nobody should wait for that. */
const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const away = new ApiProblem('SERVICE_UNAVAILABLE', 'Temporal does not answer; try again.');
    timer = setTimeout(() => reject(away), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const startProblem = (error: unknown): never => {
  if (error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError')
    throw new ApiProblem('CONFLICT', 'A run is active already; stop it first.');
  throw error;
};

const noRun = (): ApiProblem => new ApiProblem('CONFLICT', 'No run is active.');

const sendStop = async (
  client: Client,
  stop: StopRun,
  answerWithinMs: number,
): Promise<RunSnapshot> => {
  const handle = client.workflow.getHandle(botRunWorkflowId);
  const options = { args: [stop] as [StopRun], updateId: `stop-${stop.positions}` };
  return client
    .withDeadline(Date.now() + answerWithinMs, () => handle.executeUpdate(stopRun, options))
    .catch(stopProblem);
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
  { workflowId, updateId, update, argument }: Command<Argument>,
  answerWithinMs: number,
): Promise<Commanded> => {
  const handle = client.workflow.getHandle(workflowId);
  try {
    return await client.withDeadline(Date.now() + answerWithinMs, () =>
      handle.executeUpdate<CommandAnswer, [Argument]>(update, { args: [argument], updateId }),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return { kind: 'pending' };
    if (error instanceof WorkflowNotFoundError) return { kind: 'absent' };
    throw error;
  }
};
