import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, notional, subtractToZero } from './amount.ts';
import { asset } from './market-symbol.ts';
import type { ExchangeOrderId, Execution } from './order.ts';
import {
  addTallies,
  breakEvenPrice,
  emptyTally,
  entryPriceOf,
  heldQuantity,
  profitOf,
  profitOfSale,
  sellable,
  tally,
  type Tally,
} from './position.ts';
import { decimalText, Exact, positiveText, price, quantity, quoteAmount } from './testing.ts';

const pair = { base: asset('ABC'), quote: asset('USDT') };

const execution = (changes: Partial<Execution> = {}): Execution => ({
  tradeId: '1',
  exchangeOrderId: 'C02__1' as ExchangeOrderId,
  price: price('2'),
  quantity: quantity('10'),
  quote: quoteAmount('20'),
  fee: '0.01',
  feeAsset: pair.quote,
  isMaker: false,
  atMs: 0,
  ...changes,
});

const anExecution: fc.Arbitrary<Execution> = fc
  .record({
    at: positiveText(8),
    size: positiveText(6),
    fee: decimalText(6),
    feeAsset: fc.constantFrom(pair.quote, pair.base, asset('MX')),
  })
  .map(({ at, size, fee, feeAsset }) =>
    execution({
      price: price(at),
      quantity: quantity(size),
      quote: notional(price(at), quantity(size)),
      fee,
      feeAsset,
    }),
  );
const executions = fc.array(anExecution, { maxLength: 6 });

describe('what executions come to', () => {
  test('a fee in quote leaves the whole quantity', () => {
    const bought = tally([execution(), execution({ tradeId: '2' })], pair);
    expect(heldQuantity(bought, emptyTally)).toBe('20');
    expect(bought.feeQuote).toBe('0.02');
  });

  test('a fee in base is not ours to sell', () => {
    const bought = tally([execution({ fee: '0.05', feeAsset: pair.base })], pair);
    expect(heldQuantity(bought, emptyTally)).toBe('9.95');
    const sold = tally(
      [execution({ quantity: quantity('4'), fee: '1', feeAsset: pair.base })],
      pair,
    );
    expect(heldQuantity(bought, sold)).toBe('4.95');
  });

  test('do not depend on how they are grouped', () => {
    fc.assert(
      fc.property(executions, executions, (first, second) => {
        const apart = addTallies(tally(first, pair), tally(second, pair));
        expect(apart).toEqual(tally([...first, ...second], pair));
      }),
    );
  });

  test('a fee in a third coin of nothing is no fee', () => {
    const free = execution({ fee: '0.000', feeAsset: asset('MX') });
    expect(tally([free], pair).feeUnknown).toBe(false);
  });

  test('what a price was paid on average lies between the prices paid', () => {
    fc.assert(
      fc.property(fc.array(anExecution, { minLength: 1, maxLength: 6 }), (all) => {
        const average = new Exact(entryPriceOf(tally(all, pair)) ?? 'NaN');
        const prices = all.map((each) => new Exact(each.price));
        expect(average.lte(Exact.max(...prices))).toBe(true);
        expect(average.gte(Exact.min(...prices).minus('1e-18'))).toBe(true);
      }),
    );
    expect(entryPriceOf(emptyTally)).toBeNull();
  });
});

describe('what may be sold', () => {
  test('is never more than we hold, nor than the account has', () => {
    expect(sellable(quantity('5'), quantity('3'))).toBe('3');
    expect(sellable(quantity('5'), quantity('7'))).toBe('5');
    fc.assert(
      fc.property(decimalText(), decimalText(), (held, free) => {
        const size = sellable(quantity(held), quantity(free));
        expect(compare(size, quantity(held))).toBeLessThanOrEqual(0);
        expect(compare(size, quantity(free))).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('is never more than was bought less what was sold, and never negative', () => {
    fc.assert(
      fc.property(executions, executions, (buys, sells) => {
        const bought = tally(buys, pair);
        const sold = tally(sells, pair);
        const held = heldQuantity(bought, sold);
        expect(compare(held, quantity('0'))).toBeGreaterThanOrEqual(0);
        expect(compare(held, subtractToZero(bought.size, sold.size))).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('is nothing when more was sold than bought', () => {
    const sold = tally([execution({ quantity: quantity('11') })], pair);
    expect(heldQuantity(tally([execution()], pair), sold)).toBe('0');
  });
});

describe('profit', () => {
  test('is what came less what went less every fee', () => {
    const bought = tally([execution()], pair);
    const sold = tally([execution({ price: price('3'), quote: quoteAmount('30') })], pair);
    expect(profitOf(bought, sold)).toBe('9.98');
    expect(profitOf(sold, bought)).toBe('-10.02');
  });

  test('counts a fee in base once: as the less that could be sold', () => {
    const bought = tally([execution({ fee: '0.05', feeAsset: pair.base })], pair);
    const rest = execution({ quantity: quantity('9.95'), quote: quoteAmount('19.9'), fee: '0' });
    expect(profitOf(bought, tally([rest], pair))).toBe('-0.1');
  });

  test('with a fee in a coin without a price is unknown, not wrong', () => {
    const odd = tally([execution({ feeAsset: asset('MX') })], pair);
    expect(profitOf(odd, emptyTally)).toBeNull();
    expect(profitOf(tally([execution()], pair), odd)).toBeNull();
  });

  test('is what the quote balance of the account changed by, or unknown', () => {
    fc.assert(
      fc.property(executions, executions, (buys, sells) => {
        let balance = new Exact(0);
        for (const each of buys) balance = balance.minus(each.quote);
        for (const each of sells) balance = balance.plus(each.quote);
        const all = [...buys, ...sells];
        for (const each of all) if (each.feeAsset === pair.quote) balance = balance.minus(each.fee);
        const odd = all.some((each) => each.feeAsset === 'MX' && Number(each.fee) > 0);
        const got = profitOf(tally(buys, pair), tally(sells, pair));
        expect(got).toBe(odd ? null : balance.toFixed());
      }),
    );
  });
});

describe('the result of a sale', () => {
  test('has its share of what the position cost, with the fees of both', () => {
    const bought = tally([execution()], pair); // 10 for 20 and 0.01
    const part = execution({ quantity: quantity('4'), quote: quoteAmount('10'), fee: '0.005' });
    expect(profitOfSale(bought, tally([part], pair))).toBe('1.991');
  });

  test('counts a fee in base as the less that could be sold', () => {
    const bought = tally([execution({ fee: '0.5', feeAsset: pair.base })], pair); // 9.5 for 20
    const rest = execution({ quantity: quantity('9.5'), quote: quoteAmount('20'), fee: '0' });
    expect(profitOfSale(bought, tally([rest], pair))).toBe('0');
  });

  test('is unknown with a fee in a coin without a price, and of nothing that was bought', () => {
    const odd = tally([execution({ feeAsset: asset('MX') })], pair);
    expect(profitOfSale(odd, emptyTally)).toBeNull();
    expect(profitOfSale(tally([execution()], pair), odd)).toBeNull();
    expect(profitOfSale(emptyTally, tally([execution()], pair))).toBeNull();
  });

  test('adds up with those of all others to the profit', () => {
    fc.assert(
      fc.property(positiveText(6), fc.integer({ min: 1, max: 99 }), (quote, percent) => {
        const bought = tally([execution({ quantity: quantity('100') })], pair);
        const sale = (size: number) =>
          tally([execution({ quantity: quantity(String(size)), quote: quoteAmount(quote) })], pair);
        const sales = [sale(percent), sale(100 - percent)];
        const sum = sales.reduce(
          (all, each) => all.plus(profitOfSale(bought, each) ?? Number.NaN),
          new Exact(0),
        );
        const whole = profitOf(bought, sales.reduce(addTallies));
        expect(
          sum
            .minus(whole ?? Number.NaN)
            .abs()
            .lte('1e-17'),
        ).toBe(true);
      }),
    );
  });
});

describe('the break-even price', () => {
  const bought = (more: Partial<Tally>): Tally => ({
    ...emptyTally,
    size: quantity('1000'),
    quote: quoteAmount('100'),
    ...more,
  });

  test('earns back the fees of both ways', () => {
    expect(breakEvenPrice(bought({}))).toBe('0.1');
    expect(breakEvenPrice(bought({ feeQuote: quoteAmount('0.05') }))).toMatch(/^0\.1001000500/);
    expect(breakEvenPrice(bought({ feeBase: quantity('1') }))).toMatch(/^0\.1002004/);
  });

  test('is never too low to regain what was paid', () => {
    fc.assert(
      fc.property(positiveText(9), fc.integer({ min: 0, max: 500 }), (size, feeBasis) => {
        const quote = quoteAmount('37.5');
        const feeQuote = quoteAmount(new Exact(quote).times(feeBasis).div(10_000).toFixed());
        const even = breakEvenPrice(bought({ size: quantity(size), feeQuote }));
        expect(even).toMatch(/^\d+(\.\d+)?$/);
        const received = new Exact(even ?? '0')
          .times(size)
          .times(new Exact(10_000).minus(feeBasis));
        expect(received.div(10_000).gte(new Exact(quote).plus(feeQuote).minus('1e-30'))).toBe(true);
      }),
    );
  });
});
