import { cp, rm } from 'node:fs/promises';
import { describe, expect, inject, test } from 'vitest';
import { openStage } from '../matrix/stage.ts';
import { fallsAfter } from '../price-paths.ts';
import { boughtOrders, mismatches, truthOf } from '../truth.ts';
import { until } from '../until.ts';

describe('Temporal is put back to an older state under living processes', () => {
  test(
    'they notice, begin anew, and what it forgot is asked for',
    { timeout: 300_000 },
    async () => {
      await using stage = await openStage(inject('temporalCli'));
      const { world } = stage;
      const symbol = await world.list({ base: 'BACK', opensInMs: 30_000, more: fallsAfter(60) });
      await world.phase(symbol, 'armed', 'admitted');
      const copy = `${stage.temporalFolder}.copy`;
      await stage.kill('temporal');
      await cp(stage.temporalFolder, copy, { recursive: true });
      await stage.start('temporal');

      const { id } = await world.phase(symbol, 'holding');
      await until('it is guarded', async () => (await world.trade(symbol))?.guardedAt ?? null);
      const ended = (['worker', 'monitor'] as const).map((part) => stage.process(part).ended);
      await stage.kill('temporal');
      await rm(stage.temporalFolder, { recursive: true });
      await cp(copy, stage.temporalFolder, { recursive: true });
      await stage.start('temporal');
      expect(await Promise.all(ended), 'both end by themselves, in order').toEqual([0, 0]);
      await Promise.all([stage.start('worker'), stage.start('monitor')]);
      const told = { episodeKey: 'temporal-rolled-back' };
      await until('people are told', () => world.db.alert.findFirst({ where: told }));

      expect(await world.phase(symbol, 'closed')).toMatchObject({ id, outcome: 'traded' });
      expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
      expect(await mismatches(world, symbol)).toEqual([]);
    },
  );
});
