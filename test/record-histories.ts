import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const FOLDER = join(import.meta.dirname, '..', 'workflows', 'histories');

/**
 * With RECORD_HISTORIES set, keeps every history of a world for workflows/replay.test.ts. Named by
 * symbol or workflow, so that recording again replaces the same files.
 */
export const recordHistories = async (temporal: Client): Promise<void> => {
  if (process.env['RECORD_HISTORIES'] === undefined) return;
  await mkdir(FOLDER, { recursive: true });
  for await (const { workflowId, runId, typedSearchAttributes } of temporal.workflow.list()) {
    const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    const symbol = [...typedSearchAttributes.getAll()].find(
      ({ key }) => key.name === 'Symbol',
    )?.value;
    const name = typeof symbol === 'string' ? symbol.toLowerCase() : workflowId;
    await writeFile(join(FOLDER, `${name}.json`), `${historyToJSON(history)}\n`);
  }
};
