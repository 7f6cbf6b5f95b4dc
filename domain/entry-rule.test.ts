import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, fraction, movedBy, type Price } from './amount.ts';
import { book, deal, OPENS, options, view } from './entry-testing.ts';
import { fireAtMs, judgeEntry, type EntryDecision, type EntryView } from './entry-rule.ts';
import { sizeProblem } from './symbol-rules.ts';
import { Exact, positiveText, price, quantity, quoteAmount, rulesOf } from './testing.ts';

const band = (up: string): Partial<EntryView> => ({
  rules: rulesOf({ priceBand: { up: fraction(up), down: fraction('0.2') } }),
});

describe('when to buy', () => {
  test('waits for the first trade, then buys within the ask plus slippage', () => {
    expect(judgeEntry(view({ firstPrint: null, tradingSinceMs: null }))).toEqual({
      kind: 'wait',
      for: 'firstPrint',
    });
    expect(judgeEntry(view())).toMatchObject({ kind: 'buy', price: '1.05', quantity: '95.19' });
  });

  test('the clock’s own error counts against the entry', () => {
    const at = view({ nowMs: OPENS + 990, clockErrorMs: 10 });
    expect(judgeEntry(at).kind).toBe('buy');
    expect(judgeEntry({ ...at, clockErrorMs: 11 })).toMatchObject({
      rule: 'tooLate',
      actual: "1001 ms, 11 ms of it the clock's error",
    });
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

  test('a book that offers too little below the limit passes when it fills up', () => {
    const asks = (...sizes: string[]) =>
      sizes.map((size, n) => ({ price: price(`1.0${n}`), quantity: quantity(size) }));
    const thin = view({ asks: asks('10', '20'), budget: quoteAmount('100') });
    expect(judgeEntry(thin)).toMatchObject({ rule: 'depth', final: false });
    const enough = view({ asks: asks('10', '90'), budget: quoteAmount('100') });
    expect(judgeEntry(enough).kind).toBe('buy');
    const above = [...asks('10'), { price: price('2'), quantity: quantity('1000') }];
    expect(judgeEntry(view({ asks: above, budget: quoteAmount('100') })).kind).toBe('skip');
    const any = options({ minAskDepth: 0 });
    expect(judgeEntry({ ...thin, options: any }).kind).toBe('buy');
  });

  test('without a book the first trade stands in for the ask', () => {
    expect(judgeEntry(view({ top: null }))).toMatchObject({ kind: 'buy', price: '1.05' });
    const noAsk = { ...book('0.5', '1'), ask: null };
    expect(judgeEntry(view({ top: noAsk }))).toMatchObject({ kind: 'buy', price: '1.05' });
  });
});

describe('a fixed entry', () => {
  const fixed = options({ mode: 'fixed', maxPrice: '2' });
  const silent = { options: fixed, firstPrint: null, tradingSinceMs: null };

  test('fires half the round trip before the opening, at its ceiling', () => {
    const before = view({ ...silent, nowMs: OPENS - 100, clockErrorMs: 5 });
    expect(judgeEntry(before)).toEqual({ kind: 'wait', for: 'opening' });
    expect(judgeEntry({ ...before, nowMs: OPENS - 5 })).toMatchObject({ kind: 'buy', price: '2' });
    expect(fireAtMs(before)).toBe(OPENS - 5);
    expect(fireAtMs({ ...before, clockErrorMs: 3000 }), 'never a second early').toBe(OPENS - 500);
  });

  test('whose price was refused without a number waits for what has traded', () => {
    const refused = view({ ...silent, needsPrint: true });
    expect(judgeEntry(refused)).toEqual({ kind: 'wait', for: 'firstPrint' });
    const traded = { ...refused, firstPrint: deal('0.9'), lastPrice: price('0.92'), top: null };
    expect(judgeEntry(traded)).toMatchObject({ kind: 'buy', price: '0.92' });
  });

  test('fires at once when the pair opens early', () => {
    const early = view({ ...silent, nowMs: OPENS - 60_000, tradingSinceMs: OPENS - 60_010 });
    expect(judgeEntry(early)).toMatchObject({ kind: 'buy', price: '2' });
  });

  test('of an unknown opening waits for the first evidence of trading', () => {
    const unknown = view({ ...silent, opensAtMs: null });
    expect(judgeEntry(unknown)).toEqual({ kind: 'wait', for: 'opening' });
    const open = { ...unknown, tradingSinceMs: unknown.nowMs - 5 };
    expect(judgeEntry(open)).toMatchObject({ kind: 'buy', price: '2' });
  });

  test('stays under a ceiling that the exchange named', () => {
    const capped = view({ ...silent, nowMs: OPENS, cap: price('1.5') });
    expect(judgeEntry(capped)).toMatchObject({ kind: 'buy', price: '1.5' });
  });

  test('without a ceiling is not made', () => {
    const bare = { ...silent, options: options({ mode: 'fixed', maxPrice: null }) };
    expect(judgeEntry(view(bare))).toMatchObject({ rule: 'priceGuard', final: true });
  });
});

describe('the limit', () => {
  const wide = { top: book('1.39', '1.4'), firstPrint: deal('1') };

  test.each<[string, string, Partial<EntryView>]>([
    ['ask plus slippage', '1.47', wide],
    ['first trade plus maxOverFirst', '1.5', { ...wide, options: options({ slippage: 20 }) }],
    ['maxPrice', '1.41', { ...wide, options: options({ maxPrice: '1.41' }) }],
    ['the ceiling of the exchange', '1.43', { ...wide, cap: price('1.43') }],
    ['the price band less 1 %', '1.428', { ...wide, lastPrice: price('1.2'), ...band('0.2') }],
    ['the band around the first trade', '1.42', { ...wide, lastPrice: null, ...band('0.43') }],
  ])('is %s when that is the least: %s', (_, limit, changes) => {
    expect(judgeEntry(view(changes))).toMatchObject({ kind: 'buy', price: limit });
  });
});

describe('the size', () => {
  test('under the minimum of the pair ends the entry with both numbers', () => {
    expect(judgeEntry(view({ budget: quoteAmount('0.9') }))).toMatchObject({
      rule: 'minNotional',
      limit: 'minNotional 1',
      final: true,
    });
  });

  test('near the minimum is bought with a warning', () => {
    expect(judgeEntry(view())).toMatchObject({ warning: null });
    const decision = judgeEntry(view({ budget: quoteAmount('1.9') }));
    expect(decision).toMatchObject({ kind: 'buy', warning: expect.stringContaining('twice') });
  });

  test('of a price that rounds to nothing is not infinite', () => {
    const tiny = view({ firstPrint: deal('0.000001'), top: null });
    expect(judgeEntry(tiny)).toMatchObject({ rule: 'priceGuard', final: true });
  });
});

// Any market around any opening: prices of any size, books or none, all precisions.
const aPrice = positiveText(9).map(price);
const anyView: fc.Arbitrary<EntryView> = fc
  .record({
    first: fc.option(aPrice),
    ask: fc.option(aPrice),
    last: fc.option(aPrice),
    cap: fc.option(aPrice),
    maxPrice: fc.option(positiveText(9)),
    budget: positiveText(6),
    band: fc.option(fc.constantFrom('0', '0.05', '0.2', '3')),
    fee: fc.constantFrom('0', '0.0005', '0.01'),
    decimals: fc.tuple(fc.nat(8), fc.nat(10)),
    mode: fc.constantFrom('firstPrint' as const, 'fixed' as const),
    sinceOpenMs: fc.integer({ min: -2000, max: 70_000 }),
    opensAtMs: fc.constantFrom(OPENS, null),
  })
  .map((seen) =>
    view({
      nowMs: OPENS + seen.sinceOpenMs,
      opensAtMs: seen.opensAtMs,
      firstPrint: seen.first === null ? null : deal(seen.first),
      tradingSinceMs: seen.first === null ? null : OPENS + seen.sinceOpenMs - 10,
      top: seen.ask === null ? null : book(movedBy(seen.ask, -1), seen.ask),
      lastPrice: seen.last,
      cap: seen.cap,
      budget: quoteAmount(seen.budget),
      takerFee: fraction(seen.fee),
      rules: rulesOf({
        quantityDecimals: seen.decimals[0],
        priceDecimals: seen.decimals[1],
        priceBand: seen.band === null ? null : { up: fraction(seen.band), down: fraction('0.2') },
      }),
      options: options({ mode: seen.mode, maxPrice: seen.maxPrice }),
    }),
  );
const anyBuy = anyView
  .map((seen) => ({ seen, decision: judgeEntry(seen) }))
  .filter((each): each is Bought => each.decision.kind === 'buy');
type Bought = { seen: EntryView; decision: EntryDecision & { kind: 'buy' } };

const ceilingsOf = ({
  cap,
  options: by,
  firstPrint,
  top,
  lastPrice,
  rules,
}: EntryView): Price[] => {
  const ceilings = [cap, by.maxPrice === null ? null : price(by.maxPrice)];
  if (by.mode === 'firstPrint' && firstPrint !== null) {
    const last = lastPrice ?? firstPrint.price;
    ceilings.push(movedBy(firstPrint.price, by.maxOverFirst));
    ceilings.push(movedBy(top?.ask?.price ?? firstPrint.price, by.slippage));
    if (rules.priceBand !== null) ceilings.push(movedBy(last, Number(rules.priceBand.up) * 100));
  }
  return ceilings.filter((each) => each !== null);
};

describe('whatever the market shows', () => {
  test('an order and its fee cost no more than the budget', () => {
    fc.assert(
      fc.property(anyBuy, ({ seen, decision }) => {
        const cost = new Exact(decision.price).times(decision.quantity);
        expect(cost.times(new Exact(seen.takerFee).plus(1)).lte(seen.budget)).toBe(true);
      }),
    );
  });

  test('one step more would cost more than the budget', () => {
    fc.assert(
      fc.property(anyBuy, ({ seen, decision }) => {
        const step = new Exact(10).pow(-seen.rules.quantityDecimals);
        const cost = new Exact(decision.quantity).plus(step).times(decision.price);
        expect(cost.times(new Exact(seen.takerFee).plus(1)).gt(seen.budget)).toBe(true);
      }),
    );
  });

  test('a limit is under every ceiling that is known', () => {
    fc.assert(
      fc.property(anyBuy, ({ seen, decision }) => {
        const over = ceilingsOf(seen).filter((each) => compare(decision.price, each) > 0);
        expect(over).toEqual([]);
      }),
    );
  });

  test('an order has the decimals of the pair, no exponent, and a size the pair allows', () => {
    const decimalsOf = (text: string) => text.split('.')[1]?.length ?? 0;
    fc.assert(
      fc.property(anyBuy, ({ seen, decision }) => {
        expect(decision.price).toMatch(/^\d+(\.\d+)?$/);
        expect(decision.quantity).toMatch(/^\d+(\.\d+)?$/);
        expect(decimalsOf(decision.price)).toBeLessThanOrEqual(seen.rules.priceDecimals);
        expect(decimalsOf(decision.quantity)).toBeLessThanOrEqual(seen.rules.quantityDecimals);
        expect(sizeProblem(seen.rules, decision.price, decision.quantity)).toBeNull();
      }),
    );
  });

  test('nothing is bought before the opening unless it trades, nor after the window', () => {
    fc.assert(
      fc.property(anyBuy, ({ seen }) => {
        const opens = seen.opensAtMs ?? seen.tradingSinceMs ?? Number.POSITIVE_INFINITY;
        expect(seen.nowMs >= opens - 5 || seen.tradingSinceMs !== null).toBe(true);
        expect(seen.nowMs).toBeLessThanOrEqual(opens + seen.options.window * 1000);
      }),
    );
  });
});
