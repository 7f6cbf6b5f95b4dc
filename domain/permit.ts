import type { Leg } from './order.ts';

/**
 * The right to send the orders of one leg. One row per (listing, leg) in Postgres, taken once by
 * compare-and-set on the token. docs/adr/0003 says why each step is needed.
 */
export interface Arming {
  readonly listingId: string;
  readonly leg: Leg;
  /** Names this arming; arming again replaces it. Derived in the workflow. */
  readonly token: string;
}

/** How far entries are stopped. `halt` also disarms, `flatten` also sells everything. */
export type KillLevel = 'pauseEntries' | 'halt' | 'flatten';

/** What came of trying to take a permit. Only `taken` allows a send. */
export type PermitTake =
  | { readonly kind: 'taken' }
  /** Somebody holds it: whatever it sent must be asked for. */
  | { readonly kind: 'held'; readonly holder: string | null }
  /** Another arming replaced this one, or the leg has ended. */
  | { readonly kind: 'gone'; readonly why: 'replaced' | 'closed' | 'absent' }
  | { readonly kind: 'halted'; readonly level: KillLevel; readonly reason: string }
  /** The live gate is shut, or the trade is of another mode. */
  | { readonly kind: 'refused'; readonly because: string }
  /** Another leg of this trade is not settled, or its fills leave less to sell. */
  | { readonly kind: 'notYet'; readonly why: string };
