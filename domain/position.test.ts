import { describe, expect, test } from 'vitest';
import { asset } from './market-symbol.ts';
import type { Execution, ExchangeOrderId, OrderReport } from './order.ts';
import { isFinal, outcomeOf } from './order.ts';
import { heldQuantity, profitOf, sellable, tally } from './position.ts';
import { price, quantity, quoteAmount } from './testing.ts';

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

describe('what executions come to', () => {
  test('a fee in quote leaves the whole quantity', () => {
    const bought = tally([execution(), execution({ tradeId: '2' })], pair);
    expect(heldQuantity(bought, tally([], pair))).toBe('20');
    expect(bought.feeQuote).toBe('0.02');
  });

  test('a fee in base is not ours to sell', () => {
    const bought = tally([execution({ fee: '0.05', feeAsset: pair.base })], pair);
    expect(heldQuantity(bought, tally([], pair))).toBe('9.95');
    expect(bought.feeQuote).toBe('0.1');
  });

  test('profit is what came less what went less every fee', () => {
    const bought = tally([execution()], pair);
    const sold = tally([execution({ price: price('3'), quote: quoteAmount('30') })], pair);
    expect(profitOf(bought, sold)).toBe('9.98');
    expect(profitOf(sold, bought)).toBe('-10.02');
  });

  test('a fee in a coin without a price makes profit unknown, not wrong', () => {
    const odd = tally([execution({ feeAsset: asset('MX') })], pair);
    expect(profitOf(odd, tally([], pair))).toBeNull();
  });

  test('a sale never exceeds what we hold, nor what the account has', () => {
    expect(sellable(quantity('5'), quantity('3'))).toBe('3');
    expect(sellable(quantity('5'), quantity('7'))).toBe('5');
    const sold = tally([execution({ quantity: quantity('11') })], pair);
    expect(heldQuantity(tally([execution()], pair), sold)).toBe('0');
  });
});

describe('what a report proves', () => {
  const report = (status: OrderReport['status'], executed: string) =>
    ({ status, executed: quantity(executed), executedQuote: quoteAmount('1') }) as OrderReport;

  test('an order that can still change proves nothing', () => {
    expect(outcomeOf(report('new', '0')).kind).toBe('unknown');
    expect(outcomeOf(report('partlyFilled', '1')).kind).toBe('unknown');
  });

  test('a cancelled rest is final: filled in part, or not at all', () => {
    expect(isFinal('partlyCanceled')).toBe(true);
    expect(outcomeOf(report('partlyCanceled', '1')).kind).toBe('partlyFilled');
    expect(outcomeOf(report('canceled', '0.000')).kind).toBe('unfilled');
    expect(outcomeOf(report('filled', '1')).kind).toBe('filled');
  });
});
