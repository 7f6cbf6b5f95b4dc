import type { CredentialCheck } from '#activities/check-credential.ts';
import type { AccountTask } from './messages.ts';
import { accountTasks } from './proxies.ts';

/** What the API needs of the venue: it asks nothing there itself. Null: there is no such key. */
export async function AccountTaskWorkflow(task: AccountTask): Promise<CredentialCheck | null> {
  return accountTasks.checkCredential({ credentialId: task.credentialId });
}
