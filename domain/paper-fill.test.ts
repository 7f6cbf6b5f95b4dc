import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, fraction, price, quantity } from './amount.ts';
import { marketSymbol } from './market-symbol.ts';
import type { BookDepth } from './market.ts';
import { filledQuantity, paperFills, type PaperTaker } from './paper-fill.ts';

const level = (at: string, size: string) => ({ price: price(at), quantity: quantity(size) });
const book: BookDepth = {
  symbol: marketSymbol('ABCUSDT'),
  bids: [level('0.9', '10'), level('0.8', '20')],
  asks: [level('1', '10'), level('1.1', '20'), level('2', '100')],
  receivedAtMs: 0,
};
const taker = (changes: Partial<PaperTaker> = {}): PaperTaker => ({
  side: 'buy',
  price: price('1.5'),
  quantity: quantity('12'),
  quantityDecimals: 2,
  fee: fraction('0.0005'),
  haircut: 50,
  ...changes,
});
const taken = (changes: Partial<PaperTaker>) =>
  paperFills(taker(changes), book).map((fill) => `${fill.quantity} at ${fill.price}`);

describe('a fill of a dry run', () => {
  test('walks the book from the best price, on the share that others leave', () => {
    expect(taken({})).toEqual(['5 at 1', '7 at 1.1']);
    expect(taken({ haircut: 0 })).toEqual(['10 at 1', '2 at 1.1']);
    expect(taken({ side: 'sell', price: price('0.8') })).toEqual(['5 at 0.9', '7 at 0.8']);
  });

  test('goes no further than the limit, and what is left is not filled', () => {
    expect(taken({ quantity: quantity('1000') })).toEqual(['5 at 1', '10 at 1.1']);
    expect(taken({ price: price('0.99') })).toEqual([]);
    expect(taken({ price: null, quantity: quantity('20') })).toEqual([
      '5 at 1',
      '10 at 1.1',
      '5 at 2',
    ]);
  });

  test('pays the fee in quote on what changes hands', () => {
    const [fill] = paperFills(taker({ quantity: quantity('4') }), book);
    expect(fill).toMatchObject({ quote: '4', fee: '0.002' });
  });

  test('is never more than was asked for, nor below the limit of a sale', () => {
    const sizes = fc.integer({ min: 1, max: 100_000 }).map((n) => quantity((n / 100).toFixed(2)));
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 99 }), (size, haircut) => {
        const fills = paperFills(
          taker({ side: 'sell', price: price('0.85'), quantity: size, haircut }),
          book,
        );
        expect(compare(filledQuantity(fills), size)).toBeLessThanOrEqual(0);
        expect(fills.every((fill) => compare(fill.price, price('0.85')) >= 0)).toBe(true);
      }),
    );
  });
});
