import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mismatches, heldOf, truthOf } from './truth.ts';
import { startWorld } from './shared-world.ts';
import type { World } from './world.ts';

// The whole system, as it is run: processes, Postgres, Temporal, the exchange over HTTP and WebSocket.

describe('a listing, start to end', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    await Promise.all([world.start('worker'), world.start('monitor')]);
    await world.startRun();
  }, 120_000);
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  }, 60_000);

  test('is announced, bought at its opening, held, sold and booked', async () => {
    const symbol = await world.list({
      base: 'STORY',
      opensInMs: 9000,
      more: {
        path: {
          kind: 'custom',
          points: [
            [0, 1],
            [3, 1.1],
            [4, 0.7],
            [60, 0.7],
          ],
        },
      },
    });
    await world.phase(symbol, 'armed');
    await world.phase(symbol, 'holding');
    const trade = await world.phase(symbol, 'closed');

    expect(trade.outcome).toBe('traded');
    expect(trade.exitReason).toBe('stop');
    expect(trade.profit?.isNegative()).toBe(true);
    expect(await mismatches(world, symbol)).toEqual([]);
    expect(heldOf(await truthOf(world), 'STORY').lt(1000), 'only dust is left').toBe(true);
  }, 90_000);

  test('has every stage time, in order', async () => {
    const trade = await world.db.trade.findFirstOrThrow({ where: { symbol: 'STORYUSDT' } });
    const stages = [
      trade.seenAt,
      trade.startedAt,
      trade.verdictAt,
      trade.armedAt,
      trade.triggeredAt,
      trade.sentAt,
      trade.acknowledgedAt,
      trade.filledAt,
      trade.exitDecidedAt,
      trade.closedAt,
    ].map((time) => time?.getTime() ?? Number.NaN);
    expect(stages).toEqual(stages.toSorted((a, b) => a - b));
  });

  test('settles its reservation with what was really spent', async () => {
    const trade = await world.db.trade.findFirstOrThrow({ where: { symbol: 'STORYUSDT' } });
    const reservation = await world.db.riskReservation.findUniqueOrThrow({
      where: { listingId: trade.id },
    });
    expect(reservation.state).toBe('spent');
    expect(reservation.spent?.gte(trade.spent)).toBe(true);
    expect(reservation.spent?.lte(reservation.amount)).toBe(true);
    const permits = await world.db.sendPermit.findMany({ where: { listingId: trade.id } });
    expect(permits.map((permit) => permit.state)).toEqual(permits.map(() => 'closed'));
  });

  test('is not bought when it was there before we came', async () => {
    const baseline = await world.db.listing.findMany({ where: { state: 'baseline' } });
    expect(baseline.length).toBeGreaterThan(20);
    const trades = await world.db.trade.findMany();
    expect(trades.map((trade) => trade.symbol)).toEqual(['STORYUSDT']);
  });
});
