import type { Source } from './listing.ts';

/** Where a trade stands. Shown as is; the dashboard has one badge per phase. */
export const phases = [
  'waiting',
  'admitted',
  'armed',
  'buying',
  'unresolved',
  'holding',
  'selling',
  'cannotSell',
  'closed',
] as const;
export type Phase = (typeof phases)[number];

/** How a trade ended. Only `traded` and `dust` moved money. */
export const outcomes = [
  'traded',
  'dust',
  'denied',
  'disarmed',
  'cancelled',
  'tooLate',
  'apiClosed',
  'windowEnded',
  'priceGuard',
  'spread',
  'unfilled',
  'refused',
  'halted',
  'soldOutside',
] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * What the workflow of a trade does. `idle`: it waits for a time that is far off, or for nothing that
 * will ever come. `stuck`: it is there, but nothing of it has run for several attempts, as when its
 * history and the code disagree. `absent`: Temporal has never heard of it, or has forgotten it.
 */
export type OwnerState = 'running' | 'idle' | 'stuck' | 'closed' | 'absent';

/** What SniperWorkflow is started with. JSON-true; nothing secret. */
export interface SniperInput {
  readonly installationId: string;
  readonly listingId: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly source: Source;
  /** Announced opening, epoch ms; null when nobody knows it. */
  readonly opensAtMs: number | null;
  readonly configurationId: string;
}

/** The result that people see in the Temporal UI. Amounts are text, quote units. */
export interface TradeResult {
  readonly outcome: Outcome;
  readonly summary: string;
  readonly profit: string | null;
}

/** What may be asked of a trade in a phase; the API enforces it and the dashboard shows it. */
export const tradeAllows = {
  disarm: (phase: Phase): boolean => ['waiting', 'admitted', 'armed'].includes(phase),
  sellNow: (phase: Phase): boolean => ['holding', 'selling', 'cannotSell'].includes(phase),
  editExits: (phase: Phase): boolean => phase !== 'closed',
};
