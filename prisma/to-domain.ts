import { quantity, quoteAmount, type Quantity, type QuoteAmount } from '#domain/amount.ts';

// The only place where rows become domain values. `toFixed()` because `toString()` may answer "1e-7".

interface Stored {
  toFixed(): string;
}

export const toQuantity = (value: Stored): Quantity => quantity(value.toFixed());
export const toQuote = (value: Stored): QuoteAmount => quoteAmount(value.toFixed());
