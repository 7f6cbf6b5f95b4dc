import { randomInt } from 'node:crypto';
import { confidenceOf, type Sighting, type SightingResult, type Source } from '#domain/listing.ts';
import type { Database, Db } from './client.ts';
import type { Listing, ListingSignal } from './generated/client.ts';
import {
  dedupKeyOf,
  identityOf,
  openingOf,
  type CoinRecord,
  type Identity,
  type Report,
} from './listing-identity.ts';

/** Twelve of these name a listing: 36^12, and safe in URLs and client order ids. */
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export const newListingId = (): string =>
  Array.from({ length: 12 }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');

export interface SightingRequest {
  readonly installationId: string;
  readonly sighting: Sighting;
  /** True while the run has not looked at the exchange before: nothing found is new. */
  readonly baseline: boolean;
  /** Quotes that are traded; the first is assumed nowhere. */
  readonly quotes: readonly string[];
  /** Set when one poll showed more new coins than `maxNewPerPoll`. */
  readonly tooMany: boolean;
}

/** A sighting as stored: what it became, and whether the workflow must still be told. */
export interface StoredSighting {
  readonly signalId: string;
  readonly result: SightingResult;
}

/**
 * Commits a sighting and decides what it is, before anything is started. Postgres allots the
 * identity: one unfinished listing per coin, whatever the quote, source or announced time. May
 * repeat: the same report is the same row, and null is answered.
 */
export const recordSighting = (
  db: Database,
  request: SightingRequest,
): Promise<StoredSighting | null> => db.$transaction((tx) => recordSightingIn(tx, request));

/** The same within a transaction. */
export const recordSightingIn = async (
  tx: Db,
  request: SightingRequest,
): Promise<StoredSighting | null> => {
  const { installationId, sighting } = request;
  await lockCoin(tx, installationId, sighting.base);
  const coin = await coinRecord(tx, installationId, sighting.base);
  const identity = identityOf(sighting, coin, request);
  const dedupKey = dedupKeyOf(sighting, {
    generation: identity.generation,
    retractions: await retractionsOf(tx, identity, sighting.source),
  });
  if (identity.kind === 'notAListing' && coin.delistedAtMs !== null)
    await tx.listingSignal.updateMany({
      where: { installationId, base: sighting.base, reason: 'delisted' },
      data: { reason: 'suspended' }, // it is there again, too soon for another life
    });
  const known = await tx.listingSignal.findUnique({
    where: { installationId_dedupKey: { installationId, dedupKey } },
  });
  if (known !== null) return null;
  const result = await resultOf(tx, request, { identity, coin });
  const listingId = result.kind === 'notAListing' ? null : result.listingId;
  const signal = await tx.listingSignal.create({
    data: {
      ...signalOf(installationId, sighting),
      trading: sighting.trading,
      dedupKey,
      result: result.kind,
      reason: result.kind === 'notAListing' ? result.reason : null,
      listingId,
      handledAt: listingId === null ? new Date(sighting.arrivedAtMs) : null,
    },
  });
  if (listingId !== null) await refresh(tx, listingId, sighting);
  return { signalId: signal.id, result };
};

/** One coin at a time, across all monitors. */
export const lockCoin = (tx: Db, installationId: string, base: string): Promise<number> =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${installationId}|${base}`}, 0))`;

/** What a source took back and says again is another report. */
const retractionsOf = async (tx: Db, identity: Identity, source: Source): Promise<number> =>
  identity.kind === 'known'
    ? tx.listingSignal.count({
        where: { listingId: identity.listingId, source, reason: { not: null } },
      })
    : 0;

const signalOf = (installationId: string, sighting: Sighting) => ({
  installationId,
  source: sighting.source,
  base: sighting.base,
  quote: sighting.quote,
  symbol: sighting.symbol,
  opensAt: dateOf(sighting.opensAtMs),
  arrivedAt: new Date(sighting.arrivedAtMs),
  raw: (sighting.raw ?? null) as object,
});

const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

const coinRecord = async (tx: Db, installationId: string, base: string): Promise<CoinRecord> => {
  const last = await tx.listing.findFirst({
    where: { installationId, base },
    orderBy: { generation: 'desc' },
  });
  const isLiving = last !== null && last.endedAt === null;
  // Of an unfinished listing nothing else matters: it stays what it is.
  const asides = isLiving ? [] : await asidesOf(tx, installationId, base);
  const times = (reason: string, trading: boolean) =>
    asides
      .filter((each) => each.reason === reason && each.trading === trading)
      .map((each) => each.arrivedAt.getTime());
  return {
    last: last === null ? null : lifeOf(last),
    setAsideBy: asides
      .filter((each) => each.reason === 'tooManyAtOnce')
      .map((each) => each.source as Source), // written from a Source
    tradedElsewhereAtMs: times('quoteNotWanted', true)[0] ?? null,
    delistedAtMs: times('delisted', false)[0] ?? null,
  };
};

const asidesOf = (tx: Db, installationId: string, base: string) =>
  tx.listingSignal.findMany({
    where: {
      installationId,
      base,
      listingId: null,
      reason: { in: ['tooManyAtOnce', 'quoteNotWanted', 'delisted'] },
    },
    orderBy: { arrivedAt: 'asc' },
    select: { source: true, reason: true, trading: true, arrivedAt: true },
  });

const lifeOf = (row: Listing) => ({
  id: row.id,
  generation: row.generation,
  state: row.state,
  opensAtMs: row.opensAt?.getTime() ?? null,
  traded: row.tradingSeenAt !== null,
  endedAtMs: row.endedAt?.getTime() ?? null,
  endReason: row.endReason,
});

const resultOf = async (
  tx: Db,
  request: SightingRequest,
  { identity, coin }: { identity: Identity; coin: CoinRecord },
): Promise<SightingResult> => {
  const { sighting } = request;
  const { generation } = identity;
  switch (identity.kind) {
    case 'known': {
      const moved = sighting.opensAtMs !== null && coin.last?.opensAtMs !== sighting.opensAtMs;
      return { kind: 'known', listingId: identity.listingId, moved };
    }
    case 'new':
      return {
        kind: 'new',
        listingId: await createListing(tx, request, { state: 'seen', generation }),
      };
    case 'notAListing':
      if (identity.reason === 'baseline' && coin.last === null)
        await createListing(tx, request, { state: 'baseline', generation });
      return { kind: 'notAListing', reason: identity.reason };
  }
};

const createListing = async (
  tx: Db,
  request: SightingRequest,
  { state, generation }: { state: 'seen' | 'baseline'; generation: number },
): Promise<string> => {
  const { installationId, sighting } = request;
  const quote = sighting.quote ?? request.quotes[0] ?? 'USDT';
  const id = newListingId();
  await tx.listing.create({
    data: {
      ...attributesOf(sighting, quote),
      ...(state === 'baseline' ? baselineEnd(sighting) : { state }),
      id,
      installationId,
      generation,
    },
  });
  return id;
};

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

const reportOf = (row: ListingSignal): Report => ({
  source: row.source as Source, // written by this file from a Source
  opensAtMs: row.opensAt?.getTime() ?? null,
  trading: row.trading,
  arrivedAtMs: row.arrivedAt.getTime(),
  takenBack: row.reason !== null,
  apiTrading: apiTradingIn(row.raw),
});

/** The symbol record says it (SymbolRules); no other source does. */
const apiTradingIn = (raw: unknown): boolean | null =>
  typeof raw === 'object' &&
  raw !== null &&
  'apiTradingAllowed' in raw &&
  typeof raw.apiTradingAllowed === 'boolean'
    ? raw.apiTradingAllowed
    : null;

/** What was said of a listing, oldest first. */
export const reportsOf = async (db: Db, listingId: string): Promise<readonly Report[]> => {
  const rows = await db.listingSignal.findMany({
    where: { listingId },
    orderBy: { arrivedAt: 'asc' },
  });
  return rows.map(reportOf);
};

/** Brings a listing's attributes up to date with a new sighting: time, names, confidence. */
export const refresh = async (
  tx: Db,
  listingId: string,
  sighting: Sighting | null,
): Promise<void> => {
  const reports = await reportsOf(tx, listingId);
  const confidence = confidenceOf(reports.filter((report) => !report.takenBack));
  const listing = await tx.listing.findUniqueOrThrow({ where: { id: listingId } });
  const trades = sighting?.trading === true && listing.tradingSeenAt === null;
  // A pair of another quote says nothing about the name of the one that is bought.
  const named = sighting?.quote === listing.quote ? sighting.symbol : null;
  await tx.listing.update({
    where: { id: listingId },
    data: {
      confidence: confidence.points,
      reasons: confidence.reasons.map((reason) => ({ ...reason })),
      opensAt: dateOf(openingOf(reports)),
      ...(named == null ? {} : { symbol: named }),
      ...(sighting?.fullName == null ? {} : { name: sighting.fullName }),
      ...(trades ? { tradingSeenAt: new Date(sighting.arrivedAtMs) } : {}),
    },
  });
};
