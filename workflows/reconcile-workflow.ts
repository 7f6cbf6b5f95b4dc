import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { ownerWorkflowId, taskQueues } from './messages.ts';
import { reconciling, records } from './proxies.ts';
import { SniperWorkflow } from './sniper-workflow.ts';

/** What one look came to, for people who read it in the Temporal UI. */
export interface ReconcileResult {
  readonly recovered: readonly string[];
  readonly leaks: number;
  readonly short: readonly string[];
}

/** Every trade that is not closed has a workflow; one that lost it gets a new one, and a person is told. */
export async function ReconcileWorkflow(): Promise<ReconcileResult> {
  const { ownerless, leaks, short } = await reconciling.reconcile();
  const recovered: string[] = [];
  for (const { listingId, workflowId } of ownerless) {
    const owner = ownerWorkflowId(workflowId);
    const { input } = await records.takeOverTrade({ listingId, workflowId: owner });
    try {
      await startChild(SniperWorkflow, {
        workflowId: owner,
        taskQueue: taskQueues.sniper,
        args: [input, { kind: 'recover' }],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowTaskTimeout: '2 s',
        staticSummary: `${input.symbol}, taken over`,
      });
      recovered.push(listingId);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
  return { recovered, leaks, short };
}
