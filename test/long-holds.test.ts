import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { holdUntilExit, type HoldRequest } from '#activities/holding/hold-until-exit.ts';
import { price, quantity } from '#domain/amount.ts';
import { demoOptions, exitOptions, tradingOptions } from '#domain/configuration.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import { newListingId } from '#prisma/listings.ts';
import { admit } from '#prisma/risk-ledger.ts';
import { admissionOf } from './records/admission.ts';
import { inActivity, startEntryGround, type EntryGround } from './detection-ground.ts';

// Days pass in seconds: this process, with the exchange inside it, lives at a shifted time.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let ground: EntryGround;
let shiftMs = 0;
const realNow = Date.now.bind(Date);

beforeAll(async () => {
  ground = await startEntryGround();
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + shiftMs);
});
afterEach(() => {
  shiftMs = 0;
});
afterAll(async () => {
  vi.restoreAllMocks();
  await ground[Symbol.asyncDispose]();
});

/** A pair that trades calmly, and a position in it that was opened now. */
const hold = async (base: string, exits: object): Promise<HoldRequest> => {
  const points = [
    [0, 1],
    [30 * 86_400, 1.001],
  ];
  await ground.list(base, -1000, { firstPrice: '1', path: { kind: 'custom', points } });
  return {
    listingId: newListingId(),
    installationId: ground.deps.installationId,
    symbol: marketSymbol(`${base}USDT`),
    entryPrice: price('1'),
    breakEven: price('1.001'),
    bought: quantity('100'),
    held: quantity('100'),
    openedAtMs: Date.now(),
    memory: { highWater: price('1'), targetsDone: 0, stopCrossedAtMs: null },
    exits: exitOptions.parse({ ...exits, ladder: [{ gain: 900, fraction: 1 }], stop: 50 }),
    resting: null,
    stalePrice: 3,
  };
};

const guard = (request: HoldRequest) =>
  inActivity(new AbortController().signal, () => holdUntilExit(ground.deps)(request));

/** Guards one after the other, as a workflow does; the time jumps in each until it is up. */
const guardsUntilSold = async (first: HoldRequest, jumpMs: number) => {
  const endsAtMs = first.openedAtMs + first.exits.maxHold * MINUTE_MS;
  const jump = () => {
    if (Date.now() < endsAtMs) shiftMs += jumpMs;
  };
  let request = first;
  for (let renewals = 0; renewals < 200; renewals += 1) {
    const running = guard(request);
    const jumping = setInterval(jump, 400);
    const result = await running.finally(() => clearInterval(jumping));
    if (result.kind === 'sell')
      return { ...result, renewals, afterMs: Date.now() - first.openedAtMs };
    if (result.kind !== 'renew') throw new Error(`the guard ended with ${result.kind}`);
    request = { ...request, memory: result.memory, exits: result.exits };
  }
  throw new Error('never sold');
};

describe('a position that is held for long', () => {
  test('is sold after 24 hours by maxHold, not before, over all renewals of its guard', async () => {
    const sold = await guardsUntilSold(
      await hold('DAYLONG', { maxHold: 1440, timeStop: 10_080 }),
      2 * HOUR_MS,
    );
    expect(sold.decision.reason).toBe('maxHold');
    expect(sold.renewals).toBeGreaterThan(1);
    expect(sold.afterMs).toBeGreaterThanOrEqual(DAY_MS);
    expect(sold.afterMs).toBeLessThan(DAY_MS + 3 * HOUR_MS);
  });

  test('keeps its high-water mark over seven days', async () => {
    const request = await hold('WEEKLONG', { maxHold: 10_080, timeStop: 10_080 });
    const memory = { ...request.memory, highWater: price('1.01') };
    const sold = await guardsUntilSold({ ...request, memory }, DAY_MS);
    expect(sold.afterMs).toBeGreaterThanOrEqual(7 * DAY_MS);
    expect(sold.memory.highWater).toBe('1.01');
  });
});

describe('a pause after stop-outs', () => {
  test('of seven days ends after seven days', async () => {
    const { db, deps } = ground;
    const { installationId } = deps;
    const nowMs = Date.now();
    const options = tradingOptions.parse({
      ...demoOptions,
      cooldown: { stopOuts: 1, minutes: 10_080 },
    });
    const stopped = newListingId();
    await newListing(stopped);
    await db.trade.create({
      data: {
        ...tradeOf(stopped, installationId),
        phase: 'closed',
        exitReason: 'stop',
        profit: '-1',
        closedAt: new Date(nowMs),
      },
    });
    const ask = async (atMs: number) => {
      const listingId = newListingId();
      await newListing(listingId);
      const verdict = await admit(db, admissionOf({ installationId, listingId, options, atMs }));
      return verdict.rules.filter(({ passed }) => !passed).map(({ rule }) => rule);
    };
    expect(await ask(nowMs + 7 * DAY_MS - MINUTE_MS)).toEqual(['cooldown']);
    expect(await ask(nowMs + 7 * DAY_MS + MINUTE_MS)).toEqual([]);
  });

  const newListing = (id: string) =>
    ground.db.listing.create({
      data: {
        id,
        installationId: ground.deps.installationId,
        base: id.toUpperCase(),
        quote: 'USDT',
        symbol: `${id.toUpperCase()}USDT`,
        generation: 1,
        state: 'seen',
        firstSeenAt: new Date(),
        confidence: 100,
      },
    });
  const tradeOf = (id: string, installationId: string) => ({
    id,
    installationId,
    workflowId: `sniper:${id}`,
    mode: 'simulator',
    symbol: `${id.toUpperCase()}USDT`,
    base: id.toUpperCase(),
    quote: 'USDT',
    source: 'calendar',
    summary: 'Stopped out',
    startedAt: new Date(),
  });
});
