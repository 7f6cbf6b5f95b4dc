import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { startDatabase, startEngine } from '#api/testing.ts';
import { ensureKeyRing } from '#runtime/key-ring.ts';
import { until } from '#test/until.ts';
import { admitBuild } from './new-build.ts';

test('a build that cannot go on with an open workflow is refused, naming the one that can', async () => {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await startDatabase());
  const engine = stack.use(await startEngine());
  const dataDir = await mkdtemp(join(tmpdir(), 'sniper-build-'));
  stack.defer(() => rm(dataDir, { recursive: true }));
  stack.defer(() => rm(`${dataDir}.backups`, { recursive: true, force: true }));
  await ensureKeyRing(join(dataDir, 'secrets-key'), () => Promise.resolve(null));
  const former = JSON.stringify({ workflows: 'workflows-former', version: 'v-former' });
  await writeFile(join(dataDir, 'build.json'), former);
  const worker = await Worker.create({
    connection: engine.native,
    namespace: engine.server.namespace,
    taskQueue: 'former',
    workflowsPath: join(import.meta.dirname, 'gone-workflow.ts'),
  });
  const handle = await engine.client.workflow.start('GoneWorkflow', {
    taskQueue: 'former',
    workflowId: 'gone',
  });
  await worker.runUntil(
    until('its first step is recorded', async () => {
      const { events } = await handle.fetchHistory();
      return (events?.length ?? 0) > 4;
    }),
  );
  const said: string[] = [];
  const admit = () =>
    admitBuild(
      {
        dataDir,
        databaseUrl: database.server.url,
        temporal: Promise.resolve(),
        env: { DATA_DIR: dataDir, TEMPORAL_ADDRESS: engine.server.address },
      },
      (line) => said.push(line),
    );
  await until('it is listed', async () => (await engine.client.workflow.count()).count > 0);
  await writeFile(join(dataDir, 'temporal.db'), ''); // there is data of Temporal, elsewhere here
  await expect(admit()).rejects.toThrow(/1 open workflows cannot go on.*gone: .*v-former/s);
  expect(said).toEqual([expect.stringContaining('backup written to')]);
  expect(await readFile(join(dataDir, 'build.json'), 'utf8')).toBe(former);

  await handle.terminate();
  await until('it is no longer listed', async () => {
    const { count } = await engine.client.workflow.count('ExecutionStatus = "Running"');
    return count === 0;
  });
  await admit();
  expect(said.at(-1)).toBe('Every open workflow goes on with the new build');
  await admit();
  expect(said).toHaveLength(3);
}, 120_000);
