import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, type Price } from './amount.ts';
import { exitOptions, type ExitOptions } from './configuration.ts';
import { exitLimit, judgeExit, stopOf, type ExitMemory, type ExitView } from './exit-rule.ts';
import { price, quantity } from './testing.ts';

const options = (changes: Partial<ExitOptions> = {}): ExitOptions => ({
  ...exitOptions.parse({}),
  stopConfirm: 0,
  ...changes,
});

const fresh: ExitMemory = { highWater: price('1'), targetsDone: 0, stopCrossedAtMs: null };

const view = (bid: string, changes: Partial<ExitView> = {}): ExitView => ({
  entryPrice: price('1'),
  bought: quantity('100'),
  held: quantity('100'),
  openedAtMs: 0,
  bid: price(bid),
  nowMs: 1000,
  exits: options(),
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

  test('a person comes first, before every stop and target', () => {
    expect(reasonOf(view('0.5', { demand: 'manual' }))).toBe('manual');
    expect(reasonOf(view('5', { demand: 'flatten' }))).toBe('flatten');
  });
});

test('whatever is sold is at most what is held, and the same look gives the same answer', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 0, max: 90_000_000 }),
      (percent, held, targetsDone, nowMs) => {
        const at = view(String(percent / 100), { held: quantity(String(held)), nowMs });
        const memory = { ...fresh, targetsDone };
        const first = judgeExit(at, memory);
        expect(judgeExit(at, memory)).toEqual(first);
        if (first.decision.kind === 'sell')
          expect(compare(first.decision.quantity, at.held)).toBeLessThanOrEqual(0);
      },
    ),
  );
});

describe('the limit of a sale', () => {
  test('lies below the bid by the step, inside the band, not under the floor', () => {
    const none = { floor: null, bandDownPercent: null };
    expect(exitLimit(price('1'), 2, none)).toBe('0.98');
    expect(exitLimit(price('1'), 30, { ...none, bandDownPercent: 10 })).toBe('0.91');
    expect(exitLimit(price('1'), 2, { ...none, floor: price('0.99') })).toBe('0.99');
  });
});
