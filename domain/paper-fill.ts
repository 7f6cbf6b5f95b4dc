import {
  add,
  compare,
  floorQuantity,
  isZero,
  least,
  notional,
  partOf,
  subtract,
  timesOf,
  zeroQuantity,
  type Fraction,
  type Price,
  type Quantity,
  type QuoteAmount,
} from './amount.ts';
import type { BookDepth, BookLevel } from './market.ts';

/** One execution that a dry run works out. */
export interface PaperFill {
  readonly price: Price;
  readonly quantity: Quantity;
  /** Quote that would change hands. */
  readonly quote: QuoteAmount;
  /** In quote. */
  readonly fee: QuoteAmount;
}

/** What is to be filled, and how the book is read. */
export interface PaperTaker {
  readonly side: 'buy' | 'sell';
  /** Limit; null takes any price. */
  readonly price: Price | null;
  readonly quantity: Quantity;
  /** Decimals of a quantity of the pair. */
  readonly quantityDecimals: number;
  readonly fee: Fraction;
  /** Percent of each level that others are quicker to take. */
  readonly haircut: number;
}

/**
 * Walks the book from its best price as far as the limit and the quantity reach. Optimistic all the
 * same: nobody else reacts to it, and what was taken is there again at the next look.
 */
export const paperFills = (taker: PaperTaker, book: BookDepth): readonly PaperFill[] => {
  const fills: PaperFill[] = [];
  let left = taker.quantity;
  for (const level of taker.side === 'buy' ? book.asks : book.bids) {
    if (isZero(left) || !isWithin(taker, level.price)) break;
    const size = floorQuantity(least(left, reachable(taker, level)), taker.quantityDecimals);
    if (isZero(size)) continue;
    fills.push(fillAt(level.price, size, taker.fee));
    left = subtract(left, size);
  }
  return fills;
};

/** An execution at one price, with its fee. */
export const fillAt = (price: Price, quantity: Quantity, fee: Fraction): PaperFill => {
  const quote = notional(price, quantity);
  return { price, quantity, quote, fee: timesOf(quote, Number(fee)) };
};

const isWithin = ({ side, price }: PaperTaker, at: Price): boolean =>
  price === null || (side === 'buy' ? compare(at, price) <= 0 : compare(at, price) >= 0);

const reachable = ({ haircut }: PaperTaker, level: BookLevel): Quantity =>
  partOf(level.quantity, (100 - haircut) / 100);

/** Base that fills add up to. */
export const filledQuantity = (fills: readonly Pick<PaperFill, 'quantity'>[]): Quantity =>
  fills.reduce((sum, fill) => add(sum, fill.quantity), zeroQuantity);
