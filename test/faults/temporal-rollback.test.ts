import { cp, rm } from 'node:fs/promises';
import { describe, expect, inject, test } from 'vitest';
import { openStage } from '../matrix/stage.ts';
import { fallsAfter } from '../price-paths.ts';
import { boughtOrders, mismatches, truthOf } from '../truth.ts';
import { until } from '../until.ts';

describe('Temporal is put back to an older state under living processes', () => {
  test(
    'what it forgot is asked for, and a workflow that cannot go on is replaced',
    { timeout: 300_000 },
    async () => {
      await using stage = await openStage(inject('temporalCli'), {
        options: { reconcileEvery: 15 },
      });
      const { world } = stage;
      const symbol = await world.list({ base: 'BACK', opensInMs: 20_000, more: fallsAfter(60) });
      await world.phase(symbol, 'armed', 'admitted');
      const copy = `${stage.temporalFolder}.copy`;
      await stage.kill('temporal');
      await cp(stage.temporalFolder, copy, { recursive: true });
      await stage.start('temporal');

      const { id } = await world.phase(symbol, 'holding');
      await until('it is guarded', async () => (await world.trade(symbol))?.guardedAt ?? null);
      // A process that notices ends by itself, and is kept by whoever started it.
      let isOver = false;
      const kept = (['worker', 'monitor'] as const).map(async (part) => {
        await stage.process(part).ended;
        if (!isOver) await stage.start(part);
      });
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
        { withinMs: 180_000, seen: () => world.trade(symbol) },
      );
      expect(closed).toMatchObject({ id, outcome: 'traded' });
      expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
      expect(await mismatches(world, symbol)).toEqual([]);
      isOver = true;
      await Promise.all([stage.kill('worker'), stage.kill('monitor'), ...kept]);
    },
  );
});
