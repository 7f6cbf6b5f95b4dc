import { compare, price, quoteAmount } from './amount.ts';
import type { TradingOptions } from './configuration.ts';
import type { Asset } from './market-symbol.ts';

/** A listing that an operator knows of: what to buy, when, and at what price at most. */
export interface HandListing {
  readonly base: Asset;
  readonly quote: Asset;
  /** Epoch ms; null: nobody knows, it is bought when it begins to trade. */
  readonly opensAtMs: number | null;
  /** Quote per base, decimal text: the price guard. */
  readonly maxPrice: string | null;
  /** Budget of this listing alone, quote; null: that of the configuration. */
  readonly quoteAmount: string | null;
}

/** What the operator set, as kept with the listing. */
export type HandTerms = Pick<HandListing, 'maxPrice' | 'quoteAmount'>;

/** What is wrong with a listing that an operator typed; `field` names the input. */
export interface HandProblem {
  readonly field: keyof HandListing;
  readonly problem: string;
}

/** A listing further away than this is a typing error; no trade waits longer. */
const AHEAD_MAX_MS = 30 * 86_400_000;

/** Every reason why a listing cannot be armed as it was typed; empty when it can. Pure. */
export const handProblems = (
  asked: HandListing,
  { nowMs, options }: { readonly nowMs: number; readonly options: TradingOptions },
): readonly HandProblem[] => [
  ...timeProblems(asked.opensAtMs, nowMs),
  ...guardProblems(asked.maxPrice),
  ...budgetProblems(asked.quoteAmount, options),
  ...(options.quotes.includes(asked.quote)
    ? []
    : [
        {
          field: 'quote',
          problem: `${asked.quote} is not traded; the configuration has ${options.quotes.join(', ')}`,
        } as const,
      ]),
];

const timeProblems = (opensAtMs: number | null, nowMs: number): readonly HandProblem[] => {
  if (opensAtMs === null) return [];
  const field = 'opensAtMs';
  if (!Number.isInteger(opensAtMs)) return [{ field, problem: 'must be a time in ms' }];
  if (opensAtMs <= nowMs) {
    const seconds = Math.ceil((nowMs - opensAtMs) / 1000);
    return [{ field, problem: `lies ${seconds} s in the past; an opening is never bought late` }];
  }
  return opensAtMs - nowMs > AHEAD_MAX_MS
    ? [{ field, problem: 'lies more than 30 days ahead; is it in seconds, or a wrong year?' }]
    : [];
};

const guardProblems = (maxPrice: string | null): readonly HandProblem[] => {
  const field = 'maxPrice';
  if (maxPrice === null)
    return [{ field, problem: 'is needed: without it nothing bounds what the first trade costs' }];
  return isAboveZero(maxPrice, price)
    ? []
    : [{ field, problem: 'must be plain decimal text above 0' }];
};

const budgetProblems = (
  amount: string | null,
  { maxQuotePerTrade }: TradingOptions,
): readonly HandProblem[] => {
  const field = 'quoteAmount';
  if (amount === null) return [];
  if (!isAboveZero(amount, quoteAmount))
    return [{ field, problem: 'must be plain decimal text above 0' }];
  return compare(quoteAmount(amount), quoteAmount(maxQuotePerTrade)) > 0
    ? [{ field, problem: `${amount} is above maxQuotePerTrade ${maxQuotePerTrade}` }]
    : [];
};

const isAboveZero = (text: string, parse: (text: string) => string): boolean => {
  try {
    return /[1-9]/.test(parse(text));
  } catch {
    return false; // not plain decimal text
  }
};

/** The options of one trade: what an operator set for its listing holds, and never loosens a limit. */
export const withTerms = (options: TradingOptions, terms: HandTerms | null): TradingOptions => {
  if (terms === null) return options;
  return {
    ...options,
    quoteAmount: terms.quoteAmount ?? options.quoteAmount,
    entry: { ...options.entry, maxPrice: lower(options.entry.maxPrice, terms.maxPrice) },
  };
};

/** The lower of two ceilings; one that is not set bounds nothing. */
export const lower = (one: string | null, other: string | null): string | null => {
  if (one === null || other === null) return one ?? other;
  return compare(price(one), price(other)) <= 0 ? one : other;
};
