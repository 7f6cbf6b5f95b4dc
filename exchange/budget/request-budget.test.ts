import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createRequestBudget,
  usualBudget,
  type BudgetSettings,
  type OrderLimits,
  type Wanted,
} from './request-budget.ts';

const buy: Wanted = { method: 'POST', path: '/api/v3/order', first: false };
const sell: Wanted = { ...buy, first: true };
const info: Wanted = { method: 'GET', path: '/api/v3/exchangeInfo', first: false };
const account: Wanted = { method: 'GET', path: '/api/v3/account', first: false };
const find: Wanted = { method: 'GET', path: '/api/v3/order', first: false };

const budget = (changes: Partial<BudgetSettings> = {}) => {
  let nowMs = 1_000_000;
  const usual = { ...usualBudget, model: 'shared300', callRate: 1000 } as const;
  const made = createRequestBudget({ ...usual, ...changes }, () => nowMs);
  const sendAll = (wanted: Wanted, count: number) =>
    Array.from({ length: count }, () => made.take(wanted)).filter((hold) => hold === null).length;
  return { ...bound(made), sendAll, pass: (ms: number) => (nowMs += ms) };
};

const bound = (made: ReturnType<typeof createRequestBudget>) => ({
  take: (wanted: Wanted) => made.take(wanted),
  slowDown: (call: Wanted, status: number, ms: number | null) => made.slowDown(call, status, ms),
  state: () => made.state(),
  limitTo: (limits: OrderLimits) => made.limitTo(limits),
  stopUntil: (epochMs: number) => made.stopUntil(epochMs),
});

describe('orders per second', () => {
  test('entries leave a reserve, exits and cancels may use all', () => {
    const { sendAll } = budget();
    expect(sendAll(buy, 20)).toBe(7);
    expect(sendAll(sell, 20)).toBe(3);
    expect(sendAll({ method: 'DELETE', path: '/api/v3/order', first: true }, 5)).toBe(0);
  });

  test('come back after a second and what requests may arrive apart', () => {
    const { sendAll, pass, take } = budget();
    sendAll(sell, 10);
    pass(400);
    expect(take(sell)?.ms).toBe(800);
    pass(800);
    expect(take(sell)).toBeNull();
  });

  test('two roles together stay within what the account may', () => {
    const monitor = budget({ role: 'monitor' });
    const worker = budget({ role: 'worker' });
    expect(monitor.sendAll(sell, 20) + worker.sendAll(sell, 20)).toBe(10);
  });

  test('of all processes together stay within what the account may, however many there are', () => {
    for (const sharers of [1, 2, 3, 7]) {
      const parts = (['monitor', 'worker'] as const).flatMap((role) =>
        Array.from({ length: sharers }, () => budget({ role, sharers })),
      );
      // Who may send less than one a second sends one in a longer span.
      const sent = Array.from({ length: 60 }, () => {
        for (const { pass } of parts) pass(200);
        return parts.reduce((sum, { sendAll }) => sum + sendAll(sell, 5), 0);
      });
      const seconds = (60 * 0.2) / 1.2;
      const all = sent.reduce((sum, count) => sum + count, 0);
      expect(all).toBeLessThanOrEqual(10 * seconds + 2 * sharers);
      expect(all).toBeGreaterThan(3 * seconds);
    }
  });

  test('follow the limits of the configuration, and count what was sent before', () => {
    const { sendAll, limitTo, pass, state } = budget();
    expect(sendAll(buy, 20)).toBe(7);
    limitTo({ orderRate: 8, exitReserve: 1, sharers: 1 });
    expect(sendAll(sell, 20)).toBe(1);
    pass(1200);
    expect(sendAll(buy, 20)).toBe(7);
    expect(state().orders).toMatchObject({ used: 7, most: 8 });
    limitTo({ orderRate: 12, exitReserve: 6, sharers: 2 });
    pass(1200);
    expect(sendAll(buy, 20)).toBe(3);
    expect(sendAll(sell, 20)).toBe(3);
  });

  test('are not held back by what reads have used up', () => {
    const { sendAll, take } = budget();
    expect(sendAll(account, 40)).toBe(30);
    expect(take(account)).not.toBeNull();
    expect(take(buy)).toBeNull();
  });
});

describe('weights', () => {
  test('of all calls are one sum in the stricter model', () => {
    const { sendAll, take, state } = budget();
    sendAll(account, 30);
    expect(state().weight).toEqual({ used: 300, most: 300 });
    expect(take(find)?.because).toContain('weight budget');
  });

  test('of each call are their own in the other', () => {
    const { sendAll, take } = budget({ model: 'perEndpoint500' });
    expect(sendAll(account, 60)).toBe(50);
    expect(take(find)).toBeNull();
  });

  test('of the model that holds are learned from a refusal, with what was used before', () => {
    const { sendAll, slowDown, pass, state, take } = budget({ model: 'learn' });
    expect(state().model).toBe('perEndpoint500');
    expect(sendAll(account, 40)).toBe(40);
    slowDown(account, 429, 1000);
    expect(state()).toMatchObject({ model: 'shared300', weight: { used: 400, most: 300 } });
    pass(1000);
    expect(take(find)?.because).toContain('weight budget');
    pass(9000);
    expect(sendAll(account, 40)).toBe(30);
  });

  test('polls leave a part to those who guard positions', () => {
    const { sendAll, take } = budget();
    expect(sendAll(info, 20)).toBe(8);
    expect(take(account)).toBeNull();
  });

  test('go with calls per second, of which orders keep their part', () => {
    const { sendAll, pass } = budget({ callRate: 20 });
    expect(sendAll(find, 30)).toBe(10);
    expect(sendAll(sell, 30)).toBe(10);
    pass(1200);
    expect(sendAll(info, 30)).toBe(7);
    expect(sendAll(find, 30)).toBe(3);
  });

  test('are divided among the processes that live', () => {
    const { state, limitTo } = budget({ role: 'monitor' });
    expect(state().weight.most).toBe(180);
    limitTo({ orderRate: 10, exitReserve: 3, sharers: 2 });
    expect(state().weight.most).toBe(90);
  });

  test('never exceed the limit in any ten seconds, and a wait is long enough', () => {
    const steps = fc.array(
      fc.record({ wanted: fc.constantFrom(info, find, account), ms: fc.nat(3000) }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const { take, pass, state } = budget();
        for (const { wanted, ms } of all) {
          pass(ms);
          const held = take(wanted);
          pass(held?.ms ?? 0);
          const second = held === null ? null : take(wanted);
          expect(second).toBeNull();
          expect(state().weight.used).toBeLessThanOrEqual(300);
        }
      }),
    );
  });
});

describe('told to slow down', () => {
  test('Retry-After is obeyed for the calls that are metered together', () => {
    const { take, slowDown, pass } = budget({ model: 'perEndpoint500' });
    slowDown(info, 429, 7000);
    expect(take(info)?.ms).toBe(7000);
    expect(take(find)).toBeNull();
    expect(take(buy)).toBeNull();
    pass(7000);
    expect(take(info)).toBeNull();
  });

  test('a refused order holds orders, exits too, and no reads', () => {
    const { take, slowDown } = budget();
    slowDown(buy, 429, null);
    expect(take(sell)?.ms).toBe(1000);
    expect(take(find)).toBeNull();
  });

  test('418 stops every call and says so', () => {
    const { take, slowDown, state, pass } = budget();
    slowDown(find, 418, 120_000);
    for (const wanted of [buy, sell, find, info]) expect(take(wanted)?.because).toContain('418');
    expect(state().bannedUntilMs).not.toBeNull();
    pass(120_000);
    expect(state().bannedUntilMs).toBeNull();
    expect(take(sell)).toBeNull();
  });

  test('a ban that another process met stops this one, too, and never shortens its own', () => {
    const { take, slowDown, stopUntil } = budget();
    stopUntil(Date.now() - 1000);
    expect(take(find)).toBeNull();
    stopUntil(Date.now() + 60_000);
    expect(take(sell)?.because).toContain('418');
    slowDown(find, 418, 300_000);
    stopUntil(Date.now() + 1000);
    expect(take(find)?.ms).toBe(300_000);
  });

  test('a ban without an end lasts ten minutes', () => {
    const { take, slowDown } = budget();
    slowDown(find, 418, null);
    expect(take(find)?.ms).toBe(600_000);
  });

  test('the firewall holds reads back, an exit is tried', () => {
    const { take, slowDown } = budget();
    slowDown(find, 403, null);
    slowDown(sell, 403, null);
    expect(take(find)?.ms).toBe(10_000);
    expect(take(sell)).toBeNull();
  });
});
