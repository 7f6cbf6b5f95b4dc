import type { EntryOptions, TradingOptions } from './configuration.ts';
import type { MarketSymbol } from './market-symbol.ts';
import { clientOrderIdFor, type ClientOrderId } from './order.ts';
import type { Arming } from './permit.ts';
import type { SniperInput } from './trade.ts';

/** What an armed entry buys, and within what. */
export interface EntryRequest {
  readonly arming: Arming;
  readonly installationId: string;
  readonly workflowId: string;
  readonly symbol: MarketSymbol;
  /** Announced opening, epoch ms; null when nobody knows it. */
  readonly opensAtMs: number | null;
  /** Quote, fee included. */
  readonly budget: string;
  readonly options: EntryOptions;
  readonly recvWindowMs: number;
  /** Every id that this leg may use, in order; no other is ever sent. */
  readonly clientOrderIds: readonly ClientOrderId[];
}

/** An entry before its admission: without what was reserved for it. */
export type EntryAsk = Omit<EntryRequest, 'budget'>;

/** Ids that one entry may use: unfilled, re-priced and "not open yet" attempts together. */
const IDS_MAX = 24;

/** Every id that the entry of a trade may use, in order. Pure. */
export const entryOrderIds = (input: SniperInput): ClientOrderId[] =>
  Array.from({ length: IDS_MAX }, (_, n) => clientOrderIdFor(input, 'entry', n));

/** Names an arming of a workflow's entry: its n-th from 1, or what it is for. Pure. */
export const entryToken = (workflowId: string, which: number | 'recovered' | 'given-up'): string =>
  `${workflowId}:entry:${which}`;

/** The request of one arming, but for what its admission says. Pure: whoever derives it derives the same. */
export const entryRequestOf = (
  input: SniperInput,
  terms: {
    readonly workflowId: string;
    readonly token: string;
    readonly opensAtMs: number | null;
    readonly options: TradingOptions;
  },
): EntryAsk => ({
  arming: { listingId: input.listingId, leg: 'entry', token: terms.token },
  installationId: input.installationId,
  workflowId: terms.workflowId,
  symbol: input.symbol as MarketSymbol, // written from a sighting's
  opensAtMs: terms.opensAtMs,
  options: terms.options.entry,
  recvWindowMs: terms.options.recvWindow.entry,
  clientOrderIds: entryOrderIds(input),
});

/** A trade whose pair is seen trading although nobody announced it. */
export interface Surprise {
  readonly input: SniperInput;
  readonly workflowId: string;
  /** Of the configuration that the input names. */
  readonly options: TradingOptions;
  /**
   * True once Temporal has accepted the workflow from this process; false when it has not. Nothing
   * is sent that no workflow would guard.
   */
  readonly isOwned: Promise<boolean>;
}
