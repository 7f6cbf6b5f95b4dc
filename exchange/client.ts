import type { Fraction, Price, Quantity } from '#domain/amount.ts';
import type { BookDepth, BookTop, Deal } from '#domain/market.ts';
import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import type { ExchangeOrderId, Execution, NewOrder, OrderReport } from '#domain/order.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import {
  createRequestBudget,
  usualBudget,
  type BudgetSettings,
  type BudgetState,
  type OrderLimits,
} from './budget/request-budget.ts';
import { accountCalls } from './calls/account.ts';
import { hintCalls, marketCalls } from './calls/market.ts';
import type { Malformed } from './calls/reading.ts';
import { createClockOffset, type ClockOffset } from './clock-offset.ts';
import { endpoints } from './endpoints/endpoints.ts';
import type { OrderRef } from './endpoints/order-params.ts';
import type { KlineQuery } from './endpoints/public-calls.ts';
import type { Announcement } from './hints/announcements.ts';
import type { AnnouncedCoin } from './hints/calendar.ts';
import type { OfflinePair } from './hints/offline-pairs.ts';
import type { WebPair } from './hints/web-symbols.ts';
import { sendBatch, sendOrder, type PlaceAnswer, type SendTiming } from './place-order.ts';
import { shutGate, type OrderGate } from './order-gate.ts';
import { createRest, ORDER_CONNECTIONS } from './rest.ts';
import type { Secret } from './secret.ts';
import type { BookSnapshot } from './streams/local-book.ts';

export type { PlaceAnswer } from './place-order.ts';
export type { OrderRef } from './endpoints/order-params.ts';

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
  /** What every order passes; without one, none leaves. */
  readonly gate?: OrderGate;
  /** What differs from the usual budget: at least the role, where several processes trade. */
  readonly budget?: Partial<BudgetSettings>;
}

export type CancelAnswer = 'asked' | 'unknownOrder';

/** What the private stream needs; createAccountStream uses it. */
export interface ListenKeyCalls {
  create(): Promise<string>;
  renew(key: string): Promise<void>;
  close(key: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

/** One candle; amounts of minutes without trades are zero. */
export interface Candle {
  readonly openMs: number;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  /** Base units. */
  readonly volume: Quantity;
}

/**
 * Domain in, domain out. Reads throw ExchangeError; orders answer. A POST is never repeated inside;
 * a signed read is repeated once, after it was refused for its time.
 */
export interface ExchangeClient {
  readonly clock: ClockOffset;
  /** What was used of the budget, and until when the exchange has stopped us. */
  budget(): BudgetState;
  /** Sends nothing until then, this host's epoch ms: the address is banned, as another one knows. */
  stopUntil(epochMs: number): void;
  /** Keeps to other limits of the account from the next call on. May repeat. */
  limitTo(limits: OrderLimits): void;
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
  /** Pairs of the web site with their openings: undocumented, a hint. */
  webPairs(): Promise<{
    readonly pairs: readonly WebPair[];
    readonly malformed: readonly Malformed[];
  }>;
  /** News in English, newest first; page from 1. */
  announcements(
    page?: number,
    limit?: number,
  ): Promise<{
    readonly announcements: readonly Announcement[];
    readonly malformed: readonly Malformed[];
  }>;
  /** Pairs that are suspended or delisted. */
  offlinePairs(): Promise<{
    readonly pairs: readonly OfflinePair[];
    readonly malformed: readonly Malformed[];
  }>;
  bookTop(symbol: MarketSymbol): Promise<BookTop>;
  depth(symbol: MarketSymbol, limit?: number): Promise<BookDepth>;
  /** Up to 1,000 levels with the version that the stream's diffs continue. */
  bookSnapshot(symbol: MarketSymbol): Promise<BookSnapshot>;
  /** Null before the first trade. */
  lastPrice(symbol: MarketSymbol): Promise<Price | null>;
  /** Public trades, newest first. */
  deals(symbol: MarketSymbol): Promise<readonly Deal[]>;
  /** Oldest first, at most 500, within the range. */
  candles(symbol: MarketSymbol, query: KlineQuery): Promise<readonly Candle[]>;
  balances(): Promise<ReadonlyMap<Asset, { readonly free: Quantity; readonly locked: Quantity }>>;
  /** What the account says that this key may do; null where it does not say. */
  rights(): Promise<{ readonly canTrade: boolean | null; readonly canWithdraw: boolean | null }>;
  tradeFee(symbol: MarketSymbol): Promise<{ readonly maker: Fraction; readonly taker: Fraction }>;
  /** Pairs that this key may trade. */
  selfSymbols(): Promise<readonly MarketSymbol[]>;
  /** True when fees are taken in MX: profit then needs the price of MX. */
  paysFeesInMx(): Promise<boolean>;
  /** Validates an order without sending it; throws ExchangeError when it would be refused. */
  testOrder(order: NewOrder): Promise<void>;
  /** One POST. Never throws for what the world does, never repeats. */
  placeOrder(order: NewOrder, timing: SendTiming): Promise<PlaceAnswer>;
  /** One POST of up to 20 orders of one pair; an answer for each. Never repeats. */
  placeOrders(orders: readonly NewOrder[], timing: SendTiming): Promise<readonly PlaceAnswer[]>;
  /** A request, not a fact: query afterwards. */
  cancelOrder(symbol: MarketSymbol, ref: OrderRef): Promise<CancelAnswer>;
  /** All open orders of up to five pairs. A request, not a fact. */
  cancelOpenOrders(symbols: readonly MarketSymbol[]): Promise<void>;
  /** All open orders of the account. A request, not a fact. */
  cancelAllOrders(): Promise<void>;
  /** Null when the exchange knows no such order, which proves nothing about a moment later. */
  findOrder(symbol: MarketSymbol, ref: OrderRef): Promise<OrderReport | null>;
  /** Of one pair, or of all. */
  openOrders(symbol?: MarketSymbol): Promise<readonly OrderReport[]>;
  allOrders(
    symbol: MarketSymbol,
    range: { readonly sinceMs: number },
  ): Promise<readonly OrderReport[]>;
  /** The last 100 at most, newest first. */
  executions(symbol: MarketSymbol, exchangeOrderId: ExchangeOrderId): Promise<readonly Execution[]>;
  /** All: what a page of 100 cuts off is one more line, from the order's own sums. */
  executionsOf(report: OrderReport): Promise<readonly Execution[]>;
  /** Keys of the private stream; each lives an hour unless it is renewed. */
  readonly listenKeys: ListenKeyCalls;
  /** Keeps a connection open for each of so many orders that may leave at one instant; 10 at most. */
  warm(orders?: number): Promise<void>;
  close(): Promise<void>;
}

/** The web pages stand outside the API's limits; only their refusals are heeded. */
const WEB_BUDGET: BudgetSettings = { ...usualBudget, model: 'perEndpoint500' };

export const createExchangeClient = (settings: ExchangeSettings): ExchangeClient => {
  const budget = createRequestBudget({ ...usualBudget, ...settings.budget });
  const rest = createRest({
    baseUrl: settings.restUrl,
    credentials: settings.credentials,
    budget,
  });
  const web = createRest({
    baseUrl: settings.webUrl,
    credentials: null,
    budget: createRequestBudget(WEB_BUDGET),
  });
  const clock = createClockOffset(() => calls.serverTime());
  const calls = endpoints({ rest, web, clock, recvWindowMs: settings.recvWindowMs });
  const sender = { calls, clock, gate: settings.gate ?? shutGate };
  return {
    clock,
    budget: () => budget.state(),
    stopUntil: (epochMs) => budget.stopUntil(epochMs),
    limitTo: (limits) => budget.limitTo(limits),
    ...marketCalls(calls),
    ...hintCalls(calls),
    ...accountCalls(calls),
    testOrder: calls.testOrder,
    placeOrder: (order, timing) => sendOrder(sender, order, timing),
    placeOrders: (orders, timing) => sendBatch(sender, orders, timing),
    listenKeys: {
      create: calls.createListenKey,
      renew: calls.renewListenKey,
      close: calls.closeListenKey,
      list: calls.listenKeys,
    },
    warm: async (orders = 1) => {
      await Promise.all(Array.from({ length: Math.min(orders, ORDER_CONNECTIONS) }, calls.ping));
    },
    close: async () => {
      await Promise.all([rest.close(), web.close()]);
    },
  };
};
