import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boughtOrders, mismatches, truthOf } from '../truth.ts';
import { startWorld } from '../shared-world.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

/** That are polled. */
const SOURCES = 6;

const falls = {
  path: {
    kind: 'custom',
    points: [
      [0, 1],
      [2, 1.05],
      [6, 0.6],
      [600, 0.6],
    ],
  },
};

describe.concurrent('the exchange does not answer an order', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    await Promise.all([world.start('worker'), world.start('monitor')]);
    await world.startRun({ exit: { maxHold: 5, timeStop: 5 } });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  const loseOne = (action: string, params: Record<string, string>) =>
    world.control('POST', 'faults', { endpoint: 'POST /api/v3/order', action, count: 1, params });

  test('a buy that was booked: found by asking, held and sold, never sent again', async () => {
    const symbol = await world.list({ base: 'LOSTBUY', opensInMs: 8000, more: falls });
    await loseOne('loseReplyAfterBooking', { symbol, side: 'BUY' });
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('traded');
    expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
    expect(await mismatches(world, symbol)).toEqual([]);
    await loggedDoubt(trade.id);
  });

  test('a buy that was not booked: given up when absence is certain, money released', async () => {
    const symbol = await world.list({
      base: 'NEVERBUY',
      opensInMs: 8000,
      more: falls,
    });
    await loseOne('loseReplyBeforeBooking', { symbol, side: 'BUY' });
    await world.phase(symbol, 'unresolved');
    const trade = await world.phase(symbol, 'closed');
    expect(trade.bought.isZero()).toBe(true);
    const reservation = await world.db.riskReservation.findUniqueOrThrow({
      where: { listingId: trade.id },
    });
    expect(reservation.state).toBe('released');
    expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(0);
    expect(await mismatches(world, symbol)).toEqual([]);
  });

  test('a sale that was booked: found, and not sold twice', async () => {
    const symbol = await world.list({ base: 'LOSTSELL', opensInMs: 8000, more: falls });
    await loseOne('loseReplyAfterBooking', { symbol, side: 'SELL' });
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('traded');
    expect(await mismatches(world, symbol)).toEqual([]);
    await loggedDoubt(trade.id);
  });

  const loggedDoubt = async (tradeId: string) => {
    const doubts = await world.db.tradeLog.count({ where: { tradeId, kind: 'doubt' } });
    expect(doubts, 'the doubt is in the log').toBeGreaterThan(0);
  };
});

describe('a first second that is over', () => {
  test('a pair that has traded for a while is not bought as if it had just opened', async () => {
    await using world = await startWorld();
    await Promise.all([world.start('worker'), world.start('monitor')]);
    await world.startRun({ entry: { freshness: 1000 } });
    await until('every source was read', () => allRead(world));
    const symbol = await world.list({ base: 'LONGOPEN', opensInMs: -20_000, more: falls });
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('tooLate');
    expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(0);
  });
});

/** What a source shows in its first look was there before. */
const allRead = async ({ db }: World): Promise<boolean> => {
  const row = await db.botHealth.findFirst({ where: { process: 'monitor' } });
  const details = row?.details as { sources?: Record<string, { lastOkAt: number | null }> } | null;
  const sources = Object.values(details?.sources ?? {});
  return sources.length >= SOURCES && sources.every(({ lastOkAt }) => lastOkAt !== null);
};
