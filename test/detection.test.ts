import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tradingOptions } from '#domain/configuration.ts';
import { asset } from '#domain/market-symbol.ts';
import { armByHand } from '#prisma/detection/manual-listings.ts';
import { sourceRace } from '#prisma/seen-coins.ts';
import { sniperWorkflowId } from '#workflows/messages.ts';
import type { TestProcess } from './processes.ts';
import { startProxy } from './proxy.ts';
import { startWorld } from './shared-world.ts';
import { boughtOrders, mismatches, truthOf } from './truth.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

// Detection as it runs: processes, Postgres, Temporal, the exchange over HTTP and WebSocket.

/** Rises a little, then falls through the stop for good: the trade ends soon. */
const fallsAfter = (seconds: number) => ({
  path: {
    kind: 'custom',
    points: [
      [0, 1],
      [2, 1.05],
      [seconds - 2, 1.05],
      [seconds, 0.6],
      [600, 0.6],
    ],
  },
});
const brief = fallsAfter(5);

let world: World;
let monitor: TestProcess;

beforeAll(async () => {
  world = await startWorld();
  [, monitor] = await Promise.all([world.start('worker'), world.start('monitor')]);
  await world.startRun({
    exit: { maxHold: 5, timeStop: 5 },
    maxNewPerPoll: 10,
    maxOpenPositions: 10,
    // The tests are about what is seen; a busy machine is late.
    entry: { freshness: 10_000 },
  });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const listingOf = (base: string) =>
  until(`a listing of ${base}`, () => world.db.listing.findFirst({ where: { base } }));
const signalsOf = (base: string) => world.db.listingSignal.findMany({ where: { base } });
const change = (symbol: string, body: object) => world.control('PATCH', `listings/${symbol}`, body);

describe('a pair that nobody announced', () => {
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

describe('an announced opening', () => {
  test('that moves is bought at its new time, once', async () => {
    const symbol = await world.list({ base: 'MOVED', opensInMs: 12_000, more: brief });
    await world.phase(symbol, 'armed');
    const opensAt = Date.now() + 16_000;
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

describe('a coin announced in every way at once', () => {
  test('at two times, in two quotes, moved by an hour and opened early, is one listing and one buy', async () => {
    await world.control('POST', 'switches', { calendar: 'wrongTime', calendarShiftMs: 5000 });
    const opensAt = Date.now() + 120_000;
    const two = { announceAt: 0, visibleAt: 0, opensAt, ...brief };
    await world.control('POST', 'listings', { symbol: 'EVERYUSDT', ...two });
    await world.control('POST', 'listings', { symbol: 'EVERYUSDC', quoteAsset: 'USDC', ...two });
    await until(
      'both times are reported',
      async () => {
        const times = (await signalsOf('EVERY')).map((each) => each.opensAt?.getTime());
        return times.includes(opensAt) && times.includes(opensAt + 5000);
      },
      { withinMs: 90_000 },
    );
    const moved = Date.now() + 3_600_000;
    for (const symbol of ['EVERYUSDT', 'EVERYUSDC'])
      await change(symbol, { opensAt: moved, announcedOpensAt: moved });
    await until('it has moved', async () => {
      const listing = await listingOf('EVERY');
      return listing.opensAt?.getTime() === moved;
    });
    for (const symbol of ['EVERYUSDT', 'EVERYUSDC'])
      await change(symbol, { opensAt: Date.now() + 1000 });
    const trade = await world.phase('EVERYUSDT', 'closed');
    expect(trade.outcome).toBe('traded');
    expect(await world.db.listing.count({ where: { base: 'EVERY' } })).toBe(1);
    const truth = await truthOf(world);
    expect(boughtOrders(truth, 'EVERYUSDT')).toHaveLength(1);
    expect(boughtOrders(truth, 'EVERYUSDC')).toEqual([]);
    await world.control('POST', 'switches', { calendar: 'normal' });
  });
});

describe('a listing that only an operator knows of', () => {
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

describe('a source that fails', () => {
  test('is counted, and the others see the listing', async () => {
    for (const path of ['announcements', 'defaultSymbols'])
      await world.control('POST', 'faults', {
        endpoint: `GET /api/v3/${path}`,
        action: 'status',
        count: 20,
        status: 500,
      });
    const symbol = await world.list({ base: 'STILL', opensInMs: 8000, more: brief });
    await until('the failures are shown', async () => {
      const rows = await world.db.botHealth.findMany({ where: { process: 'monitor' } });
      const all = rows.map(
        (row) => row.details as { sources?: Record<string, { errors: number }> },
      );
      return all.some(
        ({ sources }) =>
          (sources?.['defaultSymbols']?.errors ?? 0) > 0 &&
          (sources?.['announcements']?.errors ?? 0) > 0,
      );
    });
    expect((await world.phase(symbol, 'closed')).outcome).toBe('traded');
    await world.control('DELETE', 'faults');
  });
});

describe('a monitor dies', () => {
  test('between commit and start: the next one starts what was committed', async () => {
    await monitor.stop();
    const port = Number(new URL(`http://${world.env['TEMPORAL_ADDRESS'] ?? ''}`).port);
    await using line = await startProxy(port);
    monitor = await world.start('monitor', { TEMPORAL_ADDRESS: `127.0.0.1:${line.port}` });
    await until('it watches', async () => {
      const instance = { endsWith: `:${monitor.pid}` };
      const row = await world.db.botHealth.findFirst({ where: { process: 'monitor', instance } });
      return JSON.stringify(row?.details ?? {}).includes('exchangeInfo');
    });
    line.hold();
    await world.list({ base: 'CRASH', opensInMs: 25_000, more: brief });
    const committed = await until('it is committed', async () => (await signalsOf('CRASH'))[0]);
    expect(committed.handledAt).toBeNull();
    await monitor.kill();
    // A held line would keep the dead one's polls open at the server.
    await line[Symbol.asyncDispose]();
    expect(await world.trade('CRASHUSDT')).toBeNull();
    monitor = await world.start('monitor');
    const trade = await world.phase('CRASHUSDT', 'closed');
    expect(trade).toMatchObject({ outcome: 'traded' });
    expect(await mismatches(world, 'CRASHUSDT')).toEqual([]);
  });

  test('with another one beside it: all that was announced is bought, each once', async () => {
    const second = await world.start('monitor');
    const bases = Array.from({ length: 3 }, (_, n) => `PAIR${n}`);
    const symbols = await Promise.all(
      bases.map((base, n) => world.list({ base, opensInMs: 14_000 + n * 1000, more: brief })),
    );
    await until('all are seen', async () => {
      const seen = await world.db.listing.count({ where: { base: { in: bases } } });
      return seen === bases.length;
    });
    await monitor.kill();
    for (const symbol of symbols) {
      const trade = await world.phase(symbol, 'closed');
      expect(trade).toMatchObject({ outcome: 'traded' });
      expect(await mismatches(world, symbol)).toEqual([]);
    }
    expect(await world.db.listing.count({ where: { base: { in: bases } } })).toBe(bases.length);
    await second.stop();
  });
});
