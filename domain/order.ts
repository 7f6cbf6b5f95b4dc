import type { Price, Quantity, QuoteAmount } from './amount.ts';
import type { Brand } from './brand.ts';
import type { Asset, MarketSymbol } from './market-symbol.ts';

/** Our name for an order, derived in the workflow; <= 32 of [A-Za-z0-9_-]. */
export type ClientOrderId = Brand<string, 'ClientOrderId'>;
/** The exchange's name for an order: opaque text of several shapes. */
export type ExchangeOrderId = Brand<string, 'ExchangeOrderId'>;
/** A leg of a trade: one entry, then exits numbered from 1. */
export type Leg = 'entry' | `exit-${number}`;

const CLIENT_ID = /^[A-Za-z0-9_-]{1,32}$/;

/** Parses a client order id; throws RangeError when the exchange might refuse it. */
export const clientOrderId = (text: string): ClientOrderId => {
  if (!CLIENT_ID.test(text))
    throw new RangeError(
      `a client order id must be 1 to 32 of A-Z a-z 0-9 _ -; got ${JSON.stringify(text)}`,
    );
  return text as ClientOrderId;
};

/**
 * The id of the n-th order of a leg: `<installation>-<listing>-<leg>-<n>`. Pure, so that the
 * workflow, a restarted process and the reconciler derive the same one.
 */
export const clientOrderIdFor = (
  of: { installationId: string; listingId: string },
  leg: Leg,
  n: number,
): ClientOrderId =>
  clientOrderId(
    `${of.installationId}-${of.listingId}-${leg.replace('entry', 'e').replace('exit-', 'x')}-${n}`,
  );

/** Whether an id is one that `clientOrderIdFor` gives to orders of an installation. */
export const isOrderIdOf = (installationId: string, id: string): boolean =>
  id.startsWith(`${installationId}-`);

/** A priced order that is killed at once as far as it does not fill: the only kind we send. */
export interface NewOrder {
  readonly symbol: MarketSymbol;
  readonly side: 'buy' | 'sell';
  readonly type: 'limitIoc' | 'limit' | 'market';
  /** Limit price; null only for `market`. */
  readonly price: Price | null;
  readonly quantity: Quantity;
  readonly clientOrderId: ClientOrderId;
}

/** What the exchange says an order has become. */
export type OrderStatus = 'new' | 'partlyFilled' | 'filled' | 'canceled' | 'partlyCanceled';

/** An order as the exchange reports it. Source: GET /api/v3/order. */
export interface OrderReport {
  readonly symbol: MarketSymbol;
  readonly exchangeOrderId: ExchangeOrderId;
  /** Null where the exchange does not say it. */
  readonly clientOrderId: ClientOrderId | null;
  readonly side: 'buy' | 'sell';
  readonly status: OrderStatus;
  /** Limit or protective price; null for a market order without one. */
  readonly price: Price | null;
  readonly quantity: Quantity;
  readonly executed: Quantity;
  /** Quote that changed hands, before fees. */
  readonly executedQuote: QuoteAmount;
  /** Cut to whole seconds by the exchange's REST: never used to order events. */
  readonly createdAtMs: number;
}

/** True when the order cannot change any more. `partlyCanceled` is final. */
export const isFinal = (status: OrderStatus): boolean =>
  status === 'filled' || status === 'canceled' || status === 'partlyCanceled';

/** One execution. Source: GET /api/v3/myTrades. */
export interface Execution {
  readonly tradeId: string;
  readonly exchangeOrderId: ExchangeOrderId;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly quote: QuoteAmount;
  readonly fee: string;
  readonly feeAsset: Asset;
  readonly isMaker: boolean;
  /** Cut to whole seconds by REST. */
  readonly atMs: number;
}

/**
 * What became of a leg's orders together. A case carries only what is true in it.
 * `filled` and `partlyFilled` end an entry; `unfilled` and `refused` prove that nothing executed.
 */
export type OrderOutcome =
  | { readonly kind: 'filled'; readonly size: Quantity; readonly quote: QuoteAmount }
  | { readonly kind: 'partlyFilled'; readonly size: Quantity; readonly quote: QuoteAmount }
  | { readonly kind: 'unfilled' }
  | { readonly kind: 'refused'; readonly code: number; readonly reason: string }
  /** We do not know whether the exchange has it. Ask; never assume. */
  | { readonly kind: 'unknown'; readonly because: string };

/** The final outcome that a report proves; `unknown` while the order can still change. */
export const outcomeOf = (report: OrderReport): OrderOutcome => {
  if (report.status === 'filled')
    return { kind: 'filled', size: report.executed, quote: report.executedQuote };
  if (!isFinal(report.status))
    return { kind: 'unknown', because: `order is still ${report.status}` };
  return /^0*(\.0*)?$/.test(report.executed)
    ? { kind: 'unfilled' }
    : { kind: 'partlyFilled', size: report.executed, quote: report.executedQuote };
};
