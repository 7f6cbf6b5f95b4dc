import type { Price, Quantity } from '#domain/amount.ts';
import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import type { ExchangeOrderId, Execution, NewOrder, OrderReport } from '#domain/order.ts';
import type { PaperFill } from '#domain/paper-fill.ts';
import type { OrderRef } from '../endpoints/order-params.ts';

/** The pair of an order, and what a maker and a taker of it pay. */
export interface PaperPair {
  readonly base: Asset;
  readonly quote: Asset;
}

/** What is booked with an order: its executions at once, and whether the rest waits in the book. */
export interface PaperBooking {
  readonly pair: PaperPair;
  readonly fills: readonly PaperFill[];
  readonly rests: boolean;
  readonly nowMs: number;
}

/** What came of booking an order. */
export type PaperBooked =
  | { readonly kind: 'booked'; readonly exchangeOrderId: ExchangeOrderId }
  /** The wallet does not hold what it would take. */
  | { readonly kind: 'funds' };

/** An order that waits in the book. */
export interface PaperResting {
  readonly report: OrderReport;
  readonly price: Price;
  readonly left: Quantity;
}

/**
 * The account of a dry run, kept where a restart finds it. Each change is one transaction: balances
 * and orders never disagree. All throw while the database is away.
 */
export interface PaperLedger {
  balances(): Promise<ReadonlyMap<Asset, { readonly free: Quantity; readonly locked: Quantity }>>;
  /** The same client id again is the same order: nothing is booked twice. */
  book(order: NewOrder, booking: PaperBooking): Promise<PaperBooked>;
  /** Executes more of an order that rests; what exceeds what is left of it is dropped. */
  fill(exchangeOrderId: ExchangeOrderId, fills: readonly PaperFill[], nowMs: number): Promise<void>;
  /** False when there is no such order. One that is final stays as it is. */
  cancel(symbol: MarketSymbol | null, ref: OrderRef): Promise<boolean>;
  cancelOpen(symbols: readonly MarketSymbol[] | 'all'): Promise<void>;
  find(symbol: MarketSymbol, ref: OrderRef): Promise<OrderReport | null>;
  resting(symbol: MarketSymbol | null): Promise<readonly PaperResting[]>;
  since(symbol: MarketSymbol, sinceMs: number): Promise<readonly OrderReport[]>;
  executions(exchangeOrderId: ExchangeOrderId): Promise<readonly Execution[]>;
}
