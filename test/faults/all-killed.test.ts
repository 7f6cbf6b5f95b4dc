import { describe, expect, test } from 'vitest';
import { botRunWorkflowId, stopRun } from '#workflows/messages.ts';
import { fallsAfter } from '../price-paths.ts';
import { startStage } from '../shared-world.ts';
import { boughtOrders, mismatches, truthOf } from '../truth.ts';
import { until } from '../until.ts';

describe('everything is killed', () => {
  test(
    'and started again: the same run goes on, and what was announced meanwhile is bought',
    { timeout: 300_000 },
    async () => {
      await using stage = await startStage({ hasApi: false });
      const { world } = stage;
      const before = await world.db.botRun.findFirstOrThrow();
      const seen = await world.list({ base: 'BEFORE', opensInMs: 32_000, more: fallsAfter(5) });
      await until('it is known', () => world.trade(seen));
      for (const part of ['monitor', 'worker', 'temporal', 'postgres'] as const)
        await stage.kill(part);
      const more = fallsAfter(25);
      const meanwhile = await world.list({ base: 'MEANWHILE', opensInMs: 30_000, more });
      for (const part of ['postgres', 'temporal', 'worker', 'monitor'] as const)
        await stage.start(part);
      await world.phase(seen, 'holding', 'closed');
      await world.phase(meanwhile, 'holding');
      const after = await world.db.botRun.findFirstOrThrow();
      expect(after).toMatchObject({ id: before.id, state: 'running' });
      expect(await world.db.botRun.count()).toBe(1);

      // Stopped with positions kept: the run ends, and their guards go on until they are sold.
      const handle = world.temporal.workflow.getHandle(botRunWorkflowId);
      await handle.executeUpdate(stopRun, { args: [{ positions: 'keep' }] });
      expect(await handle.result()).toMatchObject({ state: 'stopped' });
      expect(await world.trade(meanwhile)).toMatchObject({ phase: 'holding' });
      await stage.kill('worker');
      await stage.start('worker');
      const truth = await truthOf(world);
      for (const symbol of [seen, meanwhile]) {
        expect(await world.phase(symbol, 'closed')).toMatchObject({ outcome: 'traded' });
        expect(boughtOrders(truth, symbol)).toHaveLength(1);
        expect(await mismatches(world, symbol)).toEqual([]);
      }
    },
  );
});
