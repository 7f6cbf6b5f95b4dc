import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { workflowBundle } from '#worker/workflow-bundle.ts';

const FOLDER = join(import.meta.dirname, 'histories');

// Histories of real runs, one per way a trade can go. A change that breaks the replay of one would
// stall a trade that is open while a new version starts: put it behind `patched()`.
test('every stored history replays on the present code', async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.json'));
  expect(files.length).toBeGreaterThan(5);
  const histories = await Promise.all(
    files.map(async (file) => ({
      workflowId: file.startsWith('bot-run') ? 'bot-run' : `sniper:${file}`,
      history: JSON.parse(await readFile(join(FOLDER, file), 'utf8')) as unknown, // by the recorder
    })),
  );
  const results = Worker.runReplayHistories(
    { workflowBundle: await workflowBundle(), replayName: 'stored' },
    histories,
  );
  const broken: string[] = [];
  let replayed = 0;
  for await (const { workflowId, error } of results) {
    replayed += 1;
    if (error !== undefined) broken.push(`${workflowId}: ${error.message}`);
  }
  expect(broken).toEqual([]);
  expect(replayed).toBe(files.length);
}, 60_000);
