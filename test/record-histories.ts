import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const FOLDER = join(import.meta.dirname, '..', 'workflows', 'histories');

/**
 * With RECORD_HISTORIES set, keeps every history of a world for workflows/replay.test.ts. Named by
 * symbol or workflow, so that recording again replaces the same files.
 */
export const recordHistories = async (temporal: Client): Promise<void> => {
  if (process.env['RECORD_HISTORIES'] === undefined) return;
  await mkdir(FOLDER, { recursive: true });
  const longest = new Map<string, number>();
  for await (const workflow of temporal.workflow.list()) {
    const { workflowId, runId, typedSearchAttributes, historyLength } = workflow;
    const symbol = [...typedSearchAttributes.getAll()].find(
      ({ key }) => key.name === 'Symbol',
    )?.value;
    const name = typeof symbol === 'string' ? symbol.toLowerCase() : kindOf(workflowId);
    if (historyLength < (longest.get(name) ?? 0)) continue;
    longest.set(name, historyLength);
    const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    await openPayloads(history, temporal.options.loadedDataConverter.payloadCodecs);
    await writeFile(join(FOLDER, `${name}.json`), `${historyToJSON(history)}\n`);
  }
};

/** Of many that differ by a time or an id only the longest is kept. */
const kindOf = (workflowId: string): string => {
  if (workflowId.startsWith('reconcile')) return 'reconcile';
  const [, task] = /^task:(\w+):/.exec(workflowId) ?? [];
  if (task !== undefined) return `task-${task.toLowerCase()}`;
  return /:own-\d+$/.test(workflowId) ? 'own' : workflowId;
};

/** Opens every sealed payload in place: a stored history must replay without the key it ran under. */
const openPayloads = async (within: unknown, codecs: readonly PayloadCodec[]): Promise<void> => {
  if (typeof within !== 'object' || within === null || within instanceof Uint8Array) return;
  if (isPayload(within)) {
    for (const codec of codecs) Object.assign(within, (await codec.decode([within]))[0]);
    return;
  }
  for (const each of Object.values(within)) await openPayloads(each, codecs);
};

const isPayload = (value: object): value is Payload =>
  'metadata' in value && 'data' in value && value.data instanceof Uint8Array;
