import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { price, quantity } from '#domain/amount.ts';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { gateParts, type GatePartName } from '#domain/live-gate.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import type { Venue } from '#domain/mode.ts';
import { clientOrderIdFor, type NewOrder } from '#domain/order.ts';
import { Secret } from '#exchange/secret.ts';
import { createTestLog, startDatabase, type TestDatabase } from '#api/testing.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { addConfirmation, addPreflight, withdrawConfirmations } from '#prisma/live.ts';
import { armLeg, takeEntryPermit, takeExitPermit, type TakePermit } from '#prisma/permits.ts';
import { OWN_ADDRESSES, venueOf } from '#runtime/mode.ts';
import { startSimulator, type Simulator } from '#simulator/simulator.ts';
import { until } from '#test/until.ts';
import { connectVenue, type ConnectedVenue } from './connect-venue.ts';
import { aTrade } from './testing.ts';

// The live gate against the simulator as the venue, which counts what reaches it.

const SYMBOL = marketSymbol('SOLUSDT');
const KEY = randomUUID();
const YES = 'yes-i-mean-it';
const DAY_MS = 24 * 3_600_000;

let database: TestDatabase;
let simulator: Simulator;
let nowMs: number;
const clock = { now: () => nowMs };

beforeAll(async () => {
  [database, simulator] = await Promise.all([
    startDatabase(),
    startSimulator({ port: 0, controlPort: 0, dataDir: null, scenario: 'empty', seed: 'gate' }),
  ]);
}, 60_000);
afterAll(async () => {
  await simulator.stop();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  const { db } = database;
  nowMs = Date.now();
  await db.fill.deleteMany();
  await db.tradeOrder.deleteMany();
  await db.trade.deleteMany();
  await db.sendPermit.deleteMany();
  await db.listing.deleteMany();
  await db.preflight.deleteMany();
  await db.liveConfirmation.deleteMany();
  await db.botConfiguration.deleteMany();
});

/** Orders that have reached the venue, one by one or in a batch. */
const ordersSeen = async (): Promise<number> => {
  const answer = await fetch(`${simulator.controlUrl}/_sim/truth`);
  const { requests } = (await answer.json()) as { requests: { method: string; path: string }[] };
  return requests.filter(
    ({ method, path }) => method === 'POST' && /\/(?:order|batchOrders)$/.test(path),
  ).length;
};

const local = () => ({
  MEXC_REST_URL: simulator.url,
  MEXC_WS_URL: simulator.wsUrl,
  MEXC_WEB_URL: simulator.url,
});

/** The venue that settings make; without EXCHANGE=live at the exchange's own address there is none. */
const venueWith = (parts: ReadonlySet<GatePartName>): Venue =>
  venueOf({
    EXCHANGE: parts.has('exchange') ? 'live' : 'simulator',
    LIVE_TRADING: parts.has('liveTrading') ? YES : undefined,
    ...(parts.has('exchange') ? local() : OWN_ADDRESSES),
  });

const connected = async (
  venue: Venue,
  hasKey = true,
): Promise<ConnectedVenue & AsyncDisposable & { installationId: string }> => {
  const account = venue.orders === 'paper' ? 'paper' : 'of-the-test';
  const installationId = await ensureInstallation(database.db, { mode: venue.mode, account });
  const credentials = hasKey ? { apiKey: 'sim-key', secret: new Secret('sim-secret') } : null;
  const key = { credentials, account, credentialId: hasKey ? KEY : null };
  const notices = { on: () => undefined };
  const log = createTestLog();
  const own = connectVenue(
    { installationId, venue, key },
    { db: database.db, clock, log, notices, role: 'worker', env: local() },
  );
  return { ...own, installationId, [Symbol.asyncDispose]: () => own.close() };
};

/** Writes the parts that are records, as people and the worker would. */
const write = async (installationId: string, parts: ReadonlySet<GatePartName>): Promise<void> => {
  const { db } = database;
  const found = { installationId, credentialId: KEY, findings: [], atMs: nowMs };
  if (parts.has('preflight')) await addPreflight(db, { ...found, passed: true });
  await db.botConfiguration.create({
    data: {
      installationId,
      name: 'gate',
      version: 1,
      active: true,
      options: tradingOptions.parse({
        ...demoOptions,
        autoTrade: parts.has('autoTrade') ? 'all' : 'off',
      }),
    },
  });
  if (parts.has('confirmation'))
    await addConfirmation(db, {
      installationId,
      text: 'typed',
      by: 'test',
      nowMs,
      expiresAtMs: nowMs + DAY_MS,
    });
};

const aListing = (installationId: string, phase = 'armed') =>
  aTrade(database.db, { installationId, phase, symbol: SYMBOL, nowMs });

const anOrder = (
  of: { installationId: string; listingId: string },
  side: 'buy' | 'sell',
): NewOrder => ({
  symbol: SYMBOL,
  side,
  type: 'market',
  price: null,
  quantity: quantity('1'),
  clientOrderId: clientOrderIdFor(of, side === 'buy' ? 'entry' : 'exit-1', 0),
});

/** A permit of a leg, armed; whose first order is `order`. */
const armed = async (
  of: { installationId: string; listingId: string },
  order: NewOrder,
): Promise<TakePermit> => {
  const leg = order.side === 'buy' ? ('entry' as const) : ('exit-1' as const);
  const { listingId, installationId } = of;
  const arming = { listingId, leg, token: 'a', workflowId: `sniper:${listingId}` };
  await armLeg(database.db, { ...arming, quantity: order.side === 'buy' ? null : order.quantity });
  const notAfterMs = nowMs + 5000;
  return { ...arming, installationId, holder: 'test', nowMs, notAfterMs, intent: order };
};

const send = async ({ exchange }: ConnectedVenue, order: NewOrder) => {
  await exchange.clock.refresh();
  const notAfterMs = exchange.clock.exchangeNowMs() + 5000;
  return exchange.placeOrder(order, { notAfterMs, recvWindowMs: 1000 });
};

const heard = (venue: ConnectedVenue) =>
  until('the gate was read', () => venue.gate.state().kind !== 'unknown');

/** Every choice of parts that leaves at least one out, each with what the test is named by. */
const incomplete = Array.from({ length: 2 ** gateParts.length - 1 }, (_, n) => {
  const parts = gateParts.filter((_part, bit) => (n >> bit) % 2 === 1);
  return { parts: new Set(parts), name: parts.join(' ') || 'nothing' };
});
const atVenue = incomplete.filter(({ parts }) => parts.has('exchange'));

describe('an entry with real money', { timeout: 30_000 }, () => {
  test.each(incomplete.filter(({ parts }) => !parts.has('exchange')))(
    'has no process at the exchange’s own address with $name alone',
    ({ parts }) => {
      expect(() => venueWith(parts)).toThrow(/EXCHANGE=live/);
    },
  );

  test.each(atVenue)('is not sent with $name alone', async ({ parts }) => {
    await using venue = await connected(venueWith(parts), parts.has('key'));
    const { installationId } = venue;
    await write(installationId, parts);
    if (venue.asker.venue.orders === 'gated') await heard(venue);
    const of = { installationId, listingId: await aListing(installationId) };
    const order = anOrder(of, 'buy');
    const before = await ordersSeen();
    // A caller that forgot the permit, and one that sends many at once.
    const timing = { notAfterMs: nowMs + 5000, recvWindowMs: 1000 };
    const one = await send(venue, order);
    const many = await venue.exchange.placeOrders([order], timing);
    expect(await ordersSeen()).toBe(before);
    // A dry run answers from paper.
    if (venue.asker.venue.orders === 'paper') return;
    expect([one, ...many].map(({ kind }) => kind)).toEqual(['notSent', 'notSent']);
  });

  test.each(atVenue.filter(({ parts }) => parts.has('liveTrading')))(
    'has no permit with $name alone',
    async ({ parts }) => {
      await using venue = await connected(venueWith(parts), parts.has('key'));
      const { installationId } = venue;
      await write(installationId, parts);
      const of = { installationId, listingId: await aListing(installationId) };
      const permit = await armed(of, anOrder(of, 'buy'));
      expect((await takeEntryPermit(database.db, permit, venue.asker)).kind).toBe('refused');
      expect(await database.db.sendPermit.count({ where: { state: 'taken' } })).toBe(0);
    },
  );

  test('is sent with every part', async () => {
    const all = new Set(gateParts);
    await using venue = await connected(venueWith(all));
    const { installationId } = venue;
    await write(installationId, all);
    await until('the gate is open', () => venue.gate.state().kind === 'open');
    const of = { installationId, listingId: await aListing(installationId) };
    const order = anOrder(of, 'buy');
    const before = await ordersSeen();
    const take = await takeEntryPermit(database.db, await armed(of, order), venue.asker);
    expect(take.kind).toBe('taken');
    expect((await send(venue, order)).kind).toBe('acknowledged');
    expect(await ordersSeen()).toBe(before + 1);
  });

  test('is not sent once the confirmation was withdrawn, or another key signs', async () => {
    const all = new Set(gateParts);
    await using venue = await connected(venueWith(all));
    const { installationId } = venue;
    await write(installationId, all);
    await until('the gate is open', () => venue.gate.state().kind === 'open');
    const of = { installationId, listingId: await aListing(installationId) };
    const order = anOrder(of, 'buy');
    const permit = await armed(of, order);
    const other = { ...venue.asker, key: { credentialId: randomUUID() } };
    expect((await takeEntryPermit(database.db, permit, other)).kind).toBe('refused');
    await withdrawConfirmations(database.db, { installationId, by: 'test', nowMs });
    expect((await takeEntryPermit(database.db, permit, venue.asker)).kind).toBe('refused');
    await until('the gate is shut', () => venue.gate.state().kind === 'shut');
    const before = await ordersSeen();
    expect(await send(venue, order)).toMatchObject({ kind: 'notSent' });
    expect(await ordersSeen()).toBe(before);
  });
});

describe('an exit', { timeout: 30_000 }, () => {
  /** A position of 1, bought and settled. */
  const held = async (installationId: string): Promise<string> => {
    const listingId = await aListing(installationId, 'holding');
    const clientOrderId = clientOrderIdFor({ installationId, listingId }, 'entry', 0);
    const { db } = database;
    const entry = { listingId, leg: 'entry', workflowId: `sniper:${listingId}`, token: 'a' };
    await db.sendPermit.create({ data: { ...entry, state: 'closed' } });
    const { token: _token, ...of } = entry;
    const kind = { symbol: SYMBOL, side: 'buy', type: 'market', state: 'filled', n: 0 };
    await db.tradeOrder.create({
      data: { ...of, ...kind, clientOrderId, createdAt: new Date(nowMs) },
    });
    const sums = { quantity: '1', quote: '150', fee: '0', feeAsset: 'USDT', isMaker: false };
    await db.fill.create({
      data: { tradeId: 'x1', clientOrderId, price: price('150'), ...sums, at: new Date(nowMs) },
    });
    return listingId;
  };

  test.each(['expired', 'withdrawn', 'never given'])(
    'is sent when the confirmation is %s',
    async (what) => {
      const given = new Set(gateParts.filter((part) => part !== 'confirmation'));
      await using venue = await connected(venueWith(new Set(gateParts)));
      const { installationId } = venue;
      await write(installationId, what === 'never given' ? given : new Set(gateParts));
      const of = { installationId, listingId: await held(installationId) };
      await heard(venue);
      if (what === 'expired') nowMs += DAY_MS + 1;
      if (what === 'withdrawn')
        await withdrawConfirmations(database.db, { installationId, by: 'test', nowMs });
      await until('the gate is shut', () => venue.gate.state().kind === 'shut');
      const order = anOrder(of, 'sell');
      const take = await takeExitPermit(database.db, await armed(of, order), venue.asker);
      expect(take).toEqual({ kind: 'taken' });
      const before = await ordersSeen();
      await send(venue, order);
      expect(await ordersSeen()).toBe(before + 1);
    },
  );

  test('of a live position is not sold into the simulator, nor into another account', async () => {
    await using live = await connected(venueWith(new Set(gateParts)));
    const venue = venueOf({ EXCHANGE: 'simulator', ...local() });
    await using play = await connected(venue);
    const of = { installationId: live.installationId, listingId: await held(live.installationId) };
    const order = anOrder(of, 'sell');
    const before = await ordersSeen();
    const take = await takeExitPermit(database.db, await armed(of, order), play.asker);
    expect(take.kind).toBe('refused');
    expect(await send(play, order)).toMatchObject({ kind: 'notSent' });
    expect(await ordersSeen()).toBe(before);
    expect((await send(live, order)).kind).not.toBe('notSent');
  });
});
