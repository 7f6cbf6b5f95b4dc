import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aSighting, aTrade, clear, startDatabase, type TestDatabase } from '#api/testing.ts';
import { phases, type Phase } from '#domain/trade.ts';
import { readFacts, type RecordedFacts } from './risk-facts.ts';

// The statement that the limits are judged by, held against the same sums done trade by trade.

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => empty());

const empty = async (): Promise<void> => {
  await database.db.riskReservation.deleteMany();
  await clear(database.db);
};

const NOW = Date.UTC(2026, 10, 21, 12, 30);
const HOUR = Date.UTC(2026, 10, 21, 12);
const DAY = Date.UTC(2026, 10, 21);
const MINUTE_MS = 60_000;
const EXPOSED: readonly Phase[] = ['buying', 'unresolved', 'holding', 'selling', 'cannotSell'];
const STOPS = ['stop', 'breakEven', 'trailing'];

interface Reservation {
  readonly state: string;
  readonly amount: Decimal;
  readonly spent: Decimal | null;
  readonly quote: string;
  readonly countsAtMs: number;
  readonly settledAtMs: number;
}

interface Planned {
  readonly phase: Phase;
  readonly bought: Decimal;
  readonly sold: Decimal;
  readonly spent: Decimal;
  readonly received: Decimal;
  readonly fees: Decimal;
  readonly markPrice: Decimal | null;
  /** These three: of a closed trade only. */
  readonly profit: Decimal | null;
  readonly exitReason: string | null;
  readonly closedAtMs: number;
  readonly reservation: Reservation | null;
}

const money = fc.integer({ min: 0, max: 2_000_000 }).map((n) => new Decimal(n).div(10_000));
const around = fc.integer({ min: -800, max: 60 }).map((minutes) => NOW + minutes * MINUTE_MS);
const trades: fc.Arbitrary<Planned[]> = fc.array(
  fc.record({
    phase: fc.constantFrom(...phases, 'closed' as const, 'closed' as const),
    bought: money,
    sold: money,
    spent: money,
    received: money,
    fees: money,
    markPrice: fc.option(money),
    profit: fc.option(money.map((value) => value.minus(100))),
    exitReason: fc.option(fc.constantFrom(...STOPS, 'target', 'timeStop')),
    closedAtMs: around,
    reservation: fc.option(
      fc.record({
        state: fc.constantFrom('reserved', 'spent', 'released'),
        amount: money,
        spent: fc.option(money),
        quote: fc.constantFrom('USDT', 'USDC'),
        countsAtMs: around,
        settledAtMs: around,
      }),
    ),
  }),
  { maxLength: 24 },
);

const store = async (planned: readonly Planned[]): Promise<void> => {
  const { db, installationId } = database;
  for (const [
    n,
    { reservation, profit, exitReason, closedAtMs, phase, ...more },
  ] of planned.entries()) {
    const ended = { profit, exitReason, closedAt: new Date(closedAtMs) };
    const columns = phase === 'closed' ? { ...more, ...ended } : more;
    const listingId = await aTrade(db, { installationId, n, phase, more: columns });
    if (reservation === null) continue;
    const { countsAtMs, settledAtMs, ...kept } = reservation;
    const at = new Date(countsAtMs);
    const settledAt = kept.state === 'reserved' ? null : new Date(settledAtMs);
    const names = { listingId, installationId, workflowId: `sniper:${listingId}` };
    await db.riskReservation.create({
      data: { ...names, ...kept, settledAt, countsAt: at, createdAt: at },
    });
  }
};

const sum = (values: readonly Decimal[]): Decimal =>
  values.reduce((total, value) => total.plus(value), new Decimal(0));

/** The same by arithmetic on what was planned. */
const expected = (planned: readonly Planned[]): RecordedFacts => {
  const kept = planned.flatMap(({ reservation }) =>
    reservation === null || reservation.state === 'released' ? [] : [reservation],
  );
  const isReserved = (trade: Planned) => trade.reservation?.state === 'reserved';
  const open = planned.filter(({ phase }) => EXPOSED.includes(phase));
  const closed = planned
    .filter(({ phase }) => phase === 'closed')
    .toSorted((a, b) => a.closedAtMs - b.closedAtMs);
  const today = closed.filter(({ closedAtMs }) => closedAtMs >= DAY);
  const openResults = open.flatMap((trade) =>
    trade.markPrice === null
      ? []
      : [
          trade.bought
            .minus(trade.sold)
            .times(trade.markPrice)
            .plus(trade.received)
            .minus(trade.spent)
            .minus(trade.fees),
        ],
  );
  const result = sum([...openResults, ...today.map(({ profit }) => profit ?? new Decimal(0))]);
  const last = closed
    .filter(({ exitReason }) => exitReason !== null)
    .toReversed()
    .slice(0, 20);
  const isStop = ({ exitReason, profit }: Planned) =>
    STOPS.includes(exitReason ?? '') && (profit === null || profit.isNegative());
  const stops = last.findIndex((trade) => !isStop(trade));
  const count = stops < 0 ? last.length : stops;
  return {
    kill: null,
    openPositions: planned.filter((trade) => isReserved(trade) || open.includes(trade)).length,
    tradesThisHour: kept.filter(({ countsAtMs: at }) => at >= HOUR && at < HOUR + 60 * MINUTE_MS)
      .length,
    spentToday: text(
      sum(
        kept
          .filter(({ countsAtMs: at }) => at >= DAY && at < DAY + 24 * 60 * MINUTE_MS)
          .map(({ spent, amount }) => spent ?? amount),
      ),
    ),
    lossToday: text(Decimal.max(0, result.negated())),
    drawdown: text(drawdownOf(closed)),
    stopOuts: { count, lastAtMs: count === 0 ? null : (last[0]?.closedAtMs ?? null) },
    ownBudget: null,
    ownMaxPrice: null,
    confidence: 70,
    armedByHand: false,
    announced: false,
    earlier: null,
    reserved: text(
      sum(
        kept
          .filter(
            ({ state, quote, settledAtMs }) =>
              quote === 'USDT' && (state === 'reserved' || settledAtMs >= NOW),
          )
          .map(({ amount }) => amount),
      ),
    ),
  };
};

const drawdownOf = (closed: readonly Planned[]): Decimal => {
  let equity = new Decimal(0);
  let best = new Decimal(0);
  for (const { profit } of closed) {
    equity = equity.plus(profit ?? 0);
    best = Decimal.max(best, equity);
  }
  return best.minus(equity);
};

const text = (value: Decimal) => value.toFixed() as RecordedFacts['reserved'];
/** Of a listing that has no trade yet. */
const factsNow = async () => {
  const { db, installationId } = database;
  const names = { base: 'JUDGED', quote: 'USDT', symbol: 'JUDGEDUSDT', generation: 1 };
  const { id: listingId } = await db.listing.upsert({
    where: { id: 'judged123456' },
    create: {
      ...names,
      id: 'judged123456',
      installationId,
      state: 'started',
      firstSeenAt: new Date(NOW),
      confidence: 70,
    },
    update: {},
  });
  const workflowId = `sniper:${listingId}`;
  return readFacts(db, {
    installationId,
    quote: 'USDT',
    countsAtMs: NOW,
    balancesAtMs: NOW,
    listingId,
    workflowId,
  });
};

describe('what the limits are judged by', () => {
  test('is what the trades add up to, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(trades, async (planned) => {
        // Two ends in one millisecond have no order.
        const apart = planned.map((trade, n) => ({ ...trade, closedAtMs: trade.closedAtMs + n }));
        await empty();
        await store(apart);
        expect(await factsNow()).toEqual(expected(apart));
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  test('names the kill switch', async () => {
    const { db, installationId } = database;
    const data = { installationId, level: 'halt', reason: 'news', actor: 'me', since: new Date() };
    await db.killSwitch.create({ data });
    expect((await factsNow()).kill).toEqual({ level: 'halt', reason: 'news' });
  });

  test('knows who said what of the listing', async () => {
    await factsNow();
    const { db, installationId } = database;
    const say = (source: string, trading: boolean) =>
      aSighting(db, {
        installationId,
        listingId: 'judged123456',
        source,
        at: new Date(NOW),
        more: { trading },
      });
    await say('miniTickers', true);
    expect(await factsNow()).toMatchObject({ armedByHand: false, announced: false });
    await say('calendar', false);
    expect(await factsNow()).toMatchObject({ armedByHand: false, announced: true });
    await say('manual', false);
    expect(await factsNow()).toMatchObject({ armedByHand: true, announced: true });
  });
});
