import { z } from 'zod';

// The exchange's own shapes: permissive about extra fields, strict about status and side.

const text = z.string();
const nullableText = z.string().nullish();
const ms = z.number();

export const serverTimeWire = z.object({ serverTime: ms });

export const symbolWire = z.object({
  symbol: text,
  status: z.union([text, z.number()]).transform(String),
  baseAsset: text,
  quoteAsset: text,
  fullName: nullableText,
  baseAssetPrecision: z.coerce.number().int().min(0).max(30),
  quotePrecision: z.coerce.number().int().min(0).max(30),
  baseSizePrecision: text,
  quoteAmountPrecision: text,
  maxQuoteAmount: nullableText,
  makerCommission: text,
  takerCommission: text,
  isSpotTradingAllowed: z.boolean(),
  tradeSideType: z.union([text, z.number()]).transform(String).nullish(),
  filters: z
    .array(
      z.object({
        filterType: text,
        bidMultiplierUp: nullableText,
        askMultiplierDown: nullableText,
      }),
    )
    .nullish(),
  firstOpenTime: z.unknown(),
});
export type SymbolWire = z.infer<typeof symbolWire>;

export const exchangeInfoWire = z.object({ symbols: z.array(z.unknown()) });
export const defaultSymbolsWire = z.object({ data: z.array(text) });

const level = z.tuple([text, text]).rest(z.unknown());
export const depthWire = z.object({ bids: z.array(level), asks: z.array(level) });
export const bookTickerWire = z.object({
  symbol: text,
  bidPrice: nullableText,
  bidQty: nullableText,
  askPrice: nullableText,
  askQty: nullableText,
});
export const lastPriceWire = z.object({ symbol: text, price: nullableText });
export const tradesWire = z.array(
  z.object({ price: text, qty: text, time: ms, isBuyerMaker: z.boolean() }),
);

export const accountWire = z.object({
  balances: z.array(z.object({ asset: text, free: text, locked: text })),
});
export const tradeFeeWire = z.object({
  data: z.object({
    makerCommission: z.union([text, z.number()]),
    takerCommission: z.union([text, z.number()]),
  }),
});

export const placedWire = z.object({ orderId: z.union([text, z.number()]).transform(String) });
export const orderWire = z.object({
  symbol: text,
  orderId: z.union([text, z.number()]).transform(String),
  clientOrderId: nullableText,
  price: nullableText,
  origQty: text.nullish(),
  Qty: text.nullish(),
  executedQty: text,
  cummulativeQuoteQty: text,
  status: z.enum(['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'PARTIALLY_CANCELED']),
  side: z.enum(['BUY', 'SELL']),
  time: ms.nullish(),
});
export type OrderWire = z.infer<typeof orderWire>;

export const myTradeWire = z.object({
  id: z.union([text, z.number()]).transform(String),
  orderId: z.union([text, z.number()]).transform(String),
  price: text,
  qty: text,
  quoteQty: text,
  commission: text,
  commissionAsset: text,
  time: ms,
  isMaker: z.boolean(),
});
export type MyTradeWire = z.infer<typeof myTradeWire>;
