import type { Price, Quantity } from './amount.ts';
import type { MarketSymbol } from './market-symbol.ts';

/** One public trade of a pair. */
export interface Deal {
  readonly symbol: MarketSymbol;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly takerSide: 'buy' | 'sell';
  /** The exchange's time of the trade, epoch ms. */
  readonly atMs: number;
  /** When the frame arrived here, epoch ms of this host. */
  readonly receivedAtMs: number;
}

export interface BookLevel {
  readonly price: Price;
  readonly quantity: Quantity;
}

/** Best bid and ask. A side is null when the book has none. */
export interface BookTop {
  readonly symbol: MarketSymbol;
  readonly bid: BookLevel | null;
  readonly ask: BookLevel | null;
  readonly receivedAtMs: number;
}

/** Bids from the highest, asks from the lowest. */
export interface BookDepth {
  readonly symbol: MarketSymbol;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  readonly receivedAtMs: number;
}

/** `stale`: connected, but silent for longer than the channel may be. Silence is not calm. */
export type StreamState = 'connecting' | 'live' | 'stale' | 'closed';

/** What a watcher of one pair hears. Calls come from the stream's own event loop: be quick. */
export interface MarketListener {
  onDeal(deal: Deal): void;
  onBook(top: BookTop): void;
  onState(state: StreamState): void;
}
