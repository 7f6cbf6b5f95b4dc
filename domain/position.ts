import {
  add,
  averagePrice,
  compare,
  isZero,
  priceToRegain,
  profit,
  quantity,
  quoteAmount,
  shareOf,
  subtractToZero,
  zeroQuantity,
  zeroQuote,
  type Price,
  type Quantity,
  type QuoteAmount,
  type SignedQuote,
} from './amount.ts';
import type { Asset } from './market-symbol.ts';
import type { Execution } from './order.ts';

/** What executions came to: base moved, quote moved, and what it cost. */
export interface Tally {
  /** Base that changed hands, before a fee in base. */
  readonly size: Quantity;
  /** Quote that changed hands, before fees. */
  readonly quote: QuoteAmount;
  /** Fee charged in base; the exchange normally charges none. It lowers what is held, not the quote. */
  readonly feeBase: Quantity;
  /** Fees charged in quote. A fee in base is not in it: selling less already costs its worth. */
  readonly feeQuote: QuoteAmount;
  /** True when a fee was charged in a third coin whose price we do not know: profit is not exact. */
  readonly feeUnknown: boolean;
}

export const emptyTally: Tally = {
  size: zeroQuantity,
  quote: zeroQuote,
  feeBase: zeroQuantity,
  feeQuote: zeroQuote,
  feeUnknown: false,
};

/** Adds up executions of one side of one pair. */
export const tally = (
  executions: readonly Execution[],
  pair: { base: Asset; quote: Asset },
): Tally =>
  executions.reduce((sum, execution) => {
    const inQuote = execution.feeAsset === pair.quote;
    const inBase = execution.feeAsset === pair.base;
    const fee = quoteAmount(execution.fee);
    return {
      size: add(sum.size, execution.quantity),
      quote: add(sum.quote, execution.quote),
      feeBase: inBase ? add(sum.feeBase, quantity(execution.fee)) : sum.feeBase,
      feeQuote: inQuote ? add(sum.feeQuote, fee) : sum.feeQuote,
      feeUnknown: sum.feeUnknown || (!inQuote && !inBase && !isZero(fee)),
    };
  }, emptyTally);

export const addTallies = (a: Tally, b: Tally): Tally => ({
  size: add(a.size, b.size),
  quote: add(a.quote, b.quote),
  feeBase: add(a.feeBase, b.feeBase),
  feeQuote: add(a.feeQuote, b.feeQuote),
  feeUnknown: a.feeUnknown || b.feeUnknown,
});

/** Base of this trade that is still ours: bought less sold, and less every fee in base. */
export const heldQuantity = (bought: Tally, sold: Tally): Quantity =>
  subtractToZero(subtractToZero(bought.size, bought.feeBase), add(sold.size, sold.feeBase));

/** The least of what the trade holds and what the account has free: a sell never exceeds either. */
export const sellable = (held: Quantity, free: Quantity): Quantity =>
  compare(held, free) <= 0 ? held : free;

/** Average price paid per unit, fees left out; null when nothing was bought. */
export const entryPriceOf = (bought: Tally): Price | null =>
  averagePrice(bought.quote, bought.size);

/** Received less paid less the fees in quote. Null when a fee is in a coin whose price we do not know. */
export const profitOf = (bought: Tally, sold: Tally): SignedQuote | null =>
  bought.feeUnknown || sold.feeUnknown
    ? null
    : profit(sold.quote, add(bought.quote, add(bought.feeQuote, sold.feeQuote)));

/**
 * What one sale brought after fees: its share of what was paid for all of the position, fees of the
 * buy included, is taken off. The results of all sales add up to the profit, but for dust and the
 * last decimals. Null when a fee is in a coin whose price we do not know, or nothing was bought.
 */
export const profitOfSale = (bought: Tally, sale: Tally): SignedQuote | null => {
  const received = subtractToZero(bought.size, bought.feeBase);
  if (isZero(received) || bought.feeUnknown || sale.feeUnknown) return null;
  const paid = add(bought.quote, bought.feeQuote);
  const cost = shareOf(paid, add(sale.size, sale.feeBase), received);
  return profit(sale.quote, add(cost, sale.feeQuote));
};

/**
 * The price at which selling all that was bought regains what it cost, if selling costs the same
 * part in fees as buying did. A fee in a third coin is not in it: its worth is not known. Null where
 * no price does.
 */
export const breakEvenPrice = (bought: Tally): Price | null => {
  const soldAfterFees = subtractToZero(bought.size, add(bought.feeBase, bought.feeBase));
  const paid = add(bought.quote, bought.feeQuote);
  return priceToRegain(paid, soldAfterFees, { fee: bought.feeQuote, of: bought.quote });
};
