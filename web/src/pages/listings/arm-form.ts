/** What stands in the form, as typed. */
export interface Typed {
  readonly base: string;
  readonly quote: string;
  /** "2026-06-01T08:00" or with seconds, UTC; empty: nobody knows. */
  readonly opensAt: string;
  readonly maxPrice: string;
  /** Empty: the budget of the configuration. */
  readonly quoteAmount: string;
}

export const NOTHING: Typed = {
  base: '',
  quote: 'USDT',
  opensAt: '',
  maxPrice: '',
  quoteAmount: '',
};

/** A comma is not read: "1,500" may be meant either way. */
const AMOUNT = /^(0|[1-9]\d{0,19})(\.\d{1,18})?$/;
const isAmount = (text: string): boolean => AMOUNT.test(text) && /[1-9]/.test(text);

/** What is wrong with a budget as it was typed; empty means that of the configuration. */
export const typedProblem = ({
  quoteAmount,
}: Pick<Typed, 'quoteAmount'>): Partial<Pick<Typed, 'quoteAmount'>> =>
  quoteAmount.trim() === '' || isAmount(quoteAmount.trim())
    ? {}
    : { quoteAmount: 'must be an amount above 0 such as 100, or empty' };

/** What can be seen without asking; the API sees the rest. */
export const problemsOf = (typed: Typed): Partial<Typed> => ({
  ...(typed.base.trim() === '' ? { base: 'which coin?' } : {}),
  ...(typed.quote.trim() === '' ? { quote: 'paid with what?' } : {}),
  ...(isAmount(typed.maxPrice.trim())
    ? {}
    : { maxPrice: 'must be an amount above 0 such as 0.05: without it nothing is armed' }),
  ...typedProblem(typed),
});

/** What the API wants. */
export const inputOf = (typed: Typed) => ({
  base: typed.base.trim().toUpperCase(),
  quote: typed.quote.trim().toUpperCase(),
  opensAt: typed.opensAt === '' ? null : new Date(`${typed.opensAt}Z`).toISOString(),
  maxPrice: typed.maxPrice.trim(),
  quoteAmount: typed.quoteAmount.trim() === '' ? null : typed.quoteAmount.trim(),
});
