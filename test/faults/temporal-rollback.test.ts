import { cp, rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { fallsAfter } from '../price-paths.ts';
import { startStage } from '../shared-world.ts';
import { boughtOrders, mismatches, truthOf } from '../truth.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

describe('Temporal is put back to an older state under living processes', () => {
  test(
    'what it forgot is asked for, and a workflow that cannot go on is replaced',
    { timeout: 300_000 },
    async () => {
      await using stage = await startStage({
        hasApi: false,
        options: { reconcileEvery: 15 },
      });
      const { world } = stage;
      const symbol = await world.list({ base: 'BACK', opensInMs: 20_000, more: fallsAfter(30) });
      await world.phase(symbol, 'armed', 'admitted');
      const copy = `${stage.temporalFolder}.copy`;
      await stage.kill('temporal');
      await cp(stage.temporalFolder, copy, { recursive: true });
      await stage.start('temporal');

      const { id } = await world.phase(symbol, 'holding');
      await until('it is guarded', async () => (await world.trade(symbol))?.guardedAt ?? null);
      await stage.kill('temporal');
      await rm(stage.temporalFolder, { recursive: true });
      await cp(copy, stage.temporalFolder, { recursive: true });
      await stage.start('temporal');

      const closed = await until(
        'it is sold',
        async () => {
          const trade = await world.trade(symbol);
          return trade?.phase === 'closed' ? trade : null;
        },
        {
          withinMs: 180_000,
          seen: async () => ({
            open: await openWorkflows(world),
            trade: await world.trade(symbol),
          }),
        },
      );
      expect(closed).toMatchObject({ id, outcome: 'traded' });
      expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
      expect(await mismatches(world, symbol)).toEqual([]);
    },
  );
});

/** What Temporal thinks is open, and how often each one's workflow task has been tried. */
const openWorkflows = async ({ temporal }: World): Promise<readonly string[]> => {
  const seen: string[] = [];
  for await (const { workflowId } of temporal.workflow.list({
    query: "ExecutionStatus = 'Running'",
  })) {
    const { raw, historyLength } = await temporal.workflow.getHandle(workflowId).describe();
    const { pendingWorkflowTask: task, pendingActivities } = raw;
    const activities = pendingActivities?.map(({ activityType }) => activityType?.name) ?? [];
    seen.push(
      `${workflowId}: ${historyLength} events, task attempt ${task?.attempt ?? 0}, ${activities.join(' ')}`,
    );
  }
  return seen;
};
