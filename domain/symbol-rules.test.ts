import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, notional } from './amount.ts';
import { sendablePrice, sendableQuantity, sizeProblem } from './symbol-rules.ts';
import { positiveText, price, quantity, quoteAmount, rulesOf } from './testing.ts';

describe('the size of an order', () => {
  const rules = rulesOf({ minQuantity: quantity('5'), minNotional: quoteAmount('1') });

  test('is refused under the minimum value, with both numbers', () => {
    expect(sizeProblem(rules, price('0.1'), quantity('9'))).toEqual({
      rule: 'minNotional',
      limit: '1',
      actual: '0.9',
    });
  });

  test('is refused under the minimum quantity, over the maximum value, and when it is nothing', () => {
    expect(sizeProblem(rules, price('9'), quantity('4'))?.rule).toBe('minQuantity');
    expect(sizeProblem(rules, price('3000000'), quantity('6'))?.rule).toBe('maxNotional');
    expect(sizeProblem(rules, price('1'), quantity('0.00'))?.rule).toBe('zero');
  });

  test('passes exactly on the limits', () => {
    expect(sizeProblem(rules, price('0.2'), quantity('5'))).toBeNull();
    expect(sizeProblem(rules, price('400000'), quantity('5'))).toBeNull();
  });

  test('a record without a minimum quantity has none', () => {
    expect(sizeProblem(rulesOf(), price('1'), quantity('1'))).toBeNull();
  });

  test('what may be sent has the decimals of the pair and never more than was asked', () => {
    fc.assert(
      fc.property(positiveText(12), positiveText(12), (size, at) => {
        const sent = sendableQuantity(rulesOf(), quantity(size));
        expect(sent.split('.')[1]?.length ?? 0).toBeLessThanOrEqual(2);
        const buy = sendablePrice(rulesOf(), price(at), 'buy');
        expect(buy.split('.')[1]?.length ?? 0).toBeLessThanOrEqual(5);
        expect(
          compare(notional(buy, sent), notional(price(at), quantity(size))),
        ).toBeLessThanOrEqual(0);
      }),
    );
  });
});
