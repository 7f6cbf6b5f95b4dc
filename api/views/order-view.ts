import { Decimal } from 'decimal.js';
import type { Fill, TradeOrder } from '#prisma/generated/client.ts';
import type { OrderView } from '../schemas/order.ts';
import { iso, isoOrNull, text, textOrNull } from './text.ts';

/** An order with its fills as the API shows it. */
export const orderView = (row: TradeOrder & { fills: Fill[] }): OrderView => ({
  clientOrderId: row.clientOrderId,
  exchangeOrderId: row.exchangeOrderId,
  listingId: row.listingId,
  leg: row.leg,
  n: row.n,
  symbol: row.symbol,
  side: row.side as OrderView['side'], // these three are written from the domain's unions
  type: row.type as OrderView['type'],
  price: textOrNull(row.price),
  quantity: textOrNull(row.quantity),
  state: row.state as OrderView['state'],
  attempts: row.attempts,
  executed: text(row.executed),
  executedQuote: text(row.executedQuote),
  averagePrice: averageOf(row),
  refusal: row.refusalCode === null ? null : { code: row.refusalCode, text: row.refusalText ?? '' },
  doubt: row.doubt,
  createdAt: iso(row.createdAt),
  sentAt: isoOrNull(row.sentAt),
  answeredAt: isoOrNull(row.answeredAt),
  latencyMs: row.latencyMs,
  settledAt: isoOrNull(row.settledAt),
  fills: row.fills.map((fill) => ({
    tradeId: fill.tradeId,
    price: text(fill.price),
    quantity: text(fill.quantity),
    quote: text(fill.quote),
    fee: text(fill.fee),
    feeAsset: fill.feeAsset,
    feeQuote: textOrNull(fill.feeQuote),
    isMaker: fill.isMaker,
    at: iso(fill.at),
  })),
});

const SHOWN_DIGITS = 12;

const averageOf = (row: TradeOrder): string | null => {
  const executed = new Decimal(row.executed.toFixed());
  return executed.isZero()
    ? null
    : new Decimal(row.executedQuote.toFixed())
        .div(executed)
        .toSignificantDigits(SHOWN_DIGITS)
        .toFixed();
};
