import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, movedBy, subtract, type Price } from './amount.ts';
import { exitOptions, type ExitOptions } from './configuration.ts';
import {
  exitLimit,
  judgeExit,
  stopOf,
  targetOf,
  type ExitMemory,
  type ExitView,
} from './exit-rule.ts';
import { sendablePrice } from './symbol-rules.ts';
import { Exact, positiveText, price, quantity, rulesOf } from './testing.ts';

const options = (changes: Partial<ExitOptions> = {}): ExitOptions => ({
  ...exitOptions.parse({}),
  stopConfirm: 0,
  ...changes,
});

const fresh: ExitMemory = { highWater: price('1'), targetsDone: 0, stopCrossedAtMs: null };

const view = (bid: string, changes: Partial<ExitView> = {}): ExitView => ({
  entryPrice: price('1'),
  breakEven: price('1.001'),
  bought: quantity('100'),
  held: quantity('100'),
  openedAtMs: 0,
  bid: price(bid),
  nowMs: 1000,
  exits: options(),
  targetRests: false,
  demand: null,
  ...changes,
});

const reasonOf = (at: ExitView, memory = fresh): string | null => {
  const { decision } = judgeExit(at, memory);
  return decision.kind === 'sell' ? decision.reason : null;
};

describe('stops', () => {
  test('sell everything at the stop, and hold a hair above it', () => {
    expect(reasonOf(view('0.8'))).toBe('stop');
    expect(reasonOf(view('0.8000001'))).toBeNull();
  });

  test('wait until the stop stays crossed, and forget it when the price comes back', () => {
    const exits = options({ stopConfirm: 200 });
    const first = judgeExit(view('0.7', { exits, nowMs: 1000 }), fresh);
    expect(first.decision.kind).toBe('hold');
    expect(first.memory.stopCrossedAtMs).toBe(1000);
    const back = judgeExit(view('0.9', { exits, nowMs: 1100 }), first.memory);
    expect(back.memory.stopCrossedAtMs).toBeNull();
    expect(reasonOf(view('0.7', { exits, nowMs: 1200 }), first.memory)).toBe('stop');
  });

  test('the trailing stop follows the highest bid and never falls', () => {
    const exits = options({ trailing: { arm: 25, distance: 12 }, ladder: [] });
    const path = fc.array(fc.integer({ min: 80, max: 300 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(path, (percents) => {
        let memory = fresh;
        let last: Price = price('0');
        for (const percent of percents) {
          const at = view(String(percent / 100), { exits });
          memory = judgeExit(at, memory).memory;
          const stop = stopOf(at, memory).price;
          expect(compare(stop, last)).toBeGreaterThanOrEqual(0);
          last = stop;
        }
      }),
    );
  });

  test('the trailing stop is armed from exactly its gain on', () => {
    const at = (highWater: string) => stopOf(view('1'), { ...fresh, highWater: price(highWater) });
    expect(at('1.2499999')).toEqual({ price: '0.8', reason: 'stop' });
    expect(at('1.25')).toEqual({ price: '1.1', reason: 'trailing' });
  });

  test('after the first target the stop is the entry plus fees', () => {
    const memory = { ...fresh, highWater: price('1.2'), targetsDone: 1 };
    expect(stopOf(view('1.1'), memory)).toEqual({ price: '1.001', reason: 'breakEven' });
    expect(reasonOf(view('1.001'), memory)).toBe('breakEven');
  });
});

describe('targets', () => {
  test('sell their part of what was bought, with a floor', () => {
    const { decision } = judgeExit(view('1.35'), fresh);
    expect(decision).toMatchObject({
      kind: 'sell',
      reason: 'target',
      quantity: '50',
      floor: '1.287',
    });
  });

  test('never sell more than is held', () => {
    const { decision } = judgeExit(view('1.35', { held: quantity('20') }), fresh);
    expect(decision).toMatchObject({ quantity: '20' });
  });

  test('a target that is done is not sold again', () => {
    const memory = { ...fresh, highWater: price('1.35'), targetsDone: 1 };
    expect(reasonOf(view('1.35'), memory)).toBeNull();
    expect(reasonOf(view('1.8'), memory)).toBe('target');
  });
});

describe('time and demands', () => {
  const minutes = (n: number) => n * 60_000;

  test('what goes nowhere is sold after the time stop, what runs is not', () => {
    expect(reasonOf(view('1.01', { nowMs: minutes(30) }))).toBe('timeStop');
    expect(reasonOf(view('1.06', { nowMs: minutes(30) }))).toBeNull();
    expect(reasonOf(view('1.06', { nowMs: minutes(1440) }))).toBe('maxHold');
  });

  test('the time stop does not wait for a minute more, nor come one early', () => {
    expect(reasonOf(view('1.0499', { nowMs: minutes(30) - 1 }))).toBeNull();
    expect(reasonOf(view('1.0499', { nowMs: minutes(30) }))).toBe('timeStop');
    expect(reasonOf(view('1.05', { nowMs: minutes(30) }))).toBeNull();
    expect(reasonOf(view('1.05', { nowMs: minutes(1440) - 1 }))).toBeNull();
  });

  test('a person comes first, before every stop and target', () => {
    expect(reasonOf(view('0.5', { demand: 'manual' }))).toBe('manual');
    expect(reasonOf(view('5', { demand: 'flatten' }))).toBe('flatten');
  });
});

// Any plan that passes its checks, any position, any price.
const anyExits: fc.Arbitrary<ExitOptions> = fc
  .record({
    gains: fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 5 }),
    stop: fc.integer({ min: 1, max: 90 }),
    stopConfirm: fc.constantFrom(0, 200, 2000),
    trailing: fc.option(
      fc.record({
        arm: fc.integer({ min: 1, max: 100 }),
        distance: fc.integer({ min: 1, max: 50 }),
      }),
    ),
    breakEven: fc.option(fc.integer({ min: 1, max: 5 })),
  })
  .map(({ gains, ...rest }) =>
    options({
      ...rest,
      ladder: gains.sort((a, b) => a - b).map((gain) => ({ gain, fraction: 0.2 })),
    }),
  );
const aLook = fc.record({ percent: fc.integer({ min: 1, max: 400 }), afterMs: fc.nat(100_000) });
const looks = fc.array(aLook, { minLength: 1, maxLength: 40 });

interface Seen {
  readonly at: ExitView;
  readonly before: ExitMemory;
  readonly judged: ReturnType<typeof judgeExit>;
}

/** A guard's walk along a price path: what a target sells is gone, anything else ends it. */
const walk = (
  exits: ExitOptions,
  path: readonly { percent: number; afterMs: number }[],
): Seen[] => {
  const seen: Seen[] = [];
  let memory = fresh;
  let held = quantity('99.99');
  let nowMs = 0;
  for (const { percent, afterMs } of path) {
    nowMs += afterMs;
    const bought = quantity('99.99');
    const at = view(String(percent / 100), { exits, held, bought, nowMs });
    const judged = judgeExit(at, memory);
    seen.push({ at, before: memory, judged });
    if (judged.decision.kind === 'sell' && judged.decision.reason !== 'target') break;
    memory = judged.memory;
    if (judged.decision.kind !== 'sell') continue;
    held = subtract(held, judged.decision.quantity);
    memory = { ...memory, targetsDone: memory.targetsDone + 1 };
  }
  return seen;
};
const everyLook = (check: (seen: Seen) => void): void => {
  fc.assert(fc.property(anyExits, looks, (exits, path) => walk(exits, path).forEach(check)));
};

describe('on any path of prices', () => {
  test('no sale is of more than what is held', () => {
    everyLook(({ at, judged: { decision } }) => {
      const size = decision.kind === 'sell' ? decision.quantity : quantity('0');
      expect(compare(size, at.held)).toBeLessThanOrEqual(0);
    });
  });

  test('a confirmed stop comes before a target, and sells everything without a floor', () => {
    everyLook(({ at, judged: { decision, memory } }) => {
      const since = memory.stopCrossedAtMs;
      const confirmed = since !== null && at.nowMs - since >= at.exits.stopConfirm;
      const stopped =
        decision.kind === 'sell' && ['stop', 'trailing', 'breakEven'].includes(decision.reason);
      expect(stopped).toBe(confirmed);
      expect(stopped ? decision : null).toEqual(
        stopped ? { ...decision, quantity: at.held, floor: null } : null,
      );
    });
  });

  test('the stop never falls, and is crossed exactly when the bid is at or below it', () => {
    everyLook(({ at, before, judged: { memory } }) => {
      const stop = stopOf(at, memory).price;
      expect(compare(stop, stopOf(at, before).price)).toBeGreaterThanOrEqual(0);
      expect(compare(memory.highWater, before.highWater)).toBeGreaterThanOrEqual(0);
      expect(memory.stopCrossedAtMs !== null).toBe(compare(at.bid, stop) <= 0);
    });
  });

  test('a target is sold at or above its price, with a floor below it', () => {
    everyLook(({ at, before, judged: { decision } }) => {
      const sale = decision.kind === 'sell' && decision.reason === 'target' ? decision : null;
      const target = targetOf(at, before) ?? price('0');
      expect(sale === null || compare(at.bid, target) >= 0).toBe(true);
      expect(sale === null || compare(sale.floor ?? target, target) < 0).toBe(true);
    });
  });

  test('holding says the stop and the target that were compared', () => {
    everyLook(({ at, judged: { decision, memory } }) => {
      const shown = { stop: stopOf(at, memory).price, target: targetOf(at, memory) };
      expect(decision.kind === 'hold' ? decision : { kind: 'hold', ...shown }).toEqual({
        kind: 'hold',
        ...shown,
      });
    });
  });

  test('the same look gives the same answer, and changes nothing that it was given', () => {
    everyLook(({ at, before, judged }) => {
      const given = JSON.stringify([at, before]);
      expect(judgeExit(at, before)).toEqual(judged);
      expect(JSON.stringify([at, before])).toBe(given);
    });
  });

  test('nothing is held for longer than maxHold', () => {
    everyLook(({ at, before }) => {
      const last = { ...at, nowMs: at.nowMs + at.exits.maxHold * 60_000 };
      expect(judgeExit(last, before).decision.kind).toBe('sell');
    });
  });
});

describe('the limit of a sale', () => {
  const none = { floor: null, bandDownPercent: null };

  test('lies below the bid by the step, inside the band, not under the floor', () => {
    expect(exitLimit(price('1'), 2, none)).toBe('0.98');
    expect(exitLimit(price('1'), 30, { ...none, bandDownPercent: 10 })).toBe('0.91');
    expect(exitLimit(price('1'), 30, { ...none, bandDownPercent: 0.5 })).toBe('1');
    expect(exitLimit(price('1'), 2, { ...none, floor: price('0.99') })).toBe('0.99');
  });

  test('never asks for more than the bid, rounded for the pair or not, and is plain text', () => {
    const anySale = fc.record({
      bid: fc.integer({ min: 1, max: 10_000_000 }),
      decimals: fc.nat(12),
      slack: fc.integer({ min: 0, max: 900 }),
      band: fc.option(fc.integer({ min: 0, max: 90 })),
    });
    fc.assert(
      fc.property(anySale, ({ bid, decimals, slack, band }) => {
        const onGrid = price(new Exact(bid).times(new Exact(10).pow(-decimals)).toFixed());
        const limit = exitLimit(onGrid, slack / 10, { ...none, bandDownPercent: band });
        const sent = sendablePrice(rulesOf({ priceDecimals: decimals }), limit, 'sell');
        expect(limit).toMatch(/^\d+(\.\d+)?$/);
        expect(compare(limit, sent)).toBeLessThanOrEqual(0);
        expect(compare(sent, onGrid)).toBeLessThanOrEqual(0);
        const deepest = movedBy(onGrid, -(band ?? 100));
        expect(compare(limit, deepest)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('is never under the floor', () => {
    fc.assert(
      fc.property(positiveText(9), positiveText(9), fc.nat(90), (bid, floor, slack) => {
        const limit = exitLimit(price(bid), slack, { ...none, floor: price(floor) });
        expect(compare(limit, price(floor))).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
