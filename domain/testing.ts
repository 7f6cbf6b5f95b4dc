import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { price, quantity, quoteAmount } from './amount.ts';
import { asset, marketSymbol } from './market-symbol.ts';
import type { SymbolRules } from './symbol-rules.ts';

// Values for the tests of this folder.

/** Arithmetic to check against: far more digits than any result here has. */
export const Exact = Decimal.clone({ precision: 200 });

/** Plain decimal text with up to `decimals` places, from the tiniest coins to large balances. */
export const decimalText = (decimals = 12): fc.Arbitrary<string> =>
  fc
    .record({
      whole: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9_999_999 })),
      places: fc.integer({ min: 0, max: decimals }),
      digits: fc.oneof(fc.nat(99), fc.nat()),
    })
    .map(({ whole, places, digits }) =>
      places === 0
        ? String(whole)
        : `${whole}.${String(digits).padStart(places, '0').slice(-places)}`,
    );

/** The same above zero. */
export const positiveText = (decimals = 12): fc.Arbitrary<string> =>
  decimalText(decimals).filter((text) => /[1-9]/.test(text));

/** Rules of a usual pair; a test names what it is about. */
export const rulesOf = (changes: Partial<SymbolRules> = {}): SymbolRules => ({
  symbol: marketSymbol('ABCUSDT'),
  base: asset('ABC'),
  quote: asset('USDT'),
  fullName: 'Abc',
  status: 'online',
  apiTradingAllowed: true,
  sides: 'both',
  quantityDecimals: 2,
  priceDecimals: 5,
  minQuantity: null,
  minNotional: quoteAmount('1'),
  maxNotional: quoteAmount('2000000'),
  makerFee: '0' as SymbolRules['makerFee'],
  takerFee: '0.0005' as SymbolRules['takerFee'],
  priceBand: null,
  firstOpenTimeMs: null,
  ...changes,
});

/** What a call throws; null when it returns. */
export const thrownBy = (call: () => unknown): unknown => {
  try {
    call();
    return null;
  } catch (error) {
    return error;
  }
};

export { price, quantity, quoteAmount };
