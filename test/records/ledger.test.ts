import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectDatabase, type Database } from '#prisma/client.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { armLeg, handBackPermit, takeEntryPermit, type TakePermit } from '#prisma/permits.ts';
import { releaseEntry } from '#prisma/risk-ledger.ts';
import { clientOrderIdFor } from '#domain/order.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import { createTestDatabase } from '../shared-world.ts';
import type { AdmitMany } from './admit-many.ts';

// The risk ledger and the permits on a real Postgres, asked by several processes at once.

const LISTINGS = 200;
const PROCESSES = 4;
const NOW = Date.UTC(2026, 10, 21, 12, 30);
const run = promisify(execFile);

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let installationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = connectDatabase(database.url);
  installationId = await ensureInstallation(db, { mode: 'simulator', account: 'sim' });
});
afterAll(async () => {
  await db.$disconnect();
  await database[Symbol.asyncDispose]();
});

let round = 0;
const listingIds = (): string[] =>
  Array.from({ length: LISTINGS }, (_, n) => `round${round}n${String(n).padStart(6, '0')}`);

const newListings = async (): Promise<void> => {
  await db.riskReservation.deleteMany();
  round += 1;
  await db.listing.createMany({
    data: listingIds().map((id) => ({
      id,
      installationId,
      base: id.toUpperCase(),
      quote: 'USDT',
      symbol: `${id.toUpperCase()}USDT`,
      generation: 1,
      state: 'seen',
      firstSeenAt: new Date(NOW),
      confidence: 100,
    })),
  });
};

/** Asks for all listings at once, from several processes; how many were allowed. */
const admitAll = async (more: Pick<AdmitMany, 'options' | 'freeQuote'>): Promise<number> => {
  const ids = listingIds();
  const share = LISTINGS / PROCESSES;
  const counts = await Promise.all(
    Array.from({ length: PROCESSES }, async (_, n) => {
      const work: AdmitMany = {
        databaseUrl: database.url,
        installationId,
        listingIds: ids.slice(n * share, (n + 1) * share),
        nowMs: NOW,
        ...more,
      };
      const script = join(import.meta.dirname, 'admit-many.ts');
      const { stdout } = await run(process.execPath, [script, JSON.stringify(work)]);
      return Number(stdout);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
};

const wide = {
  quoteAmount: '100',
  maxQuotePerTrade: '100',
  maxOpenPositions: 50,
  maxTradesPerHour: 100,
  dailySpend: '1000000',
};

describe('200 listings at one instant, asked for by four processes', () => {
  beforeEach(newListings);

  test.each([
    { limit: 'open positions', options: { ...wide, maxOpenPositions: 7 }, allowed: 7 },
    { limit: 'trades in the hour', options: { ...wide, maxTradesPerHour: 10 }, allowed: 10 },
    { limit: 'the daily spend', options: { ...wide, dailySpend: '1250' }, allowed: 12 },
    { limit: 'the free balance', options: wide, freeQuote: '999.99', allowed: 9 },
  ])('never overshoot $limit: $allowed are allowed', async (world) => {
    const freeQuote = world.freeQuote ?? '1000000';
    expect(await admitAll({ options: world.options, freeQuote })).toBe(world.allowed);
    expect(await db.riskReservation.count({ where: { state: 'reserved' } })).toBe(world.allowed);
    const verdicts = await db.riskVerdict.findMany({
      where: { listingId: { in: listingIds() } },
    });
    expect(verdicts).toHaveLength(LISTINGS);
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(world.allowed);
  });
});

describe('the permit of an entry', () => {
  beforeEach(async () => {
    await newListings();
    const id = first();
    await db.trade.create({
      data: {
        id,
        installationId,
        workflowId: `sniper:${id}`,
        mode: 'simulator',
        symbol: `${id.toUpperCase()}USDT`,
        base: id.toUpperCase(),
        quote: 'USDT',
        source: 'calendar',
        phase: 'armed',
        summary: 'Armed',
      },
    });
  });

  const entryOf = (listingId: string, token: string) => ({
    listingId,
    leg: 'entry' as const,
    token,
    workflowId: `sniper:${listingId}`,
    quantity: null,
  });
  const takeOf = (listingId: string, token: string, holder: string): TakePermit => ({
    ...entryOf(listingId, token),
    installationId,
    holder,
    nowMs: NOW,
    notAfterMs: NOW + 1000,
    intent: {
      symbol: 'AUSDT' as MarketSymbol,
      side: 'buy',
      type: 'limitIoc',
      clientOrderId: clientOrderIdFor({ installationId, listingId }, 'entry', 0),
      price: null,
      quantity: null,
    },
  });
  const take = (permit: TakePermit) =>
    takeEntryPermit(db, permit, {
      installationId,
      venue: { mode: 'simulator', orders: 'play' },
      key: null,
    });
  const releaseOf = (listingId: string) =>
    releaseEntry(db, { listingId, workflowId: `sniper:${listingId}`, nowMs: NOW });
  const first = () => listingIds()[0] ?? '';

  test('is taken once, by whoever is first', async () => {
    await armLeg(db, entryOf(first(), 'a'));
    const holders = Array.from({ length: 20 }, (_, n) => `process-${n}`);
    const takes = await Promise.all(holders.map((holder) => take(takeOf(first(), 'a', holder))));
    expect(takes.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
    expect(takes.filter(({ kind }) => kind === 'held')).toHaveLength(holders.length - 1);
    expect(await releaseOf(first())).toBe('taken');
  });

  test('that was handed back is not taken with the old token', async () => {
    await armLeg(db, entryOf(first(), 'a'));
    await take(takeOf(first(), 'a', 'one'));
    expect(await handBackPermit(db, { ...entryOf(first(), 'a'), holder: 'one' })).toBe(true);
    expect((await take(takeOf(first(), 'a', 'two'))).kind).toBe('gone');
    expect((await armLeg(db, entryOf(first(), 'b'))).kind).toBe('armed');
    expect((await take(takeOf(first(), 'b', 'two'))).kind).toBe('taken');
  });

  test('of an entry that was given up before it was armed can never be taken', async () => {
    expect(await releaseOf(first())).toBe('released');
    expect((await armLeg(db, entryOf(first(), 'late'))).kind).toBe('closed');
    expect((await take(takeOf(first(), 'late', 'one'))).kind).toBe('gone');
    expect(await releaseOf(first())).toBe('closedBefore');
  });

  test('is not given while the kill switch is on', async () => {
    await armLeg(db, entryOf(first(), 'a'));
    await db.killSwitch.create({
      data: { installationId, level: 'halt', reason: 'test', actor: 'test', since: new Date(NOW) },
    });
    expect((await take(takeOf(first(), 'a', 'one'))).kind).toBe('halted');
    await db.killSwitch.delete({ where: { installationId } });
    expect((await take(takeOf(first(), 'a', 'one'))).kind).toBe('taken');
  });
});
