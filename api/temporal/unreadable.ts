import { WorkflowNotFoundError, type Client } from '@temporalio/client';

/** A workflow that runs for the record and that no worker can read: its sealing key is lost. */
export interface Unreadable {
  readonly workflowId: string;
  /** The keys that it was sealed with and that nobody has. */
  readonly keyIds: readonly string[];
}

/** More run at once in no installation of one account. */
const RUNNING_MAX = 2000;

/**
 * Ends the workflows that are sealed with keys which nobody has: they can neither go on nor end by
 * themselves. Those that can be read are left alone. `named` are looked at whether Temporal lists
 * them or not, since its list may lag. May repeat.
 */
export const endUnreadable = async (
  client: Client,
  { named, knows }: { named: readonly string[]; knows: (keyId: string) => boolean },
): Promise<Unreadable[]> => {
  const ids = new Set(named);
  for await (const { workflowId } of client.workflow.list({
    query: 'ExecutionStatus="Running"',
    pageSize: 200,
  })) {
    ids.add(workflowId);
    if (ids.size >= RUNNING_MAX) break;
  }
  const ended: Unreadable[] = [];
  for (const workflowId of ids) {
    const keyIds = (await lostKeys(client, workflowId)).filter((keyId) => !knows(keyId));
    if (keyIds.length === 0) continue;
    await client.workflow
      .getHandle(workflowId)
      .terminate(`sealed with ${keyIds.join(', ')}, which is lost; taken over from the record`);
    ended.push({ workflowId, keyIds });
  }
  return ended;
};

/** The keys that a running workflow's history was sealed with; none for one that does not run. */
const lostKeys = async (client: Client, workflowId: string): Promise<string[]> => {
  const handle = client.workflow.getHandle(workflowId);
  try {
    if ((await handle.describe()).status.name !== 'RUNNING') return [];
    return [...keysIn(await handle.fetchHistory())];
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
};

const KEY_ID = 'encryption-key-id';

/** Names of keys in whatever holds payloads, however deep. */
const keysIn = (value: unknown, found = new Set<string>()): Set<string> => {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return found;
  for (const [name, each] of Object.entries(value)) {
    if (name === KEY_ID && each instanceof Uint8Array) found.add(Buffer.from(each).toString());
    else keysIn(each, found);
  }
  return found;
};
