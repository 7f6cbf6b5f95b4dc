import { cp, rm } from 'node:fs/promises';
import { expect, inject, test } from 'vitest';
import { openStage } from '../matrix/stage.ts';
import { boughtOrders, mismatches, truthOf } from '../truth.ts';

test('Temporal is restored from a copy that was taken before the send: bought once, sold once', async () => {
  await using stage = await openStage(inject('temporalCli'));
  const { world } = stage;
  const copy = `${stage.temporalFolder}.copy`;
  const symbol = await world.list({
    base: 'ROLLED',
    opensInMs: 12_000,
    more: {
      firstPrice: '1',
      path: {
        kind: 'custom',
        points: [
          [0, 1],
          [2, 1.02],
          [30, 1.02],
          [32, 0.6],
          [600, 0.5],
        ],
      },
    },
  });
  await world.phase(symbol, 'armed');
  await stage.kill('temporal');
  await cp(stage.temporalFolder, copy, { recursive: true });
  await stage.start('temporal');
  await world.phase(symbol, 'holding');

  await stage.kill('temporal');
  await rm(stage.temporalFolder, { recursive: true });
  await cp(copy, stage.temporalFolder, { recursive: true });
  await stage.start('temporal');

  const trade = await world.phase(symbol, 'closed');
  expect(trade.outcome).toBe('traded');
  expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
  expect(await mismatches(world, symbol)).toEqual([]);
});
