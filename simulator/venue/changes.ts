import { multiply, type Fixed } from '../matching/fixed.ts';
import type { Account } from './account.ts';
import type { Market, Print } from '../markets/market.ts';
import type { Fill, Order } from './order.ts';

/** Kinds of balance change on the private account stream. */
export type BalanceCause = 'ENTRUST_PLACE' | 'ENTRUST' | 'ENTRUST_CANCEL' | 'ENTRUST_UNFROZEN';

/** What streams listen to. Public events come as they happen, private ones when booked. */
export interface VenueListener {
  printed(market: Market, print: Print): void;
  orderChanged(order: Order, lastQuantity: Fixed | null): void;
  filled(fill: Fill): void;
  balanceChanged(change: BalanceChange): void;
}

export interface BalanceChange {
  readonly account: Account;
  readonly asset: string;
  readonly cause: BalanceCause;
  readonly freeChange: Fixed;
  readonly lockedChange: Fixed;
}

/** What one operation changed, gathered until it is written to the journal as one line. */
export interface Changes {
  readonly orders: Set<Order>;
  readonly fills: Fill[];
  readonly accounts: Set<Account>;
}

export const noChanges = (): Changes => ({ orders: new Set(), fills: [], accounts: new Set() });

/** Quote value of an execution. */
export const valueOf = (print: Print): Fixed => multiply(print.price, print.quantity);
