import {
  add,
  notional,
  price,
  subtract,
  zeroQuote,
  type Price,
  type Quantity,
  type QuoteAmount,
} from '#domain/amount.ts';
import type { Asset } from '#domain/market-symbol.ts';
import { filledQuantity, type PaperFill } from '#domain/paper-fill.ts';
import type { Move } from './wallet.ts';

/** What an order trades, as far as balances are concerned. */
export interface Traded {
  readonly side: 'buy' | 'sell';
  readonly base: Asset;
  readonly quote: Asset;
  /** Null for a market order, which never rests. */
  readonly price: Price | null;
}

const minus = (text: string): string => (text === '0' ? '0' : `-${text}`);

/** Quote and fees of executions together. */
export const sumsOf = (fills: readonly PaperFill[]): { quote: QuoteAmount; fee: QuoteAmount } => ({
  quote: fills.reduce((sum, fill) => add(sum, fill.quote), zeroQuote),
  fee: fills.reduce((sum, fill) => add(sum, fill.fee), zeroQuote),
});

/** What the wallet must hold for an order to be taken: all of it at its limit, and the fee. */
export const neededFor = (
  traded: Traded,
  size: Quantity,
  fills: readonly PaperFill[],
): { asset: Asset; amount: string } => {
  if (traded.side === 'sell') return { asset: traded.base, amount: size };
  const { quote, fee } = sumsOf(fills);
  const most = traded.price === null ? quote : notional(traded.price, size);
  return { asset: traded.quote, amount: add(most, fee) };
};

/** Executions at once, out of what is free. */
export const movesOf = (traded: Traded, fills: readonly PaperFill[]): Move[] => {
  const { quote, fee } = sumsOf(fills);
  const size = filledQuantity(fills);
  const { base, quote: coin } = traded;
  return traded.side === 'buy'
    ? [
        { asset: coin, free: minus(add(quote, fee)), locked: '0' },
        { asset: base, free: size, locked: '0' },
      ]
    : [
        { asset: base, free: minus(size), locked: '0' },
        { asset: coin, free: subtract(quote, fee), locked: '0' },
      ];
};

/** What rests is locked; `-1` gives it back. */
export const lockOf = (traded: Traded, left: Quantity, direction: 1 | -1): Move[] => {
  const isBuy = traded.side === 'buy';
  const amount = isBuy ? notional(traded.price ?? price('0'), left) : left;
  const coin = isBuy ? traded.quote : traded.base;
  return [
    direction === 1
      ? { asset: coin, free: minus(amount), locked: amount }
      : { asset: coin, free: amount, locked: minus(amount) },
  ];
};
