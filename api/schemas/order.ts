import { z } from '@hono/zod-openapi';
import { amount, pageOf, time } from './shared.ts';

const fill = z
  .object({
    tradeId: z.string().openapi({ description: "the exchange's id of the execution" }),
    price: amount('quote per base'),
    quantity: amount('base'),
    quote: amount('quote that changed hands'),
    fee: amount('in feeAsset'),
    feeAsset: z.string(),
    feeQuote: amount('the fee in quote; null when its asset has no known price').nullable(),
    isMaker: z.boolean(),
    at: time('cut to whole seconds by the exchange'),
  })
  .openapi('Fill');

export const orderStates = [
  'intended',
  'sent',
  'acknowledged',
  'filled',
  'partlyFilled',
  'unfilled',
  'refused',
  'unknown',
  'neverSent',
] as const;

export const order = z
  .object({
    clientOrderId: z.string(),
    exchangeOrderId: z.string().nullable(),
    listingId: z.string(),
    leg: z.string().openapi({ description: 'entry | exit-1 | exit-2 ...' }),
    n: z.number().int(),
    symbol: z.string(),
    side: z.enum(['buy', 'sell']),
    type: z.enum(['limitIoc', 'limit', 'market']),
    price: amount('limit; null until priced').nullable(),
    quantity: amount('base; null until sized').nullable(),
    state: z.enum(orderStates),
    attempts: z.number().int().openapi({ description: '0 or 1: nothing is sent twice' }),
    executed: amount('base'),
    executedQuote: amount('quote'),
    averagePrice: amount('of what executed').nullable(),
    refusal: z.object({ code: z.number().int(), text: z.string() }).nullable(),
    doubt: z.string().nullable().openapi({ description: 'why its state is unknown' }),
    createdAt: time('when it was written down'),
    sentAt: time('host time of the send').nullable(),
    answeredAt: time('host time of the answer').nullable(),
    latencyMs: z.number().nullable(),
    settledAt: time('when its state became final').nullable(),
    fills: z.array(fill),
  })
  .openapi('Order');

export const orderPage = pageOf(order, 'OrderPage');
export type OrderView = z.infer<typeof order>;
