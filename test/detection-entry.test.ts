import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admitTrade } from '#activities/admit-trade.ts';
import { openTrade } from '#activities/open-trade.ts';
import { beginEntry } from '#activities/opening/head-start.ts';
import { createHeadStarts } from '#activities/opening/head-starts.ts';
import { price, quantity } from '#domain/amount.ts';
import { inActivity, startEntryGround, type EntryGround } from './detection-ground.ts';
import { until } from './until.ts';

// Fired on the instant: the activity that waits for an opening, against the real exchange.

let ground: EntryGround;
let count = 0;

beforeAll(async () => {
  ground = await startEntryGround();
});
afterAll(async () => {
  await ground[Symbol.asyncDispose]();
});
beforeEach(() => {
  count += 1;
});

const name = (): string => `ENTRY${count}`;
const orders = (base: string) => ground.requests('/api/v3/order', `${base}USDT`);
const posts = async (base: string) =>
  (await orders(base)).filter((request) => request.method === 'POST');
const steady = { path: { kind: 'steady' }, firstPrice: '1' };
const silent = { ...steady, traders: false };
/** Without the price band, so that only what the test is about refuses an order. */
const free = { ...steady, band: null };

describe('the first print', () => {
  test('is waited for, then bought with one order', async () => {
    const base = name();
    await ground.list(base, 3000, steady);
    const armed = await ground.arm({ base, opensAtMs: Date.now() + 3000 });
    const result = await armed.run();
    expect(result).toMatchObject({ kind: 'executed', n: 0 });
    expect(await posts(base)).toHaveLength(1);
  });

  test('of a pair that nobody timed is found by asking, though its stream is silent', async () => {
    const base = name();
    await ground.control('POST', 'faults', { stream: 'stall', channel: 'spot@public.aggre.deals' });
    await ground.list(base, 3000, steady);
    const armed = await ground.arm({ base, opensAtMs: null, entry: { freshness: 5000 } });
    const result = await armed.run();
    await ground.control('DELETE', 'faults');
    expect(result).toMatchObject({ kind: 'executed' });
    const asked = await ground.requests('/api/v3/trades', `${base}USDT`);
    const gaps = asked
      .slice(1)
      .map((each, n) => each.arrivedUnixMs - (asked[n]?.arrivedUnixMs ?? 0));
    // Four times a second, less what a busy machine takes.
    expect(gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]).toBeLessThan(500);
  });
});

describe('a fixed entry', () => {
  const fixed = { mode: 'fixed', maxPrice: '2' } as const;

  test('is sent for the instant of the opening, and repeated on "not open yet"', async () => {
    const base = name();
    await ground.list(base, 3000, free);
    const armed = await ground.arm({ base, opensAtMs: Date.now() + 3000, entry: fixed });
    const result = await armed.run();
    expect(result).toMatchObject({ kind: 'executed' });
    const sent = await posts(base);
    expect(sent.slice(0, -1).every((each) => each.code === 10007)).toBe(true);
    const first = sent[0]?.arrivedUnixMs ?? 0;
    // Never a whole receive window early; the looks between are 50 ms apart, the timer is not.
    expect(first - (armed.request.opensAtMs ?? 0)).toBeGreaterThanOrEqual(-20);
  });

  test('obeys the opening cap that a refusal names', async () => {
    const base = name();
    await ground.list(base, 2500, { ...free, cap: { price: '1.5', durationMs: 60_000 } });
    const armed = await ground.arm({ base, opensAtMs: Date.now() + 2500, entry: fixed });
    const result = await armed.run();
    expect(result).toMatchObject({ kind: 'executed' });
    const sent = await posts(base);
    expect(sent.some((each) => each.code === 30010)).toBe(true);
    expect(sent.at(-1)?.params['price']).toBe('1.5');
  });

  test('waits for what has traded when the refusal names no number', async () => {
    const base = name();
    const cap = { price: '1.4', durationMs: 60_000, withNumber: false };
    await ground.list(base, 2500, { ...free, cap });
    const armed = await ground.arm({
      base,
      opensAtMs: Date.now() + 2500,
      entry: { ...fixed, window: 10 },
    });
    const result = await armed.run();
    expect(result).toMatchObject({ kind: 'executed' });
    const sent = await posts(base);
    expect(sent.filter((each) => each.code === 30010)).toHaveLength(1);
    expect(Number(sent.at(-1)?.params['price'])).toBeLessThan(1.4);
  });

  test('of an opening that is late keeps orders for when it trades', async () => {
    const base = name();
    await ground.list(base, 7000, free);
    const armed = await ground.arm({
      base,
      opensAtMs: Date.now() + 2000,
      entry: { ...fixed, freshness: 3000 },
    });
    const result = await armed.run();
    expect(result).toMatchObject({ kind: 'executed' });
    expect((await posts(base)).length).toBeLessThanOrEqual(24);
  });
});

describe('an entry that does not buy', () => {
  test.each([
    ['apiClosed', { apiTrading: false }, {}],
    ['priceGuard', {}, { maxPrice: '0.5' }],
    ['windowEnded', { opensAt: null }, { window: 2 }],
    ['unfilled', { levelQuote: 1 }, { mode: 'fixed', maxPrice: '0.9', maxUnfilled: 2 }],
  ] as const)('ends with its name: %s', async (outcome, more, entry) => {
    const base = name();
    await ground.list(base, 2000, { ...steady, ...more });
    const armed = await ground.arm({ base, opensAtMs: Date.now() + 2000, entry });
    expect(await armed.run()).toMatchObject({ kind: 'ended', outcome });
  });

  test('gives its permit back when it is taken off before it has sent', async () => {
    const base = name();
    await ground.list(base, null, silent);
    const armed = await ground.arm({ base, opensAtMs: Date.now() + 1500 });
    const running = armed.run();
    await until('the permit is taken', async () => {
      const { listingId } = armed.request.arming;
      const permit = await ground.db.sendPermit.findFirst({ where: { listingId } });
      return permit?.state === 'taken';
    });
    armed.cancel();
    expect(await running).toMatchObject({ kind: 'released' });
  });
});

describe('woken after the opening', () => {
  test('it is skipped with the reason, after asking for its order ids', async () => {
    const base = name();
    await ground.list(base, -8000, steady);
    await until('it has traded', async () => {
      const deals = await ground.exchange.deals(`${base}USDT` as never);
      return deals.length > 0;
    });
    const armed = await ground.arm({ base, opensAtMs: Date.now() - 8000 });
    const result = await armed.run();
    expect(result).toMatchObject({ kind: 'ended', outcome: 'tooLate' });
    expect(result).toMatchObject({ because: expect.stringContaining('24 order ids') });
    const asked = (await orders(base)).filter(({ method }) => method === 'GET');
    expect(new Set(asked.map(({ params }) => params['origClientOrderId']))).toEqual(
      new Set(armed.request.clientOrderIds),
    );
    expect(await posts(base)).toEqual([]);
  });

  test('an order from before is found, and nothing is sent again', async () => {
    const base = name();
    await ground.list(base, -500, steady);
    const armed = await ground.arm({
      base,
      opensAtMs: Date.now() - 500,
      entry: { freshness: 10_000 },
    });
    const [, , third] = armed.request.clientOrderIds;
    if (third === undefined) throw new Error('an entry has ids');
    await ground.exchange.placeOrder(
      {
        symbol: armed.request.symbol,
        side: 'buy',
        type: 'limitIoc',
        price: price('1.15'),
        quantity: quantity('10'),
        clientOrderId: third,
      },
      { notAfterMs: Date.now() + 5000, recvWindowMs: 1000 },
    );
    expect(await armed.run()).toMatchObject({ kind: 'unknown' });
    expect(await posts(base)).toHaveLength(1);
  });
});

describe('several openings at one instant', () => {
  test('share the order budget: larger confidence first, each bought once', async () => {
    const bases = [55, 90, 60, 95, 70, 85].map((confidence) => ({
      base: `${name()}C${confidence}`,
      confidence,
    }));
    // They open a little late: the first order of each is for the announced instant.
    await Promise.all(bases.map(({ base }) => ground.list(base, 8500, free)));
    const entry = { mode: 'fixed', maxPrice: '1.15', freshness: 10_000 } as const;
    const opensAtMs = Date.now() + 8000;
    const armed = await Promise.all(bases.map((each) => ground.arm({ ...each, opensAtMs, entry })));
    const results = await Promise.all(armed.map((each) => each.run()));
    expect(results.map(({ kind }) => kind)).toEqual(bases.map(() => 'executed'));
    const sent = (await ground.requests('/api/v3/order'))
      .filter(({ method, params }) => method === 'POST' && params['symbol']?.includes(`${name()}C`))
      .map(({ params, code }) => ({
        confidence: Number(/C(\d+)USDT/.exec(params['symbol'] ?? '')?.[1]),
        isBought: code === null,
      }));
    const first = [...new Set(sent.map(({ confidence }) => confidence))];
    expect(first).toEqual([95, 90, 85, 70, 60, 55]);
    expect(sent.filter(({ isBought }) => isBought)).toHaveLength(bases.length);
  });
});

describe('a head start', () => {
  const surprise = async (isOwned: Promise<boolean>) => {
    const base = name();
    await ground.list(base, 0, free);
    const armed = await ground.arm({ base, opensAtMs: null, entry: { freshness: 5000 } });
    const { input, request, options } = armed;
    void beginEntry(ground.deps, { input, workflowId: request.workflowId, options, isOwned });
    const permit = () =>
      ground.db.sendPermit.findFirstOrThrow({ where: { listingId: input.listingId } });
    return { base, armed, permit };
  };

  test('is joined by the activity of its workflow: one order', async () => {
    const { base, armed } = await surprise(Promise.resolve(true));
    const result = await armed.run();
    expect(result).toMatchObject({ kind: 'executed', n: 0 });
    expect(await posts(base)).toHaveLength(1);
  });

  test('is one, when two sources report the pair at one instant', async () => {
    const { base, armed } = await surprise(Promise.resolve(true));
    const { input, request, options } = armed;
    const isOwned = Promise.resolve(false); // the first one's start was accepted
    void beginEntry(ground.deps, { input, workflowId: request.workflowId, options, isOwned });
    expect(await armed.run()).toMatchObject({ kind: 'executed' });
    expect(await posts(base)).toHaveLength(1);
  });

  test('is left alone by the activity in another process, which sends nothing', async () => {
    const { base, armed, permit } = await surprise(Promise.resolve(true));
    await until('it is sent', async () => (await posts(base)).length > 0);
    const elsewhere = { ...ground.deps, headStarts: createHeadStarts(), instance: 'test:2' };
    const result = await armed.run(elsewhere);
    expect(result).toMatchObject({ kind: 'released', because: 'the permit is held' });
    expect((await permit()).state).toBe('taken');
    expect(await posts(base)).toHaveLength(1);
  });

  test('sends nothing while nobody owns it, and nothing at all when nobody will', async () => {
    let own: (isOwned: boolean) => void = () => {};
    const isOwned = new Promise<boolean>((resolve) => {
      own = resolve;
    });
    const { base, armed, permit } = await surprise(isOwned);
    await until('it holds the permit', async () => {
      const { listingId } = armed.input;
      const row = await ground.db.sendPermit.findFirst({ where: { listingId } });
      return row?.state === 'taken';
    });
    expect(await posts(base)).toHaveLength(0);
    own(false);
    const result = await armed.run();
    const because = 'its workflow did not start here';
    expect(result).toMatchObject({ kind: 'released', because });
    expect(await posts(base)).toHaveLength(0);
    expect((await permit()).state).toBe('free');
  });
});

describe('a budget of one listing', () => {
  test.each([
    ['80', '80'],
    [null, '100'],
  ])('that is %s when the rules judge is what they reserve: %s', async (last, reserved) => {
    const { db, deps } = ground;
    const base = name();
    await ground.list(base, 60_000);
    const { input, request } = await ground.arm({ base, opensAtMs: Date.now() + 60_000 });
    const { workflowId } = request;
    const set = (quoteAmount: string | null) =>
      db.listing.update({
        where: { id: input.listingId },
        data: { terms: { maxPrice: null, quoteAmount } },
      });
    await set('50');
    const { options } = await inActivity(new AbortController().signal, () =>
      openTrade(deps)(input),
    );
    await set(last);
    const admission = await admitTrade(deps)({ input, workflowId, options, opensAtMs: null });
    expect(admission.budget).toBe(reserved);
  });
});
