import type { ClientOrderId, OrderReport } from '#domain/order.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import type { Outcome } from '#domain/trade.ts';
import type { Attempt, SendTimes } from './send-order.ts';

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
      readonly times: SendTimes & {
        readonly triggeredAtMs: number;
        /** Only of a head start: when the rules had answered and it was armed, in one. */
        readonly judgedAtMs?: number;
      };
    }
  | { readonly kind: 'unknown'; readonly because: string; readonly attempts: readonly Attempt[] };

/** The permit is free, and why. */
export const released = (because: string): EntryResult & { kind: 'released' } => ({
  kind: 'released',
  because,
});
