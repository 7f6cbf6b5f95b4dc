import { z } from 'zod';

// The exchange's own shapes: permissive about extra fields, strict about status and side.

const text = z.string();
const nullableText = z.string().nullish();
/** Epoch ms; some recordings show it as text. */
const ms = z.union([z.number(), text.regex(/^\d{13}$/).transform(Number)]);
/** Ids are text of several shapes; a number beyond 2^53 has lost digits and is not read. */
const opaqueId = z.union([text.min(1), z.int()]).transform(String);

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
  firstOpenTime: z.unknown().optional(),
});
export type SymbolWire = z.infer<typeof symbolWire>;

export const exchangeInfoWire = z.object({ symbols: z.array(z.unknown()) });
/** defaultSymbols and selfSymbols. */
export const symbolNamesWire = z.object({ data: z.array(text) });
export const offlineSymbolsWire = z.object({ data: z.array(z.unknown()) });
export const announcementsWire = z.object({
  data: z.array(z.object({ details: z.array(z.unknown()) })),
});
/** Columns: open time, open, high, low, close, base volume, close time, quote volume. */
export const klinesWire = z.array(
  z.tuple([ms, text, text, text, text, text, ms, text]).rest(z.unknown()),
);

const level = z.tuple([text, text]).rest(z.unknown());
export const depthWire = z.object({
  /** Version of the book; the diffs of the stream continue it. */
  lastUpdateId: z.union([z.int(), text.regex(/^\d{1,20}$/)]).nullish(),
  bids: z.array(level),
  asks: z.array(level),
});
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
  canTrade: z.boolean().optional(),
  canWithdraw: z.boolean().optional(),
  balances: z.array(z.object({ asset: text, free: text, locked: text })),
});
export const tradeFeeWire = z.object({
  data: z.object({
    makerCommission: z.union([text, z.number()]),
    takerCommission: z.union([text, z.number()]),
  }),
});

export const placedWire = z.object({ orderId: opaqueId });
/** An acknowledgement of one order of a batch, or its refusal. */
export const batchWire = z.array(
  z.union([
    z.object({ orderId: opaqueId, newClientOrderId: nullableText }),
    z.object({ code: z.number(), msg: nullableText, newClientOrderId: nullableText }),
  ]),
);
export type BatchItemWire = z.infer<typeof batchWire>[number];
export const mxDeductWire = z.object({ data: z.object({ mxDeductEnable: z.boolean() }) });
export const listenKeyWire = z.object({ listenKey: z.string().min(1) });
export const listenKeysWire = z.object({ listenKey: z.array(text) });
export const orderWire = z.object({
  symbol: text,
  orderId: opaqueId,
  clientOrderId: nullableText,
  price: nullableText,
  origQty: text.nullish(),
  Qty: text.nullish(),
  executedQty: text,
  cummulativeQuoteQty: text,
  status: z.enum(['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'PARTIALLY_CANCELED']),
  side: z.enum(['BUY', 'SELL']),
  time: ms,
});
export type OrderWire = z.infer<typeof orderWire>;

export const myTradeWire = z.object({
  id: opaqueId,
  orderId: opaqueId,
  price: text,
  qty: text,
  quoteQty: text,
  commission: text,
  commissionAsset: text,
  time: ms,
  isMaker: z.boolean(),
});
export type MyTradeWire = z.infer<typeof myTradeWire>;
