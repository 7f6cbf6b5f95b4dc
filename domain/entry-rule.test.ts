import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, fraction, movedBy, notional, type Price } from './amount.ts';
import { tradingOptions, demoOptions, type EntryOptions } from './configuration.ts';
import { judgeEntry, type EntryView } from './entry-rule.ts';
import { marketSymbol } from './market-symbol.ts';
import type { BookTop, Deal } from './market.ts';
import { price, quantity, quoteAmount, rulesOf } from './testing.ts';

const symbol = marketSymbol('ABCUSDT');
const OPENS = 1_000_000;

const deal = (at: string, atMs = OPENS): Deal => ({
  symbol,
  price: price(at),
  quantity: quantity('1000'),
  takerSide: 'buy',
  atMs,
  receivedAtMs: atMs,
});

const book = (bid: string, ask: string): BookTop => ({
  symbol,
  bid: { price: price(bid), quantity: quantity('10') },
  ask: { price: price(ask), quantity: quantity('10') },
  receivedAtMs: OPENS,
});

const options = (changes: Partial<EntryOptions> = {}): EntryOptions => ({
  ...tradingOptions.parse(demoOptions).entry,
  ...changes,
});

const view = (changes: Partial<EntryView> = {}): EntryView => ({
  nowMs: OPENS + 10,
  opensAtMs: OPENS,
  firstPrint: deal('1'),
  tradingSinceMs: OPENS,
  top: book('0.99', '1'),
  lastPrice: price('1'),
  cap: null,
  budget: quoteAmount('100'),
  takerFee: fraction('0.0005'),
  rules: rulesOf(),
  options: options(),
  ...changes,
});

describe('when to buy', () => {
  test('waits for the first trade, then buys within the ask plus slippage', () => {
    expect(judgeEntry(view({ firstPrint: null, tradingSinceMs: null }))).toEqual({
      kind: 'wait',
      for: 'firstPrint',
    });
    expect(judgeEntry(view())).toMatchObject({ kind: 'buy', price: '1.05', quantity: '95.19' });
  });

  test('late counts from the first evidence of trading', () => {
    expect(judgeEntry(view({ nowMs: OPENS + 1001 }))).toMatchObject({
      rule: 'tooLate',
      final: true,
    });
    expect(judgeEntry(view({ nowMs: OPENS + 1000 })).kind).toBe('buy');
    const silent = view({ firstPrint: null, tradingSinceMs: null, nowMs: OPENS + 59_000 });
    expect(judgeEntry(silent).kind).toBe('wait');
  });

  test('the window ends the entry', () => {
    const after = view({ firstPrint: null, tradingSinceMs: null, nowMs: OPENS + 60_001 });
    expect(judgeEntry(after)).toMatchObject({ rule: 'windowEnded', final: true });
  });

  test('a wide spread and an ask that ran away pass a moment later, a high first print does not', () => {
    expect(judgeEntry(view({ top: book('0.8', '1') }))).toMatchObject({
      rule: 'spread',
      final: false,
    });
    const limits = options({ maxPrice: '0.9' });
    expect(judgeEntry(view({ options: limits }))).toMatchObject({
      rule: 'priceGuard',
      final: true,
    });
    expect(judgeEntry(view({ top: book('1.55', '1.6') }))).toMatchObject({
      rule: 'priceGuard',
      final: false,
    });
  });

  test('fires a fixed entry at the opening, at its ceiling', () => {
    const fixed = options({ mode: 'fixed', maxPrice: '2' });
    const before = view({
      options: fixed,
      nowMs: OPENS - 100,
      firstPrint: null,
      tradingSinceMs: null,
    });
    expect(judgeEntry(before)).toEqual({ kind: 'wait', for: 'opening' });
    expect(judgeEntry({ ...before, nowMs: OPENS })).toMatchObject({ kind: 'buy', price: '2' });
  });
});

test('whatever is known, an order costs no more than the budget and obeys every ceiling', () => {
  const percent = fc.integer({ min: 1, max: 400 });
  fc.assert(
    fc.property(percent, percent, percent, fc.option(percent), (first, ask, last, cap) => {
      const at = (value: number): Price => price(String(value / 100));
      const seen = view({
        firstPrint: deal(at(first)),
        top: book(movedBy(at(ask), -1), at(ask)),
        lastPrice: at(last),
        cap: cap === null ? null : at(cap),
        options: options({ maxPrice: '3' }),
        rules: rulesOf({ priceBand: { up: fraction('0.2'), down: fraction('0.2') } }),
      });
      const decision = judgeEntry(seen);
      if (decision.kind !== 'buy') return;
      const ceilings = [
        price('3'),
        movedBy(at(first), 50),
        movedBy(at(ask), 5),
        movedBy(at(last), 20),
      ];
      if (cap !== null) ceilings.push(at(cap));
      for (const ceiling of ceilings)
        expect(compare(decision.price, ceiling)).toBeLessThanOrEqual(0);
      const cost = notional(decision.price, decision.quantity);
      expect(compare(cost, quoteAmount('99.96'))).toBeLessThanOrEqual(0);
    }),
  );
});
