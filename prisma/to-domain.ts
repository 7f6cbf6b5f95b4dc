import { price, quantity, quoteAmount, type Quantity, type QuoteAmount } from '#domain/amount.ts';
import type { Asset } from '#domain/market-symbol.ts';
import type { Execution } from '#domain/order.ts';
import type { Fill } from './generated/client.ts';

// The only place where rows become domain values. `toFixed()` because `toString()` may answer "1e-7".

interface Stored {
  toFixed(): string;
}

export const toQuantity = (value: Stored): Quantity => quantity(value.toFixed());
export const toQuote = (value: Stored): QuoteAmount => quoteAmount(value.toFixed());

/** A fill as the exchange told it; its order's id there is left empty where it never told us. */
export const toExecution = (fill: Fill, exchangeOrderId: string | null): Execution => ({
  tradeId: fill.tradeId,
  exchangeOrderId: (exchangeOrderId ?? '') as Execution['exchangeOrderId'],
  price: price(fill.price.toFixed()),
  quantity: quantity(fill.quantity.toFixed()),
  quote: toQuote(fill.quote),
  fee: fill.fee.toFixed(),
  feeAsset: fill.feeAsset as Asset, // written from an Execution
  isMaker: fill.isMaker,
  atMs: fill.at.getTime(),
});
