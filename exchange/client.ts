import type { Fraction, Price, Quantity } from '#domain/amount.ts';
import { price, quantity } from '#domain/amount.ts';
import type { BookDepth, BookTop, Deal } from '#domain/market.ts';
import { asset, marketSymbol, type Asset, type MarketSymbol } from '#domain/market-symbol.ts';
import type {
  ClientOrderId,
  ExchangeOrderId,
  Execution,
  NewOrder,
  OrderReport,
} from '#domain/order.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import { createClockOffset, type ClockOffset } from './clock-offset.ts';
import { endpoints, type Endpoints } from './endpoints.ts';
import { ExchangeError } from './failure.ts';
import {
  readEach,
  toAnnouncedCoin,
  toBookTop,
  toDeal,
  toExecution,
  toFee,
  toLevel,
  toLevels,
  toOrderReport,
  toSymbolRules,
  type AnnouncedCoin,
  type Malformed,
} from './parse.ts';
import { sendOrder, type PlaceAnswer, type SendTiming } from './place-order.ts';
import { createRest } from './rest.ts';
import type { Secret } from './secret.ts';
import { symbolWire } from './wire.ts';

export type { PlaceAnswer } from './place-order.ts';

export interface Credentials {
  readonly apiKey: string;
  readonly secret: Secret;
}

export interface ExchangeSettings {
  /** Without /api/v3: https://api.mexc.com */
  readonly restUrl: string;
  readonly webUrl: string;
  /** Null: only public calls work. */
  readonly credentials: Credentials | null;
  /** Receive window of signed reads, ms. */
  readonly recvWindowMs: number;
}

/** How the exchange or we name an order. */
export type OrderRef =
  | { readonly clientOrderId: ClientOrderId }
  | { readonly exchangeOrderId: ExchangeOrderId };

export type CancelAnswer = 'asked' | 'unknownOrder';

/** Domain in, domain out. Reads throw ExchangeError; orders answer. Nothing is repeated inside. */
export interface ExchangeClient {
  readonly clock: ClockOffset;
  /** All pairs, or those named. Odd records are answered beside the good ones. */
  symbolRules(symbols?: readonly MarketSymbol[]): Promise<{
    readonly rules: readonly SymbolRules[];
    readonly malformed: readonly Malformed[];
  }>;
  /** Pairs that are open to the API. */
  defaultSymbols(): Promise<readonly MarketSymbol[]>;
  /** The web's new-coin calendar: undocumented, a hint. */
  calendar(): Promise<{
    readonly coins: readonly AnnouncedCoin[];
    readonly malformed: readonly Malformed[];
  }>;
  bookTop(symbol: MarketSymbol): Promise<BookTop>;
  depth(symbol: MarketSymbol, limit?: number): Promise<BookDepth>;
  /** Null before the first trade. */
  lastPrice(symbol: MarketSymbol): Promise<Price | null>;
  /** Public trades, newest first. */
  deals(symbol: MarketSymbol): Promise<readonly Deal[]>;
  balances(): Promise<ReadonlyMap<Asset, { readonly free: Quantity; readonly locked: Quantity }>>;
  tradeFee(symbol: MarketSymbol): Promise<{ readonly maker: Fraction; readonly taker: Fraction }>;
  /** Validates an order without sending it; throws ExchangeError when it would be refused. */
  testOrder(order: NewOrder): Promise<void>;
  /** One POST. Never throws for what the world does, never repeats. */
  placeOrder(order: NewOrder, timing: SendTiming): Promise<PlaceAnswer>;
  /** A request, not a fact: query afterwards. */
  cancelOrder(symbol: MarketSymbol, ref: OrderRef): Promise<CancelAnswer>;
  /** Null when the exchange knows no such order, which proves nothing about a moment later. */
  findOrder(symbol: MarketSymbol, ref: OrderRef): Promise<OrderReport | null>;
  openOrders(symbol: MarketSymbol): Promise<readonly OrderReport[]>;
  allOrders(
    symbol: MarketSymbol,
    range: { readonly sinceMs: number },
  ): Promise<readonly OrderReport[]>;
  executions(symbol: MarketSymbol, exchangeOrderId: ExchangeOrderId): Promise<readonly Execution[]>;
  /** Keeps a connection open and hot. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

export const createExchangeClient = (settings: ExchangeSettings): ExchangeClient => {
  const rest = createRest({ baseUrl: settings.restUrl, credentials: settings.credentials });
  const web = createRest({ baseUrl: settings.webUrl, credentials: null });
  const clock = createClockOffset(() => calls.serverTime());
  const calls = endpoints({ rest, web, clock, recvWindowMs: settings.recvWindowMs });
  return {
    clock,
    ...marketCalls(calls),
    ...accountCalls(calls),
    placeOrder: (order, timing) => sendOrder({ calls, clock }, order, timing),
    warm: calls.ping,
    close: async () => {
      await Promise.all([rest.close(), web.close()]);
    },
  };
};

const marketCalls = (calls: Endpoints) => ({
  symbolRules: async (symbols?: readonly MarketSymbol[]) => {
    const { values, malformed } = readEach(await calls.exchangeInfo(symbols), (item) =>
      toSymbolRules(symbolWire.parse(item)),
    );
    return { rules: values, malformed };
  },
  defaultSymbols: async () => (await calls.defaultSymbols()).map(marketSymbol),
  calendar: async () => {
    const { values, malformed } = readEach(await calls.calendar(), toAnnouncedCoin);
    return { coins: values, malformed };
  },
  bookTop: async (symbol: MarketSymbol) => {
    const wire = await calls.bookTicker(symbol);
    return toBookTop(symbol, {
      bid: toLevel(wire.bidPrice, wire.bidQty),
      ask: toLevel(wire.askPrice, wire.askQty),
    });
  },
  depth: async (symbol: MarketSymbol, limit = 100) => {
    const wire = await calls.depth(symbol, limit);
    const receivedAtMs = Date.now();
    return { symbol, bids: toLevels(wire.bids), asks: toLevels(wire.asks), receivedAtMs };
  },
  lastPrice: async (symbol: MarketSymbol) => {
    const wire = await calls.lastPrice(symbol);
    return wire.price == null || wire.price === '' ? null : price(wire.price);
  },
  deals: async (symbol: MarketSymbol) =>
    (await calls.trades(symbol)).map((trade) => toDeal(symbol, trade)),
});

const accountCalls = (calls: Endpoints) => ({
  balances: async () => {
    const { balances } = await calls.account();
    return new Map(
      balances.map((row) => [
        asset(row.asset),
        { free: quantity(row.free), locked: quantity(row.locked) },
      ]),
    );
  },
  tradeFee: async (symbol: MarketSymbol) => {
    const { data } = await calls.tradeFee(symbol);
    return { maker: toFee(data.makerCommission), taker: toFee(data.takerCommission) };
  },
  testOrder: calls.testOrder,
  cancelOrder: async (symbol: MarketSymbol, ref: OrderRef): Promise<CancelAnswer> => {
    const answer = await unknownAsNull(calls.cancel(symbol, ref));
    return answer === null ? 'unknownOrder' : 'asked';
  },
  findOrder: async (symbol: MarketSymbol, ref: OrderRef) => {
    const wire = await unknownAsNull(calls.order(symbol, ref));
    return wire === null ? null : toOrderReport(wire);
  },
  openOrders: async (symbol: MarketSymbol) => (await calls.openOrders(symbol)).map(toOrderReport),
  allOrders: async (symbol: MarketSymbol, range: { readonly sinceMs: number }) =>
    (await calls.allOrders(symbol, range.sinceMs)).map(toOrderReport),
  executions: async (symbol: MarketSymbol, exchangeOrderId: ExchangeOrderId) =>
    (await calls.myTrades(symbol, exchangeOrderId)).map(toExecution),
});

/** Only the codes that say "no such order" become null; every other failure is thrown on. */
const unknownAsNull = async <T>(answer: Promise<T>): Promise<T | null> => {
  try {
    return await answer;
  } catch (error) {
    if (
      error instanceof ExchangeError &&
      error.failure.kind === 'refused' &&
      error.failure.refusal === 'unknownOrder'
    )
      return null;
    throw error;
  }
};
