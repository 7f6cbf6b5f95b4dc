import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchangeView } from '#api/views/health-view.ts';
import { fallsAfter } from './price-paths.ts';
import { startDetectingWorld, startWorld } from './shared-world.ts';
import { boughtOrders, truthOf } from './truth.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

// Sources that contradict each other, and sources that fail.

const brief = fallsAfter(5);

let world: World;

beforeAll(async () => {
  ({ world } = await startDetectingWorld());
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const signalsOf = (base: string) => world.db.listingSignal.findMany({ where: { base } });
const listingOf = (base: string) =>
  until(`a listing of ${base}`, () => world.db.listing.findFirst({ where: { base } }));
const change = (symbol: string, body: object) => world.control('PATCH', `listings/${symbol}`, body);

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

describe.concurrent('a coin announced in every way at once', () => {
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

describe.concurrent('no source tells openings', () => {
  test('fails health and is told to people, until one does', async () => {
    await using world = await startWorld(); // of its own: all sources fail
    await Promise.all([world.start('worker'), world.start('monitor')]);
    await world.control('POST', 'switches', { calendar: 'forbidden', firstOpenTime: 'absent' });
    await world.control('POST', 'faults', {
      endpoint: 'GET /api/platform/spot/market-v2/web/symbolsV2',
      action: 'status',
      count: 1000,
      status: 403,
    });
    await world.startRun();
    const health = async () => {
      const rows = await world.db.botHealth.findMany();
      return exchangeView(rows, { nowMs: Date.now(), watching: true });
    };
    const bad = await until('health fails', async () => {
      const view = await health();
      return view.ok ? null : view.detail.includes('no source tells') && view;
    });
    expect(bad.detail).toBe('no source tells when pairs open');
    const alert = { episodeKey: 'no-opening-times', resolvedAt: null };
    await until('people are told', () => world.db.alert.findFirst({ where: alert }));
    await world.control('POST', 'switches', { firstOpenTime: 'ms' });
    await world.list({ base: 'TOLD', opensInMs: 100_000 });
    await until('health is good', async () => (await health()).ok);
    await until(
      'the alert is over',
      async () => (await world.db.alert.count({ where: alert })) === 0,
    );
  });
});
