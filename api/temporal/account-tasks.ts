import type { Client, WorkflowHandle } from '@temporalio/client';
import { accountTaskWorkflowId, taskQueues, type AccountTask } from '#workflows/messages.ts';

const TASKS: Readonly<Record<AccountTask['kind'], string>> = {
  checkCredential: 'Asks the exchange what a key may do',
  adoptOrphan: 'Takes an order into its trade',
  cancelOrphan: 'Cancels an order that nobody waits for',
  reconcile: 'Holds the record against the exchange, because a person asked',
  preflight: 'Puts the key in use to the test',
};

/** What the API lets a worker do at the exchange; one that is not answered in time goes on. */
export const accountTasks = (client: Client, answerWithinMs: number) => {
  const closing = new AbortController();
  return {
    /** Started once however many ask; all get its answer. */
    start: (task: AccountTask) =>
      client.workflow.start('AccountTaskWorkflow', {
        taskQueue: taskQueues.sniper,
        workflowId: accountTaskWorkflowId(task),
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowExecutionTimeout: '60 s',
        staticSummary: TASKS[task.kind],
        args: [task],
      }),
    /** Null when it was not there in time: the question ends with that, the task goes on. */
    resultOf: async (handle: WorkflowHandle): Promise<unknown> => {
      const enough = AbortSignal.any([closing.signal, AbortSignal.timeout(answerWithinMs)]);
      try {
        return (await client.withAbortSignal(enough, () => handle.result())) as unknown;
      } catch (error) {
        if (enough.aborted) return null;
        throw error;
      }
    },
    /** Ends the questions: a retry on a closed connection would end the process. */
    close: () => closing.abort(),
  };
};
