import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tradingOptions } from '#domain/configuration.ts';
import { asset } from '#domain/market-symbol.ts';
import { armByHand } from '#prisma/detection/manual-listings.ts';
import { sourceRace } from '#prisma/seen-coins.ts';
import { sniperWorkflowId } from '#workflows/messages.ts';
import { fallsAfter } from './price-paths.ts';
import { startDetectingWorld } from './shared-world.ts';
import { boughtOrders, mismatches, truthOf } from './truth.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

// Detection as it runs: processes, Postgres, Temporal, the exchange over HTTP and WebSocket. Each test has a
// pair of its own, so they run side by side.

const brief = fallsAfter(5);

let world: World;

beforeAll(async () => {
  ({ world } = await startDetectingWorld());
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const listingOf = (base: string) =>
  until(`a listing of ${base}`, () => world.db.listing.findFirst({ where: { base } }));
const change = (symbol: string, body: object) => world.control('PATCH', `listings/${symbol}`, body);

describe.concurrent('a pair that nobody announced', () => {
  test('is seen by the stream and by both polls, started eagerly and bought once', async () => {
    const opensAt = Date.now() + 4000;
    const symbol = await world.list({
      base: 'SURPRISE',
      opensInMs: 4000,
      // Bought a little late on a busy machine, but before the fall.
      more: { announceAt: null, visibleAt: opensAt, announcedOpensAt: 0, ...fallsAfter(15) },
    });
    const trade = await world.phase(symbol, 'closed');
    const listing = await listingOf('SURPRISE');
    const race = await until('all three have reported it', async () => {
      const found = await sourceRace(world.db, listing.id);
      return found.length === 3 ? found : null;
    });
    expect(race.map((each) => each.source).toSorted()).toEqual([
      'defaultSymbols',
      'exchangeInfo',
      'miniTickers',
    ]);
    expect(race[0]?.behindMs).toBe(0);
    expect(race.every((each) => each.tradingBehindMs !== null)).toBe(true);
    const history = await world.temporal.workflow
      .getHandle(sniperWorkflowId(listing.id))
      .fetchHistory();
    const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    expect(started?.eagerExecutionAccepted, 'started in the monitor itself').toBe(true);
    expect(trade.outcome).toBe('traded');
    expect(await mismatches(world, symbol)).toEqual([]);
  });
});

describe.concurrent('an announced opening', () => {
  test('that moves is bought at its new time, once', async () => {
    const symbol = await world.list({ base: 'MOVED', opensInMs: 20_000, more: brief });
    await world.phase(symbol, 'armed');
    const opensAt = Date.now() + 22_000;
    await change(symbol, { opensAt, announcedOpensAt: opensAt });
    await until('the trade knows the new time', async () => {
      const trade = await world.trade(symbol);
      return trade?.opensAt?.getTime() === opensAt;
    });
    const trade = await world.phase(symbol, 'closed');
    expect(trade.sentAt?.getTime()).toBeGreaterThanOrEqual(opensAt - 1000);
    expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
    expect(await world.db.listing.count({ where: { base: 'MOVED' } })).toBe(1);
  });

  test('that comes early is bought early', async () => {
    const announced = Date.now() + 100_000;
    const symbol = await world.list({
      base: 'EARLY',
      opensInMs: 10_000,
      more: { announcedOpensAt: announced, ...brief },
    });
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('traded');
    expect(trade.sentAt?.getTime()).toBeLessThan(announced);
  });

  test('that is called off is disarmed, and its money is free again', async () => {
    const symbol = await world.list({ base: 'OFF', opensInMs: 80_000 });
    await world.phase(symbol, 'armed');
    await change(symbol, { status: '3' });
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('cancelled');
    const reservation = await world.db.riskReservation.findUniqueOrThrow({
      where: { listingId: trade.id },
    });
    expect(reservation.state).toBe('released');
  });
});

describe.concurrent('a listing that only an operator knows of', () => {
  test('is started by the monitor and bought within its own price guard and budget', async () => {
    const opensAt = Date.now() + 15_000;
    const symbol = await world.list({
      base: 'BYHAND',
      opensInMs: 15_000,
      more: { announceAt: null, visibleAt: opensAt, firstPrice: '1', ...brief },
    });
    const { options } = await world.db.botConfiguration.findFirstOrThrow();
    const answer = await armByHand(world.db, {
      installationId: world.installationId,
      asked: {
        base: asset('BYHAND'),
        quote: asset('USDT'),
        opensAtMs: opensAt,
        maxPrice: '1.02',
        quoteAmount: '50',
      },
      options: tradingOptions.parse(options),
      nowMs: Date.now(),
    });
    expect(answer).toMatchObject({ kind: 'armed' });
    const trade = await world.phase(symbol, 'closed');
    expect(trade).toMatchObject({ source: 'manual', outcome: 'traded' });
    expect(Number(trade.entryPrice)).toBeLessThanOrEqual(1.02);
    expect(Number(trade.spent)).toBeLessThanOrEqual(50);
    expect(await mismatches(world, symbol)).toEqual([]);
  });
});
