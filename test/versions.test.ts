import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { NAMESPACE } from '#scripts/setup/temporal-server.ts';
import { DEPLOYMENT } from '#worker/create-worker.ts';
import { fallsAfter } from './price-paths.ts';
import { startWorld } from './shared-world.ts';
import { mismatches } from './truth.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

// Two builds side by side: what began on the old one ends there, what is new goes to the new one.

/** What an operator does with `temporal worker deployment set-current-version`. */
const makeCurrent = (world: World, buildId: string) =>
  until(`${buildId} is current`, async () => {
    try {
      await world.temporal.workflowService.setWorkerDeploymentCurrentVersion({
        namespace: NAMESPACE,
        deploymentName: DEPLOYMENT,
        buildId,
        ignoreMissingTaskQueues: true,
        identity: randomUUID(),
      });
      return true;
    } catch {
      return null; // its workers have not been heard of yet
    }
  });

const buildOf = async (world: World, workflowId: string): Promise<string | undefined> => {
  const { workflowExecutionInfo } = await world.temporal.workflowService.describeWorkflowExecution({
    namespace: NAMESPACE,
    execution: { workflowId },
  });
  return workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
};

const startBuild = async (world: World, buildId: string) => {
  const env = { TEMPORAL_WORKER_BUILD_ID: buildId };
  const running = await Promise.all([world.start('worker', env), world.start('monitor', env)]);
  await makeCurrent(world, buildId);
  return running;
};

describe('a new build beside the old one', () => {
  test('takes new listings, while open trades end on the build that began them', async () => {
    await using world = await startWorld();
    const [, oldMonitor] = await startBuild(world, 'old');
    await world.startRun({ exit: { maxHold: 5, timeStop: 5 } });
    const before = await world.list({ base: 'BEFORE', opensInMs: 8000, more: fallsAfter(25) });
    const { workflowId } = await world.phase(before, 'holding');
    await startBuild(world, 'new');
    await oldMonitor.stop();
    const after = await world.list({ base: 'AFTER', opensInMs: 15_000, more: fallsAfter(5) });
    const first = await world.phase(before, 'closed');
    const second = await world.phase(after, 'closed');
    expect([first.outcome, second.outcome]).toEqual(['traded', 'traded']);
    expect(await buildOf(world, workflowId)).toBe('old');
    expect(await buildOf(world, second.workflowId)).toBe('new');
    expect(await buildOf(world, 'bot-run'), 'the run moves on').toBe('new');
    for (const symbol of [before, after]) expect(await mismatches(world, symbol)).toEqual([]);
  });
});
