import {
  price,
  quantity,
  quoteAmount,
  signedQuote,
  type Price,
  type Quantity,
  type QuoteAmount,
  type SignedQuote,
} from '#domain/amount.ts';

// The only place where rows become domain values. `toFixed()` because `toString()` may answer "1e-7".

interface Stored {
  toFixed(): string;
}

export const toPrice = (value: Stored): Price => price(value.toFixed());
export const toQuantity = (value: Stored): Quantity => quantity(value.toFixed());
export const toQuote = (value: Stored): QuoteAmount => quoteAmount(value.toFixed());
export const toSignedQuote = (value: Stored): SignedQuote => signedQuote(value.toFixed());
