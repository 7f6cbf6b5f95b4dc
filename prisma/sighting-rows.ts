import type { Sighting, Source } from '#domain/listing.ts';
import type { ListingSignal } from './generated/client.ts';
import type { Report } from './listing-identity.ts';

// A sighting as columns, and columns as what was reported.

/** Null for a time that nobody knows. */
export const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

/** Columns of a report. */
export const signalOf = (installationId: string, sighting: Sighting) => ({
  installationId,
  source: sighting.source,
  base: sighting.base,
  quote: sighting.quote,
  symbol: sighting.symbol,
  opensAt: dateOf(sighting.opensAtMs),
  trading: sighting.trading,
  arrivedAt: new Date(sighting.arrivedAtMs),
  raw: (sighting.raw ?? null) as object,
});

/** Columns of a listing that a sighting fills. */
export const attributesOf = (sighting: Sighting, quote: string) => ({
  base: sighting.base,
  quote,
  symbol: sighting.symbol ?? `${sighting.base}${quote}`,
  name: sighting.fullName,
  opensAt: dateOf(sighting.opensAtMs),
  firstSeenAt: new Date(sighting.arrivedAtMs),
  tradingSeenAt: sighting.trading ? new Date(sighting.arrivedAtMs) : null,
});

/** Columns of a listing that is over before it began: it was there already. */
export const baselineEnd = (sighting: Sighting) => ({
  state: 'baseline',
  endedAt: new Date(sighting.arrivedAtMs),
  endReason: 'traded before we came',
});

/** What a stored report said. */
export const reportOf = (row: ListingSignal): Report => ({
  source: row.source as Source, // written from a Source
  opensAtMs: row.opensAt?.getTime() ?? null,
  trading: row.trading,
  arrivedAtMs: row.arrivedAt.getTime(),
  takenBack: row.reason !== null,
  apiTrading: apiTradingIn(row.raw),
});

/** The report that a sighting is, before it is stored. */
export const saidBy = (sighting: Sighting): Report => ({
  source: sighting.source,
  opensAtMs: sighting.opensAtMs,
  trading: sighting.trading,
  arrivedAtMs: sighting.arrivedAtMs,
  takenBack: false,
  apiTrading: apiTradingIn(sighting.raw),
});

/** The symbol record says it (SymbolRules); no other source does. */
const apiTradingIn = (raw: unknown): boolean | null =>
  typeof raw === 'object' &&
  raw !== null &&
  'apiTradingAllowed' in raw &&
  typeof raw.apiTradingAllowed === 'boolean'
    ? raw.apiTradingAllowed
    : null;
