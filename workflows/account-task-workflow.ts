import type { CredentialCheck } from '#activities/check-credential.ts';
import type { OrphanResult } from '#activities/reconcile/cancel-orphan.ts';
import type { PreflightResult } from '#activities/preflight.ts';
import type { AccountTask } from './messages.ts';
import { accountTasks, orphanTasks } from './proxies.ts';
import { giveOwners, ReconcileWorkflow, type ReconcileResult } from './reconcile-workflow.ts';

/** What a task came to; the API reads it as its kind says. Null: there is no such key. */
export type AccountTaskResult =
  | CredentialCheck
  | PreflightResult
  | OrphanResult
  | ReconcileResult
  | null;

/** What the API needs of the venue: it asks nothing there itself. */
export async function AccountTaskWorkflow(task: AccountTask): Promise<AccountTaskResult> {
  switch (task.kind) {
    case 'checkCredential':
      return accountTasks.checkCredential({ credentialId: task.credentialId });
    case 'cancelOrphan':
      return orphanTasks.cancelOrphan({ orphanId: task.orphanId, by: task.by });
    case 'adoptOrphan':
      return adopted(task);
    case 'preflight':
      return accountTasks.preflight();
    case 'reconcile':
      return ReconcileWorkflow();
  }
}

/** A trade that holds coins again has an owner before the person is answered. */
const adopted = async (task: { orphanId: string; by: string }): Promise<OrphanResult> => {
  const { orphanId, by } = task;
  const result = await orphanTasks.adoptOrphan({ orphanId, by });
  if (result.kind === 'adopted' && result.reopened) await giveOwners();
  return result;
};
