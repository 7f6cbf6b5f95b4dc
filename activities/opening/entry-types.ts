import type { EntryOptions } from '#domain/configuration.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { ClientOrderId, OrderReport } from '#domain/order.ts';
import type { Arming } from '#domain/permit.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import type { Outcome } from '#domain/trade.ts';
import type { Attempt, SendTimes } from './send-order.ts';

export interface EntryRequest {
  readonly arming: Arming;
  readonly installationId: string;
  readonly workflowId: string;
  readonly symbol: MarketSymbol;
  /** Announced opening, epoch ms; null when nobody knows it. */
  readonly opensAtMs: number | null;
  /** Quote, fee included. */
  readonly budget: string;
  readonly takerFee: string;
  readonly options: EntryOptions;
  readonly recvWindowMs: number;
  /** Every id that this leg may use, in order; no other is ever sent. */
  readonly clientOrderIds: readonly ClientOrderId[];
}

/** What became of an entry. Only `unknown` leaves a question; only `executed` bought. */
export type EntryResult =
  /** The permit is free: nothing was sent, and another activity may be armed. */
  | { readonly kind: 'released'; readonly because: string }
  /** Ended by a rule before it had the permit: another sender may hold it. */
  | { readonly kind: 'notEntered'; readonly outcome: Outcome; readonly because: string }
  /** With the permit: nothing executed, proven, and nothing will be tried again. */
  | {
      readonly kind: 'ended';
      readonly outcome: Outcome;
      readonly because: string;
      readonly attempts: readonly Attempt[];
    }
  | {
      readonly kind: 'executed';
      readonly clientOrderId: ClientOrderId;
      readonly n: number;
      readonly report: OrderReport;
      readonly attempts: readonly Attempt[];
      /** Rules of the pair, so that an exit need not ask for them again. */
      readonly rules: SymbolRules;
      readonly times: SendTimes & { readonly triggeredAtMs: number };
    }
  | { readonly kind: 'unknown'; readonly because: string; readonly attempts: readonly Attempt[] };
