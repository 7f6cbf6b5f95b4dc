import type { Outcome, Phase } from '#domain/trade.ts';
import type { Listing, ListingSignal, RiskVerdict, Trade } from '#prisma/generated/client.ts';
import type { ListingView, SightingView, VerdictView } from '../schemas/listing.ts';
import { iso, isoOrNull, textOrNull } from './text.ts';

/** What `listingView` needs beside the listing itself: its trade and its first sighting. */
export const shownWithListing = {
  trade: { select: { phase: true, outcome: true, summary: true, profit: true } },
  signals: { select: { source: true }, orderBy: { arrivedAt: 'asc' }, take: 1 },
} as const;

type ShownListing = Listing & {
  trade: Pick<Trade, 'phase' | 'outcome' | 'summary' | 'profit'> | null;
  signals: readonly { source: string }[];
};

/** A listing as the API shows it, with where its trade stands. Its sightings are oldest first. */
export const listingView = (row: ShownListing): ListingView => ({
  id: row.id,
  base: row.base,
  quote: row.quote,
  symbol: row.symbol,
  name: row.name,
  generation: row.generation,
  state: row.state as ListingView['state'], // written by prisma/listings
  source: row.signals[0]?.source ?? null,
  opensAt: isoOrNull(row.opensAt),
  firstSeenAt: iso(row.firstSeenAt),
  tradingSeenAt: isoOrNull(row.tradingSeenAt),
  confidence: row.confidence,
  reasons: row.reasons as ListingView['reasons'], // written from confidenceOf
  endedAt: isoOrNull(row.endedAt),
  endReason: row.endReason,
  trade:
    row.trade === null
      ? null
      : {
          phase: row.trade.phase as Phase, // these two are written by SniperWorkflow
          outcome: row.trade.outcome as Outcome | null,
          summary: row.trade.summary,
          profit: textOrNull(row.trade.profit),
        },
});

export const sightingView = (row: ListingSignal): SightingView => ({
  id: row.id,
  source: row.source,
  symbol: row.symbol,
  opensAt: isoOrNull(row.opensAt),
  trading: row.trading,
  arrivedAt: iso(row.arrivedAt),
  result: row.result,
  reason: row.reason,
  handledAt: isoOrNull(row.handledAt),
});

export const verdictView = (row: RiskVerdict, symbol: string): VerdictView => ({
  id: row.id,
  listingId: row.listingId,
  symbol,
  workflowId: row.workflowId,
  allowed: row.allowed,
  decidedAt: iso(row.decidedAt),
  rules: row.rules as VerdictView['rules'], // written from judgeRisk
});
