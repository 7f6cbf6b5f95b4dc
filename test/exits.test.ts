import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quantity } from '#domain/amount.ts';
import { exitOptions } from '#domain/configuration.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { ClientOrderId } from '#domain/order.ts';
import { createExchangeClient } from '#exchange/client.ts';
import { Secret } from '#exchange/secret.ts';
import { heldOf, mismatches, truthOf } from './truth.ts';
import { until } from './until.ts';
import { startWorld } from './shared-world.ts';
import type { World } from './world.ts';

// Every way out of a position, side by side: the pairs open together and differ in their prices.
// These stay at the first for some seconds, so that a busy machine buys before they move.

const EXIT = {
  ladder: [{ gain: 4, fraction: 0.5 }],
  breakEven: 1,
  trailing: { arm: 15, distance: 5 },
  stop: 20,
  stopConfirm: 100,
  slackSteps: [0.05, 0.2],
  market: true,
  timeStop: 600,
  maxHold: 600,
};

type Path = readonly (readonly [seconds: number, factor: number])[];
/** A little above its first price for ever. */
const CALM: Path = [
  [0, 1],
  [600, 1.02],
];

let world: World;
const pairs = new Map<string, string>();

const open = async (base: string, points: Path, more: object = {}): Promise<void> => {
  const listing = { base, opensInMs: 9000, more: { path: { kind: 'custom', points }, ...more } };
  pairs.set(base, await world.list(listing));
};
const symbolOf = (base: string): string => pairs.get(base) ?? base;
const closed = (base: string) => world.phase(symbolOf(base), 'closed');
const held = (base: string) => world.phase(symbolOf(base), 'holding');
const alertOf = (prefix: string) =>
  until(`an alert ${prefix}`, () =>
    world.db.alert.findFirst({ where: { episodeKey: { startsWith: prefix } } }),
  );

beforeAll(async () => {
  world = await startWorld();
  await Promise.all([world.start('worker'), world.start('monitor')]);
  await world.startRun({
    maxNewPerPoll: 50,
    maxOpenPositions: 50,
    blindAlert: 5,
    stalePrice: 1,
    reconcileEvery: 15,
    // One of the books is thin on purpose.
    entry: { freshness: 10_000, minAskDepth: 0 },
    exit: EXIT,
  });
  await open('RISEN', [
    [0, 1],
    [5, 1],
    [7, 1.1],
    [12, 1.1],
    [14, 0.9],
    [600, 0.9],
  ]);
  await open('TRAILED', [
    [0, 1],
    [5, 1],
    [9, 1.25],
    [10, 1.25],
    [12, 1.1],
    [600, 1.1],
  ]);
  await open(
    'THIN',
    [
      [0, 1],
      [3, 1],
      [4, 0.7],
      [600, 0.7],
    ],
    { levelQuote: 12 },
  );
  await open('RESTED', [
    [0, 1],
    [20, 1],
    [22, 1.06],
    [600, 1.06],
  ]);
  await open('TAKENBACK', [
    [0, 1],
    [20, 1],
    [22, 0.7],
    [600, 0.7],
  ]);
  for (const base of ['UNSEEN', 'BYHAND', 'FLATTENED']) await open(base, CALM);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** Asks for the first target to wait in the book, and waits until it does. */
const rest = async (base: string): Promise<string> => {
  const { id, workflowId } = await held(base);
  const exits = exitOptions.parse({ ...EXIT, restingTarget: true });
  const trade = world.temporal.workflow.getHandle(workflowId);
  await trade.executeUpdate('editExits', { args: [{ exits }] });
  const order = await until('an order rests', () =>
    world.db.tradeOrder.findFirst({
      where: { listingId: id, type: 'limit', state: 'acknowledged' },
    }),
  );
  return order.clientOrderId;
};

describe('a target that rests in the book', () => {
  test('is sold there, and taken out when the stop comes first', async () => {
    const [rested, takenBack] = await Promise.all([rest('RESTED'), rest('TAKENBACK')]);
    const sold = await until(
      'the target is sold',
      () => world.db.tradeOrder.findFirst({ where: { clientOrderId: rested, state: 'filled' } }),
      { withinMs: 60_000 },
    );
    expect(sold.executed.toString()).toBe(sold.quantity?.toString());
    expect((await held('RESTED')).sold.toString()).toBe(sold.executed.toString());
    const trade = await closed('TAKENBACK');
    expect(trade).toMatchObject({ outcome: 'traded', exitReason: 'stop' });
    expect(await mismatches(world, symbolOf('TAKENBACK'))).toEqual([]);
    const order = await world.db.tradeOrder.findUniqueOrThrow({
      where: { clientOrderId: takenBack },
    });
    expect(order.executed.toString()).toBe('0');
  }, 120_000);
});

describe('a position', () => {
  test('that reached a target never loses after it: the stop moves to what was paid', async () => {
    const trade = await closed('RISEN');
    expect(trade).toMatchObject({ outcome: 'traded', exitReason: 'breakEven' });
    expect(await mismatches(world, symbolOf('RISEN'))).toEqual([]);
  });

  test('that rose far is sold when it falls behind its highest bid', async () => {
    const trade = await closed('TRAILED');
    expect(trade).toMatchObject({ outcome: 'traded', exitReason: 'trailing' });
    expect(trade.profit?.isPositive()).toBe(true);
    expect(await mismatches(world, symbolOf('TRAILED'))).toEqual([]);
  });

  test('that limits do not get rid of is sold by market, where that is allowed', async () => {
    const trade = await closed('THIN');
    expect(trade.exitReason).toBe('stop');
    const sales = await world.db.tradeOrder.findMany({
      where: { listingId: trade.id, side: 'sell' },
      orderBy: { createdAt: 'asc' },
    });
    expect(sales.map(({ type }) => type).slice(0, 3)).toEqual(['limitIoc', 'limitIoc', 'market']);
    expect(await mismatches(world, symbolOf('THIN'))).toEqual([]);
  });

  test('whose price is gone is said to be unwatched, and is not sold at an old price', async () => {
    const { id } = await held('UNSEEN');
    const channel = `spot@public.aggre.bookTicker.v3.api.pb@10ms@${symbolOf('UNSEEN')}`;
    await world.control('POST', 'faults', { stream: 'stall', channel });
    const asked = (await world.control('POST', 'faults', {
      endpoint: 'GET /api/v3/ticker/bookTicker',
      action: 'status',
      status: 503,
      count: 100_000,
      params: { symbol: symbolOf('UNSEEN') },
    })) as { id: number };
    await alertOf(`blind:${id}`);
    expect((await world.trade(symbolOf('UNSEEN')))?.guardState).toBe('stale');
    await world.control('DELETE', `faults/${asked.id}`);
    await world.control('POST', 'faults', { stream: 'resume', channel });
    await until('the alert has ended', async () => {
      const alert = await world.db.alert.findFirst({ where: { episodeKey: `blind:${id}` } });
      return alert?.resolvedAt ?? null;
    });
    expect((await world.trade(symbolOf('UNSEEN')))?.phase).toBe('holding');
  });

  test('that a person sold elsewhere is ended, with what is known', async () => {
    const trade = await held('BYHAND');
    await using byHand = handOf(world);
    const size = quantity(trade.bought.times('0.9').toFixed(0));
    await byHand.sell(symbolOf('BYHAND'), size);
    await alertOf(`short:${trade.id}`);
    await world.temporal.workflow
      .getHandle(trade.workflowId)
      .executeUpdate('sellNow', { args: [{ reason: 'test' }] });
    const ended = await closed('BYHAND');
    expect(ended.outcome).toBe('soldOutside');
    expect(ended.profit, 'what the person got is not known').toBeNull();
    expect(heldOf(await truthOf(world), 'BYHAND').lt(trade.bought.times('0.11').toFixed())).toBe(
      true,
    );
  });
});

describe('the kill switch', () => {
  const set = (level: string) =>
    world.db.killSwitch.upsert({
      where: { installationId: world.installationId },
      create: {
        installationId: world.installationId,
        level,
        reason: 'test',
        actor: 'test',
        since: new Date(),
      },
      update: { level },
    });

  test('at "halt" disarms what waits for its opening and keeps what is held', async () => {
    const symbol = await world.list({ base: 'HALTED', opensInMs: 60_000 });
    await world.phase(symbol, 'armed');
    await set('halt');
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('halted');
    const reservation = await world.db.riskReservation.findUniqueOrThrow({
      where: { listingId: trade.id },
    });
    expect(reservation.state).toBe('released');
    expect((await world.trade(symbolOf('FLATTENED')))?.phase).toBe('holding');
  });

  test('at "flatten" sells everything', async () => {
    await set('flatten');
    for (const base of ['FLATTENED', 'UNSEEN', 'RESTED']) {
      const trade = await closed(base);
      expect(trade).toMatchObject({ outcome: 'traded', exitReason: 'flatten' });
      expect(await mismatches(world, symbolOf(base))).toEqual([]);
    }
  });
});

/** A person with the same account and another program. */
const handOf = ({ simulator }: World) => {
  const exchange = createExchangeClient({
    restUrl: simulator.url,
    webUrl: simulator.url,
    credentials: { apiKey: 'sim-key', secret: new Secret('sim-secret') },
    recvWindowMs: 1000,
    gate: { refusal: () => null },
    budget: { role: 'monitor' },
  });
  return {
    sell: async (symbol: string, size: ReturnType<typeof quantity>) => {
      await exchange.clock.refresh();
      const notAfterMs = exchange.clock.exchangeNowMs() + 5000;
      const answer = await exchange.placeOrder(
        {
          symbol: symbol as MarketSymbol,
          side: 'sell',
          type: 'market',
          price: null,
          quantity: size,
          clientOrderId: 'by-hand-1' as ClientOrderId,
        },
        { notAfterMs, recvWindowMs: 1000 },
      );
      expect(answer.kind).toBe('acknowledged');
    },
    [Symbol.asyncDispose]: () => exchange.close(),
  };
};
