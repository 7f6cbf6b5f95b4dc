import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ActivityFailure, ParentClosePolicy, patched, startChild } from '@temporalio/workflow';
import type { Activities } from '#activities/index.ts';
import type { SniperInput } from '#domain/trade.ts';
import { ownerWorkflowId, taskQueues } from './messages.ts';
import { looks, reconciling, records } from './proxies.ts';
import { SniperWorkflow } from './sniper-workflow.ts';

/** What one look came to, for people who read it in the Temporal UI. */
export interface ReconcileResult {
  /** Trades that have a new owner. */
  readonly recovered: readonly string[];
  readonly leaks: number;
  /** Coins of which the account has too little; null: the exchange did not answer. */
  readonly short: readonly string[] | null;
  /** Orphans that are open; null: the exchange did not answer. */
  readonly orphans: number | null;
  /** Why the account was not looked at; null when it was. */
  readonly problem: string | null;
}

type Ownerless = Awaited<ReturnType<Activities['reconcile']>>['ownerless'][number];

/**
 * Every trade that is not closed has a workflow; one that lost it gets a new one. Then the account
 * is held against the record. An exchange that does not answer keeps nobody from owning a trade.
 */
export async function ReconcileWorkflow(): Promise<ReconcileResult> {
  const { ownerless, leaks } = await reconciling.reconcile();
  // May go when no ReconcileWorkflow of before is open: they last seconds.
  if (!patched('2026-11-owner-takes-over')) return reconciledBefore(ownerless, leaks);
  const recovered = await startOwners(ownerless);
  return { recovered, leaks, ...(await lookAtAccount()) };
}

/** Gives an owner to each trade that has none. May run beside itself. */
export const giveOwners = async (): Promise<readonly string[]> =>
  startOwners((await reconciling.reconcile()).ownerless);

const lookAtAccount = async () => {
  try {
    return await looks.lookAtAccount();
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const problem = error.cause?.message ?? error.message;
    return { short: null, orphans: null, problem };
  }
};

const startOwners = async (ownerless: readonly Ownerless[]): Promise<readonly string[]> => {
  const recovered: string[] = [];
  for (const each of ownerless) if (await startOwner(each)) recovered.push(each.listingId);
  return recovered;
};

/** A trade has lost fewer owners at once than this. */
const NAMES_MAX = 20;

/**
 * The new owner writes itself into the record, as its first step. One of its name that ended before
 * it did so is followed by the next name. False: somebody else has started it.
 */
const startOwner = async ({ listingId, workflowId, input }: Ownerless): Promise<boolean> => {
  let owner = ownerWorkflowId(workflowId);
  for (let n = 0; n < NAMES_MAX; n += 1) {
    if (await startSniper(owner, input)) return true;
    if (await reconciling.hasOwner({ listingId, lost: workflowId, owner })) return false;
    owner = ownerWorkflowId(owner);
  }
  throw new Error(`${input.symbol} has lost ${NAMES_MAX} owners before they took over`);
};

/** False when a workflow of this name runs or has run. */
const startSniper = async (workflowId: string, input: SniperInput): Promise<boolean> => {
  try {
    await startChild(SniperWorkflow, {
      workflowId,
      taskQueue: taskQueues.sniper,
      args: [input, { kind: 'recover' }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowTaskTimeout: '2 s',
      staticSummary: `${input.symbol}, taken over`,
    });
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return false;
  }
};

const reconciledBefore = async (
  ownerless: readonly Ownerless[],
  leaks: number,
): Promise<ReconcileResult> => {
  const recovered: string[] = [];
  for (const { listingId, workflowId } of ownerless) {
    const owner = ownerWorkflowId(workflowId);
    const { input } = await records.takeOverTrade({ listingId, workflowId: owner });
    if (await startSniper(owner, input)) recovered.push(listingId);
  }
  return { recovered, leaks, short: null, orphans: null, problem: null };
};
