import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { price, quantity, quoteAmount } from '#domain/amount.ts';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import { clientOrderIdFor, type ExchangeOrderId, type Leg } from '#domain/order.ts';
import { connectDatabase, type Database } from '#prisma/client.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { adoptOrder, type Adopted } from '#prisma/orphan-adoption.ts';
import { endOrphan, noteSight, recordedCoins, type Sight } from '#prisma/orphans.ts';
import type { SettledOrder } from '#prisma/orders.ts';
import { createTestDatabase } from '../shared-world.ts';

// Orphans on a real Postgres: when one is open, and what adopting one does to its trade.

const NOW = Date.UTC(2026, 10, 21, 12, 30);

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let installationId: string;
let configurationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = connectDatabase(database.url);
  installationId = await ensureInstallation(db, { mode: 'simulator', account: 'sim' });
  const options = tradingOptions.parse(demoOptions);
  const configuration = await db.botConfiguration.create({
    data: { installationId, name: 'test', version: 1, options },
  });
  configurationId = configuration.id;
});
afterAll(async () => {
  await db.$disconnect();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await db.orphan.deleteMany();
});

let trades = 0;
/** A closed trade that has bought and sold so much of its coin, at 1. */
const aTrade = async (of: { bought?: string; sold?: string; more?: object } = {}) => {
  const { bought = '0', sold = '0', more = {} } = of;
  trades += 1;
  const id = `trade${String(trades).padStart(7, '0')}`;
  const names = { base: `C${trades}`, quote: 'USDT', symbol: `C${trades}USDT` };
  const at = new Date(NOW);
  await db.listing.create({
    data: { ...names, id, installationId, generation: 1, state: 'ended', firstSeenAt: at },
  });
  const common = { id, installationId, configurationId, workflowId: `sniper:${id}` };
  await db.trade.create({
    data: {
      ...names,
      ...common,
      mode: 'simulator',
      source: 'calendar',
      phase: 'closed',
      outcome: 'unfilled',
      summary: 'ended',
      closedAt: at,
      ...more,
    },
  });
  for (const [leg, size] of [
    ['entry', bought],
    ['exit-1', sold],
  ] as const) {
    await db.sendPermit.create({
      data: { listingId: id, leg, workflowId: common.workflowId, token: 't', state: 'closed' },
    });
    if (size !== '0') await anExecutedOrder(id, leg, size);
  }
  return { id, ...names };
};

const free = { fee: '0', feeAsset: 'USDT', feeQuote: '0' };
const fill = { ...free, tradeId: 'fill', price: '1', isMaker: false, at: new Date(NOW) };

const anExecutedOrder = async (listingId: string, leg: Leg, size: string): Promise<void> => {
  const clientOrderId = clientOrderIdFor({ installationId, listingId }, leg, 0);
  await db.tradeOrder.create({
    data: {
      clientOrderId,
      listingId,
      workflowId: `sniper:${listingId}`,
      leg,
      n: 0,
      symbol: 'ANY',
      side: leg === 'entry' ? 'buy' : 'sell',
      type: 'limitIoc',
      state: 'filled',
      executed: size,
      createdAt: new Date(NOW),
      fills: { create: { ...fill, quantity: size, quote: size } },
    },
  });
};

const sightOf = (trade: { id: string; base: string; symbol: string }): Sight => ({
  installationId,
  kind: 'order',
  subject: `order:${trade.id}`,
  symbol: trade.symbol,
  asset: trade.base,
  listingId: trade.id,
  clientOrderId: null,
  exchangeOrderId: `x-${trade.id}`,
  side: 'buy',
  quantity: quantity('10'),
  executed: quantity('10'),
  price: '1',
});

const at = (seconds: number) => ({ lookedAtMs: NOW + seconds * 1000, nowMs: NOW + seconds * 1000 });

describe('an orphan', () => {
  test('is one row, however many see it at once', async () => {
    const sight = sightOf(await aTrade());
    await Promise.all(Array.from({ length: 10 }, () => noteSight(db, sight, at(0))));
    expect(await db.orphan.findMany()).toMatchObject([{ state: 'open', timesSeen: 10 }]);
  });

  test.each(['gone', 'cancelled'] as const)(
    'that was %s is open when it is back',
    async (state) => {
      const sight = sightOf(await aTrade());
      const { id } = await noteSight(db, sight, at(0));
      await endOrphan(db, { id, state, by: 'test', note: 'x', nowMs: NOW + 1000 });
      const before = await noteSight(db, sight, { lookedAtMs: NOW + 500, nowMs: NOW + 1500 });
      expect(before.state, 'the look began before').toBe(state);
      const after = await noteSight(db, sight, at(2));
      expect(after).toMatchObject({ state: 'open', timesSeen: 1, resolvedAt: null, note: null });
    },
  );

  test('that was dismissed stays so until it grows', async () => {
    const sight = sightOf(await aTrade());
    const { id } = await noteSight(db, sight, at(0));
    await endOrphan(db, { id, state: 'dismissed', by: 'test', note: 'x', nowMs: NOW + 1000 });
    expect((await noteSight(db, sight, at(2))).state).toBe('dismissed');
    const grown = { ...sight, executed: quantity('10.1') };
    expect((await noteSight(db, grown, at(3))).state).toBe('open');
  });

  test('ends once', async () => {
    const { id } = await noteSight(db, sightOf(await aTrade()), at(0));
    const end = { id, by: 'test', note: 'x', nowMs: NOW + 1000 };
    expect(await endOrphan(db, { ...end, state: 'cancelled' })).toBe(true);
    expect(await endOrphan(db, { ...end, state: 'gone' })).toBe(false);
    expect(await db.orphan.findMany()).toMatchObject([{ state: 'cancelled' }]);
  });
});

describe('coins of the record', () => {
  const of = async (base: string) => {
    const look = { installationId, closedAfterMs: NOW - 1000, named: [] };
    return (await recordedCoins(db, look)).find((coin) => coin.asset === base);
  };

  test('are what was there before, and what the trade left', async () => {
    const { base } = await aTrade({ bought: '10', sold: '9.5', more: { ownedBefore: '3' } });
    expect(await of(base)).toMatchObject({ ownedBefore: '3', held: '0.5' });
  });

  test('say nothing while the account was not read, or somebody is busy with them', async () => {
    const unread = await aTrade({ bought: '10' });
    expect(await of(unread.base)).toBeUndefined();
    const busy = await aTrade({ more: { ownedBefore: '0' } });
    await aTrade({ more: { base: busy.base, phase: 'armed', closedAt: null } });
    expect(await of(busy.base)).toBeUndefined();
    const old = await aTrade({ more: { ownedBefore: '0', closedAt: new Date(NOW - 2000) } });
    expect(await of(old.base)).toBeUndefined();
  });
});

describe('adopting an order', () => {
  const executed = (id: string, leg: Leg, size: string): SettledOrder => {
    const clientOrderId = clientOrderIdFor({ installationId, listingId: id }, leg, 1);
    const exchangeOrderId = `x-${id}` as ExchangeOrderId;
    return {
      clientOrderId,
      n: 1,
      refusal: null,
      report: {
        symbol: marketSymbol('ANYUSDT'),
        exchangeOrderId,
        clientOrderId,
        side: leg === 'entry' ? 'buy' : 'sell',
        status: 'filled',
        price: price('2'),
        quantity: quantity(size),
        executed: quantity(size),
        executedQuote: quoteAmount(size),
        createdAtMs: NOW,
      },
      executions: [
        {
          tradeId: `late-${id}`,
          exchangeOrderId,
          price: price('1'),
          quantity: quantity(size),
          quote: quoteAmount(size),
          fee: '0.1',
          feeAsset: asset('USDT'),
          isMaker: false,
          atMs: NOW + 1000,
        },
      ],
    };
  };
  const adopt = async (
    trade: Awaited<ReturnType<typeof aTrade>>,
    of: { leg: Leg; size: string; sellable?: boolean },
  ): Promise<Adopted> => {
    const orphan = await noteSight(db, sightOf(trade), at(0));
    return adoptOrder(db, {
      orphanId: orphan.id,
      listingId: trade.id,
      leg: of.leg,
      order: executed(trade.id, of.leg, of.size),
      workflowId: `task:adoptOrphan:${orphan.id}`,
      by: 'somebody',
      nowMs: NOW + 5000,
      isSellable: () => of.sellable ?? false,
    });
  };
  const setPermits = (listingId: string, data: { state: string; notAfter: Date }) =>
    db.sendPermit.updateMany({ where: { listingId }, data });
  const rowOf = ({ id }: { id: string }) => db.trade.findUniqueOrThrow({ where: { id } });

  test('opens a trade that holds coins again, once', async () => {
    const trade = await aTrade({ more: { highWater: '9', exitReason: 'stop' } });
    const first = await adopt(trade, { leg: 'entry', size: '20', sellable: true });
    expect(first).toEqual({ kind: 'adopted', reopened: true, held: '20' });
    const row = await rowOf(trade);
    expect(row).toMatchObject({ phase: 'holding', outcome: null, closedAt: null, highWater: null });
    expect(row).toMatchObject({ exitReason: null, filledAt: new Date(NOW + 1000) });
    expect([row.bought, row.spent, row.fees].map(String)).toEqual(['20', '20', '0.1']);
    const { state, spent } = await db.riskReservation.findUniqueOrThrow({
      where: { listingId: trade.id },
    });
    expect([state, String(spent)]).toEqual(['spent', '20.1']);
    const again = await adopt(trade, { leg: 'entry', size: '20', sellable: true });
    expect(again).toEqual(first);
    expect(await db.tradeLog.count({ where: { tradeId: trade.id } })).toBe(1);
  });

  test('books a sale that nobody saw, and the profit that it made', async () => {
    const trade = await aTrade({ bought: '10', more: { outcome: 'soldOutside' } });
    const adopted = await adopt(trade, { leg: 'exit-1', size: '10' });
    expect(adopted).toEqual({ kind: 'adopted', reopened: false, held: '0' });
    const row = await rowOf(trade);
    expect(row).toMatchObject({ phase: 'closed', outcome: 'traded' });
    expect([row.sold, row.received, row.profit].map(String)).toEqual(['10', '10', '-0.1']);
  });

  test('leaves a trade closed whose coins are too few to be sold', async () => {
    const trade = await aTrade();
    expect(await adopt(trade, { leg: 'entry', size: '0.01' })).toMatchObject({ reopened: false });
    expect(await rowOf(trade)).toMatchObject({ phase: 'closed', outcome: 'dust' });
  });

  test('shuts a leg that was not, so that its ids are not used again', async () => {
    const trade = await aTrade({ bought: '20' });
    await adopt(trade, { leg: 'exit-2', size: '10', sellable: true });
    const permit = await db.sendPermit.findUniqueOrThrow({
      where: { listingId_leg: { listingId: trade.id, leg: 'exit-2' } },
    });
    expect(permit.state).toBe('closed');
  });

  test('takes the permit from a sender that can send no more', async () => {
    const trade = await aTrade();
    await setPermits(trade.id, { state: 'taken', notAfter: new Date(NOW - 60_000) });
    const adopted = await adopt(trade, { leg: 'entry', size: '20', sellable: true });
    expect(adopted).toMatchObject({ kind: 'adopted', reopened: true });
    const open = { listingId: trade.id, leg: 'entry', state: { not: 'closed' } };
    expect(await db.sendPermit.count({ where: open })).toBe(0);
  });

  test.each([
    { why: 'runs', more: { phase: 'holding', closedAt: null }, permit: 'closed' },
    { why: 'is in doubt', more: {}, permit: 'taken' },
    { why: 'has no configuration', more: { configurationId: null }, permit: 'closed' },
  ])('is refused while its trade $why, and changes nothing', async ({ more, permit }) => {
    const trade = await aTrade({ more });
    await setPermits(trade.id, { state: permit, notAfter: new Date(NOW) });
    const before = await rowOf(trade);
    const refused = await adopt(trade, { leg: 'entry', size: '20', sellable: true });
    expect(refused.kind).toBe('refused');
    expect(await rowOf(trade)).toEqual(before);
    expect(await db.tradeOrder.count({ where: { listingId: trade.id } })).toBe(0);
    expect(await db.orphan.findMany()).toMatchObject([{ state: 'open' }]);
  });
});
