import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../clock.ts';
import { fixed, fromNumber, multiply, type Fixed } from '../matching/fixed.ts';
import { balanceOf, type Account } from './account.ts';
import { ApiError } from './api-error.ts';
import { listingPlan } from '../markets/listing-plan.ts';
import type { Market } from '../markets/market.ts';
import { isOpenOrder, orderTypes, type Fill, type Order } from './order.ts';
import { cancelOrder, placeOrder } from './place-order.ts';
import { Venue } from './venue.ts';

const names = ['ann', 'bob', 'cyd'] as const;

interface Command {
  readonly act: 'place' | 'cancel';
  readonly who: number;
  readonly side: 'BUY' | 'SELL';
  readonly type: (typeof orderTypes)[number];
  readonly price: number;
  readonly size: number;
  readonly byBudget: boolean;
  readonly stpMode: '' | 'cancel_maker' | 'cancel_taker' | 'cancel_both';
}

const command: fc.Arbitrary<Command> = fc.record({
  act: fc.constantFrom('place', 'place', 'place', 'cancel'),
  who: fc.nat({ max: 2 }),
  side: fc.constantFrom('BUY', 'SELL'),
  type: fc.constantFrom(...orderTypes),
  price: fc.integer({ min: 95, max: 105 }),
  size: fc.integer({ min: 1, max: 3000 }),
  byBudget: fc.boolean(),
  stpMode: fc.constantFrom('', '', 'cancel_maker', 'cancel_taker', 'cancel_both'),
});

interface Setting {
  readonly venue: Venue;
  readonly market: Market;
  readonly accounts: readonly Account[];
}

function setting(): Setting {
  const venue = new Venue(new ManualClock(1_760_000_000_000), {
    seed: 'test',
    namesUsed: 0,
    nameOffset: 0,
    nextAnnounceMs: null,
  });
  const market = venue.addMarket(
    listingPlan({
      symbol: 'AAAUSDT',
      baseAsset: 'AAA',
      opensAtMs: 1_759_000_000_000,
      firstPrice: '1',
      pricePlaces: 2,
      traders: false,
      makerCommission: '0.0002',
      takerCommission: '0.0005',
      band: null,
    }),
    false,
  );
  const accounts = names.map((name, index) => {
    const balances = new Map([
      ['USDT', { free: fixed('300'), locked: 0n }],
      ['AAA', { free: fixed('250'), locked: 0n }],
    ]);
    const key = { name, apiKey: name, secret: name, suffix: `0${index}1` };
    const account: Account = {
      ...key,
      balances,
      permissions: ['trade', 'read'],
      allowedSymbols: null,
      mxDeduct: false,
    };
    venue.putAccount(account);
    return account;
  });
  return { venue, market, accounts };
}

/** Does a command; a refusal is a normal end of it. */
function run({ venue, market, accounts }: Setting, asked: Command): void {
  const account = accounts[asked.who];
  if (account === undefined) throw new Error('no such account');
  if (asked.act === 'cancel') {
    const order = [...venue.orders.open(account.name)][asked.size % 5];
    if (order !== undefined) cancelOrder(venue, order);
    return;
  }
  const isMarket = asked.type === 'MARKET';
  const byBudget = isMarket && asked.byBudget;
  const request = {
    side: asked.side,
    type: asked.type,
    price: isMarket ? null : fromNumber(asked.price / 100, 2),
    quantity: byBudget ? null : fromNumber(asked.size / 10, 2),
    budget: byBudget ? fromNumber(asked.size / 10, 3) : null,
    clientOrderId: null,
    stpMode: asked.stpMode,
  };
  try {
    placeOrder(venue, { account, market, request });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

const sum = (values: readonly Fixed[]): Fixed => values.reduce((a, b) => a + b, 0n);

function assertConserved({ venue, accounts }: Setting): void {
  const total = (asset: string): Fixed =>
    sum(accounts.map((a) => balanceOf(a, asset).free + balanceOf(a, asset).locked));
  const fees = sum(venue.orders.fills().map((fill) => fill.fee));
  expect(total('AAA')).toBe(fixed('750'));
  expect(total('USDT') + fees).toBe(fixed('900'));
  for (const account of accounts) {
    for (const [asset, { free, locked }] of account.balances) {
      expect(free >= 0n && locked >= 0n).toBe(true);
      const side = asset === 'AAA' ? 'SELL' : 'BUY';
      const open = [...venue.orders.open(account.name)].filter((order) => order.side === side);
      expect(locked).toBe(sum(open.map((order) => order.locked)));
    }
  }
}

function assertFillsAgree({ venue, market }: Setting): void {
  for (const order of venue.orders.all()) {
    const fills = venue.orders.fills().filter((fill) => fill.orderId === order.orderId);
    expect(sum(fills.map((fill) => fill.quantity))).toBe(order.executed);
    expect(sum(fills.map((fill) => fill.quote))).toBe(order.quote);
    for (const fill of fills) assertWithinLimit(order, fill.price);
    expect(order.executed <= order.quantity || order.budget !== null).toBe(true);
    expect(order.budget === null || order.quote <= order.budget).toBe(true);
    expect(market.book.get(order.orderId) !== null).toBe(isOpenOrder(order));
    expect(isOpenOrder(order) || order.locked === 0n).toBe(true);
    assertTypeKept(order, fills);
  }
}

/** What a type of order promises about its end. */
function assertTypeKept(order: Order, fills: readonly Fill[]): void {
  switch (order.type) {
    case 'FILL_OR_KILL':
      expect(order.executed === 0n || order.executed === order.quantity).toBe(true);
      expect(isOpenOrder(order)).toBe(false);
      return;
    case 'IMMEDIATE_OR_CANCEL':
    case 'MARKET':
      expect(isOpenOrder(order)).toBe(false);
      return;
    case 'LIMIT_MAKER':
      for (const fill of fills) expect(fill.isMaker).toBe(true);
      return;
    case 'LIMIT':
      return;
  }
}

function assertWithinLimit(order: Order, price: Fixed): void {
  expect(order.side === 'BUY' ? price <= order.price : price >= order.price).toBe(true);
}

function assertBookSane({ market }: Setting): void {
  const bid = market.book.best('BUY')?.price ?? 0n;
  const ask = market.book.best('SELL')?.price ?? fixed('1000');
  expect(bid < ask).toBe(true);
  for (const side of ['BUY', 'SELL'] as const) {
    for (const level of market.book.levels(side)) {
      expect(level.total).toBe(sum(level.orders.map((order) => order.remaining)));
      expect(level.total > 0n).toBe(true);
    }
  }
}

describe('accounts that trade with each other', () => {
  it('never make or lose money except by fees, in 10,000 random sequences', () => {
    let sequences = 0;
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 14 }), (commands) => {
        sequences += 1;
        const world = setting();
        for (const asked of commands) run(world, asked);
        assertConserved(world);
        assertFillsAgree(world);
        assertBookSane(world);
      }),
      { numRuns: 10_000, seed: 20_261_120 },
    );
    expect(sequences).toBe(10_000);
  }, 120_000);

  it('execute the older of two orders at one price first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 400 }), (size) => {
        const world = setting();
        const sell = { ...limit('SELL'), size: 200 };
        run(world, { ...sell, who: 0 });
        run(world, { ...sell, who: 1 });
        run(world, { ...limit('BUY'), who: 2, size });
        const [first, second] = [...world.venue.orders.all()];
        if (first === undefined || second === undefined) throw new Error('orders are missing');
        expect(second.executed === 0n || first.status === 'FILLED').toBe(true);
        const bought = fromNumber(Math.min(size, 400) / 10, 2);
        expect(first.executed + second.executed).toBe(bought);
        expect(multiply(first.price, first.executed)).toBe(first.quote);
      }),
      { numRuns: 300 },
    );
  });
});

function limit(side: 'BUY' | 'SELL'): Command {
  const common = { act: 'place', who: 0, price: 100, size: 1 } as const;
  return { ...common, side, type: 'LIMIT', byBudget: false, stpMode: '' };
}
