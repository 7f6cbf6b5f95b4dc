import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sniperWorkflowId } from '#workflows/messages.ts';
import { startWorld } from '../shared-world.ts';
import { boughtOrders, mismatches, truthOf } from '../truth.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

const falls = (afterS: number) => ({
  path: {
    kind: 'custom',
    points: [
      [0, 1],
      [2, 1.05],
      [afterS, 1.05],
      [afterS + 2, 0.6],
      [600, 0.6],
    ],
  },
});

describe('a workflow is ended from outside', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await Promise.all([world.start('worker'), world.start('monitor')]);
    await world.startRun({ exit: { maxHold: 5, timeStop: 5 } });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  const terminate = async (symbol: string): Promise<void> => {
    const trade = await world.trade(symbol);
    const id = sniperWorkflowId(trade?.id ?? '');
    await world.temporal.workflow.getHandle(id).terminate('a test');
    await world.temporal.schedule.getHandle('reconcile').trigger();
  };

  test('while holding: a new one guards and sells, and a person is told', async () => {
    const symbol = await world.list({ base: 'ORPHAN', opensInMs: 8000, more: falls(25) });
    await world.phase(symbol, 'holding');
    await terminate(symbol);
    const owned = await until('it has a new owner', async () => {
      const trade = await world.trade(symbol);
      return trade?.workflowId.endsWith(':own-1') === true ? trade : null;
    });
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('traded');
    expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
    expect(await mismatches(world, symbol)).toEqual([]);
    const alerts = await world.db.alert.findMany({ where: { listingId: owned.id } });
    expect(alerts.map((alert) => alert.episodeKey)).toContain(`recovered:${owned.workflowId}`);
  });

  test('while armed: its money is released, and nothing is bought', async () => {
    const symbol = await world.list({ base: 'ARMLESS', opensInMs: 20_000, more: falls(5) });
    await world.phase(symbol, 'armed');
    await terminate(symbol);
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('cancelled');
    expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(0);
    const reservation = await world.db.riskReservation.findUniqueOrThrow({
      where: { listingId: trade.id },
    });
    expect(reservation.state).toBe('released');
  });
});
