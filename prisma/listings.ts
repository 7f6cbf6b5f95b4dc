import { randomInt, randomUUID } from 'node:crypto';
import { confidenceOf, type Sighting, type SightingResult, type Source } from '#domain/listing.ts';
import type { Database, Db } from './client.ts';
import { coinRecord, lockCoin, NEVER_HEARD_OF } from './coin-record.ts';
import type { Statements } from './direct.ts';
import type { Listing, ListingSignal } from './generated/client.ts';
import {
  dedupKeyOf,
  identityOf,
  openingOf,
  type CoinRecord,
  type Identity,
  type Report,
} from './listing-identity.ts';
import { attributesOf, baselineEnd, dateOf, reportOf, saidBy, signalOf } from './sighting-rows.ts';

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

/** A committed sighting whose workflow is started or told, with its listing as it then is. */
export type PendingSighting = Pick<
  ListingSignal,
  'id' | 'installationId' | 'source' | 'reason' | 'opensAt' | 'trading' | 'listingId'
> & {
  readonly listing: Pick<Listing, 'id' | 'symbol' | 'base' | 'quote' | 'opensAt' | 'state'> | null;
};

/** A sighting as stored, and what it became. */
export interface StoredSighting {
  readonly result: SightingResult;
  readonly signal: PendingSighting;
}

/**
 * Commits a sighting and decides what it is, before anything is started. Postgres allots the
 * identity: one unfinished listing per coin, whatever the quote, source or announced time. May
 * repeat: the same report is the same row, and null is answered.
 */
export const recordSighting = async (
  db: Database,
  request: SightingRequest,
): Promise<StoredSighting | null> =>
  (await recordIfNew(db.direct, request)) ?? db.$transaction((tx) => recordSightingIn(tx, request));

/** Without the lock: a surprise waits for it. Null when it is not new, or somebody was faster. */
const recordIfNew = async (
  db: Statements,
  request: SightingRequest,
): Promise<StoredSighting | null> => {
  const { installationId, sighting } = request;
  // Nearly all that is new is a coin that nobody has heard of: the statement itself asks whether it is.
  const first = identityOf(sighting, NEVER_HEARD_OF, request);
  const stored =
    first.kind === 'new' ? await recordNew(db, request, { ...first, isFirst: true }) : null;
  if (stored !== null) return stored;
  const coin = await coinRecord(db, installationId, sighting.base);
  const identity = identityOf(sighting, coin, request);
  return identity.kind === 'new' ? recordNew(db, request, identity) : null;
};

/** The same within a transaction. */
export const recordSightingIn = async (
  tx: Db,
  request: SightingRequest,
): Promise<StoredSighting | null> => {
  const { installationId, sighting } = request;
  await lockCoin(tx, installationId, sighting.base);
  const coin = await coinRecord(tx, installationId, sighting.base);
  const identity = identityOf(sighting, coin, request);
  if (identity.kind !== 'new') return recordMore(tx, request, { identity, coin });
  // Who does not take the lock may have been faster: it is known then.
  return (await recordNew(tx, request, identity)) ?? recordSightingIn(tx, request);
};

interface NewLife {
  readonly generation: number;
  /** Only if nothing at all is recorded of the coin. */
  readonly isFirst?: boolean;
}

/**
 * A listing and its first report, in one statement. Null when the coin has an unfinished listing, or
 * one of this generation: the unique indexes say so, whoever writes at the same time.
 */
const recordNew = async (
  tx: Statements,
  request: SightingRequest,
  { generation, isFirst = false }: NewLife,
): Promise<StoredSighting | null> => {
  const { installationId, sighting } = request;
  const listing = {
    id: newListingId(),
    state: 'seen',
    ...attributesOf(sighting, quoteOf(request)),
    opensAt: dateOf(openingOf([saidBy(sighting)])),
  };
  const signal = { id: randomUUID(), reason: null, ...signalOf(installationId, sighting) };
  const { points, reasons } = confidenceOf([saidBy(sighting)]);
  const dedupKey = dedupKeyOf(sighting, { generation, retractions: 0 });
  const written = await tx.$executeRaw`
    /* recordNew */
    WITH listing AS (
      INSERT INTO "Listing" (id, "installationId", base, quote, symbol, name, generation, state,
        "opensAt", "firstSeenAt", "tradingSeenAt", confidence, reasons)
      SELECT ${listing.id}, ${installationId}, ${listing.base}, ${listing.quote}, ${listing.symbol},
        ${listing.name}, ${generation}, ${listing.state}, ${listing.opensAt}, ${listing.firstSeenAt},
        ${listing.tradingSeenAt}, ${points}, ${JSON.stringify(reasons)}::jsonb
      WHERE NOT ${isFirst}::boolean OR NOT EXISTS (
        SELECT FROM "Listing" WHERE "installationId" = ${installationId} AND base = ${listing.base}
      ) AND NOT EXISTS (
        SELECT FROM "ListingSignal" WHERE "installationId" = ${installationId} AND base = ${listing.base}
      )
      ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO "ListingSignal" (id, "installationId", source, base, quote, symbol, "opensAt", trading,
      "arrivedAt", raw, "dedupKey", result, "listingId")
    SELECT ${signal.id}::uuid, ${installationId}, ${signal.source}, ${signal.base}, ${signal.quote},
      ${signal.symbol}, ${signal.opensAt}, ${signal.trading}, ${signal.arrivedAt},
      ${signal.raw === null ? null : JSON.stringify(signal.raw)}::jsonb, ${dedupKey}, 'new', id FROM listing`;
  if (written === 0) return null;
  return {
    result: { kind: 'new', listingId: listing.id },
    signal: { ...signal, listingId: listing.id, listing },
  };
};

/** Another report of a listing that is known, or one of what is no listing. */
const recordMore = async (
  tx: Db,
  request: SightingRequest,
  { identity, coin }: { identity: Exclude<Identity, { kind: 'new' }>; coin: CoinRecord },
): Promise<StoredSighting | null> => {
  const { installationId, sighting } = request;
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
  const result = resultOf(sighting, { identity, coin });
  if (result.kind === 'notAListing' && result.reason === 'baseline' && coin.last === null)
    await createBaseline(tx, request, identity.generation);
  const listingId = result.kind === 'notAListing' ? null : result.listingId;
  const signal = await tx.listingSignal.create({
    data: {
      ...signalOf(installationId, sighting),
      dedupKey,
      result: result.kind,
      reason: result.kind === 'notAListing' ? result.reason : null,
      listingId,
      handledAt: listingId === null ? new Date(sighting.arrivedAtMs) : null,
    },
  });
  const listing = listingId === null ? null : await refresh(tx, listingId, sighting);
  return { result, signal: { ...signal, listing } };
};

/** What a source took back and says again is another report. */
const retractionsOf = async (tx: Db, identity: Identity, source: Source): Promise<number> =>
  identity.kind === 'known'
    ? tx.listingSignal.count({
        where: { listingId: identity.listingId, source, reason: { not: null } },
      })
    : 0;

const resultOf = (
  sighting: Sighting,
  { identity, coin }: { identity: Exclude<Identity, { kind: 'new' }>; coin: CoinRecord },
): SightingResult => {
  if (identity.kind === 'notAListing') return { kind: 'notAListing', reason: identity.reason };
  const moved = sighting.opensAtMs !== null && coin.last?.opensAtMs !== sighting.opensAtMs;
  return { kind: 'known', listingId: identity.listingId, moved };
};

const createBaseline = async (
  tx: Db,
  request: SightingRequest,
  generation: number,
): Promise<void> => {
  const { installationId, sighting } = request;
  await tx.listing.create({
    data: {
      ...attributesOf(sighting, quoteOf(request)),
      ...baselineEnd(sighting),
      id: newListingId(),
      installationId,
      generation,
    },
  });
};

const quoteOf = ({ sighting, quotes }: SightingRequest): string =>
  sighting.quote ?? quotes[0] ?? 'USDT';

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
): Promise<Listing> => {
  const reports = await reportsOf(tx, listingId);
  const confidence = confidenceOf(reports.filter((report) => !report.takenBack));
  const listing = await tx.listing.findUniqueOrThrow({ where: { id: listingId } });
  const trades = sighting?.trading === true && listing.tradingSeenAt === null;
  // A pair of another quote says nothing about the name of the one that is bought.
  const named = sighting?.quote === listing.quote ? sighting.symbol : null;
  return tx.listing.update({
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
