import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestProcess } from '../processes.ts';
import { boughtOrders, mismatches, truthOf } from '../truth.ts';
import { until } from '../until.ts';
import { startWorld } from '../shared-world.ts';
import type { World } from '../world.ts';

/** Rises a little, then falls through the stop of 20 % for good. */
const upThenDown = (fallsAfterS: number) => ({
  path: {
    kind: 'custom',
    points: [
      [0, 1],
      [2, 1.05],
      [fallsAfterS, 1.05],
      [fallsAfterS + 1, 0.6],
      [600, 0.6],
    ],
  },
});

describe('a process dies', () => {
  let world: World;
  let worker: TestProcess;
  let monitor: TestProcess;

  beforeAll(async () => {
    world = await startWorld();
    [worker, monitor] = await Promise.all([world.start('worker'), world.start('monitor')]);
    await world.startRun({
      entry: { freshness: 10_000, window: 8 },
      exit: { maxHold: 5, timeStop: 5 },
    });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  test('kill -9 of the worker while holding: the guard comes back and sells', async () => {
    const symbol = await world.list({ base: 'GUARD', opensInMs: 8000, more: upThenDown(15) });
    await world.phase(symbol, 'holding');
    await guarded(world, symbol);
    await worker.kill();
    const killedAt = new Date();
    worker = await world.start('worker');
    await until('a new guard looks at the market', async () => {
      const trade = await world.trade(symbol);
      return trade?.guardedAt !== null && (trade?.guardedAt ?? killedAt) > killedAt;
    });
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('traded');
    expect(trade.exitReason).toBe('stop');
    expect(await mismatches(world, symbol)).toEqual([]);
  });

  test('kill -9 of the monitor while armed: another arms again and buys once', async () => {
    const symbol = await world.list({ base: 'ARMED', opensInMs: 14_000, more: upThenDown(5) });
    await world.phase(symbol, 'armed');
    await monitor.kill();
    monitor = await world.start('monitor');
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('traded');
    expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
    expect(await mismatches(world, symbol)).toEqual([]);
  });

  test('kill -9 of the monitor with no other: a worker takes the armed entry', async () => {
    const symbol = await world.list({ base: 'ALONE', opensInMs: 14_000, more: upThenDown(5) });
    await world.phase(symbol, 'armed');
    await monitor.kill();
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('traded');
    expect(await mismatches(world, symbol)).toEqual([]);
    monitor = await world.start('monitor');
  });

  test('kill -9 of the monitor with the order of a surprise on its way: asked for, bought once', async () => {
    await world.control('POST', 'faults', {
      endpoint: 'POST /api/v3/order',
      action: 'hold',
      params: { symbol: 'AHEADUSDT' },
      when: 'afterBooking',
    });
    const opensAt = Date.now() + 3000;
    const symbol = await world.list({
      base: 'AHEAD',
      opensInMs: 3000,
      more: { announceAt: null, visibleAt: opensAt, announcedOpensAt: 0, ...upThenDown(15) },
    });
    await until('it is bought', async () => boughtOrders(await truthOf(world), symbol).length > 0);
    await monitor.kill();
    await world.control('DELETE', 'faults');
    monitor = await world.start('monitor');
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('traded');
    expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
    expect(await mismatches(world, symbol)).toEqual([]);
  });

  test('two monitors on one listing: bought once', async () => {
    await world.start('monitor');
    const symbol = await world.list({ base: 'TWINS', opensInMs: 9000, more: upThenDown(5) });
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('traded');
    expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
    expect(await world.db.listing.count({ where: { base: 'TWINS' } })).toBe(1);
    expect(await mismatches(world, symbol)).toEqual([]);
  });
});

/** The guard has seen a price and written it down. */
const guarded = (world: World, symbol: string) =>
  until(`${symbol} is guarded`, async () => (await world.trade(symbol))?.guardedAt ?? null);
