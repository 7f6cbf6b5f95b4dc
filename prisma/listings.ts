import { randomInt } from 'node:crypto';
import { confidenceOf, type Sighting, type SightingResult, type Source } from '#domain/listing.ts';
import type { Database, Db } from './client.ts';

/** Twelve of these name a listing: 36^12, and safe in URLs and client order ids. */
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

const newId = (length: number): string =>
  Array.from({ length }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');

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

/** The same report of the same pair and opening is one row. */
const dedupKeyOf = (sighting: Sighting): string =>
  [
    sighting.source,
    sighting.symbol ?? sighting.base,
    sighting.opensAtMs ?? '-',
    sighting.trading ? 'trading' : 'waiting',
  ].join('|');

/**
 * Commits a sighting and decides what it is, before anything is started. Postgres allots the
 * identity: one unfinished listing per coin, whatever the quote, source or announced time. May
 * repeat: the same report is the same row, and null is answered.
 */
export const recordSighting = (
  db: Database,
  request: SightingRequest,
): Promise<StoredSighting | null> =>
  db.$transaction(async (tx) => {
    const { installationId, sighting } = request;
    const dedupKey = dedupKeyOf(sighting);
    // One coin at a time, across all monitors.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${installationId}|${sighting.base}`}, 0))`;
    const known = await tx.listingSignal.findUnique({
      where: { installationId_dedupKey: { installationId, dedupKey } },
    });
    if (known !== null) return null;
    const result = await identify(tx, request);
    const signal = await tx.listingSignal.create({
      data: {
        installationId,
        source: sighting.source,
        base: sighting.base,
        quote: sighting.quote,
        symbol: sighting.symbol,
        opensAt: dateOf(sighting.opensAtMs),
        trading: sighting.trading,
        arrivedAt: new Date(sighting.arrivedAtMs),
        raw: (sighting.raw ?? null) as object,
        dedupKey,
        result: result.kind,
        reason: result.kind === 'notAListing' ? result.reason : null,
        listingId: result.kind === 'notAListing' ? null : result.listingId,
        handledAt: result.kind === 'notAListing' ? new Date(sighting.arrivedAtMs) : null,
      },
    });
    if (result.kind !== 'notAListing') await refresh(tx, result.listingId, sighting);
    return { signalId: signal.id, result };
  });

const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

const identify = async (tx: Db, request: SightingRequest): Promise<SightingResult> => {
  const { installationId, sighting, baseline } = request;
  const last = await tx.listing.findFirst({
    where: { installationId, base: sighting.base },
    orderBy: { generation: 'desc' },
  });
  if (last !== null && last.endedAt === null) {
    const moved = sighting.opensAtMs !== null && last.opensAt?.getTime() !== sighting.opensAtMs;
    return { kind: 'known', listingId: last.id, moved };
  }
  // A paused pair of the first look that is announced later has not traded: it is a listing yet.
  const untraded = last?.state === 'baseline' && last.tradingSeenAt === null;
  if (last !== null && !(untraded && opensLater(sighting)))
    return { kind: 'notAListing', reason: last.state === 'baseline' ? 'oldCoin' : 'ended' };
  // The calendar's announcements of the first look lie ahead: they are listings, not a baseline.
  if (baseline && !opensLater(sighting)) {
    await createListing(tx, request, { state: 'baseline', generation: 0 });
    return { kind: 'notAListing', reason: 'baseline' };
  }
  if (request.tooMany) return { kind: 'notAListing', reason: 'tooManyAtOnce' };
  if (sighting.quote !== null && !request.quotes.includes(sighting.quote))
    return { kind: 'notAListing', reason: 'quoteNotWanted' };
  const generation = (last?.generation ?? 0) + 1;
  return {
    kind: 'new',
    listingId: await createListing(tx, request, { state: 'seen', generation }),
  };
};

const opensLater = (sighting: Sighting): boolean =>
  sighting.opensAtMs !== null && sighting.opensAtMs > sighting.arrivedAtMs;

const createListing = async (
  tx: Db,
  request: SightingRequest,
  { state, generation }: { state: 'seen' | 'baseline'; generation: number },
): Promise<string> => {
  const { installationId, sighting } = request;
  const quote = sighting.quote ?? request.quotes[0] ?? 'USDT';
  const id = newId(12);
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

const attributesOf = (sighting: Sighting, quote: string) => ({
  base: sighting.base,
  quote,
  symbol: sighting.symbol ?? `${sighting.base}${quote}`,
  name: sighting.fullName,
  opensAt: dateOf(sighting.opensAtMs),
  firstSeenAt: new Date(sighting.arrivedAtMs),
  tradingSeenAt: sighting.trading ? new Date(sighting.arrivedAtMs) : null,
});

const baselineEnd = (sighting: Sighting) => ({
  state: 'baseline',
  endedAt: new Date(sighting.arrivedAtMs),
  endReason: 'traded before we came',
});

/** Brings a listing's attributes up to date with a new sighting: time, names, confidence. */
const refresh = async (tx: Db, listingId: string, sighting: Sighting): Promise<void> => {
  const signals = await tx.listingSignal.findMany({ where: { listingId } });
  const confidence = confidenceOf(
    signals.map((signal) => ({
      source: signal.source as Source,
      opensAtMs: signal.opensAt?.getTime() ?? null,
      trading: signal.trading,
    })),
  );
  await tx.listing.update({
    where: { id: listingId },
    data: {
      confidence: confidence.points,
      reasons: confidence.reasons.map((reason) => ({ ...reason })),
      ...(sighting.opensAtMs === null ? {} : { opensAt: new Date(sighting.opensAtMs) }),
      ...(sighting.symbol === null ? {} : { symbol: sighting.symbol }),
      ...(sighting.fullName === null ? {} : { name: sighting.fullName }),
      ...(sighting.trading ? { tradingSeenAt: new Date(sighting.arrivedAtMs) } : {}),
    },
  });
};

/** Sightings whose workflow has not been started or told yet: the outbox, oldest first. */
export const pendingSightings = (db: Db, installationId: string) =>
  db.listingSignal.findMany({
    where: { installationId, handledAt: null },
    include: { listing: true },
    orderBy: { arrivedAt: 'asc' },
    take: 100,
  });

/** Marks a sighting as handed over; its listing is then `started`. May repeat. */
export const markHandled = async (
  db: Database,
  signal: { id: string; listingId: string | null },
  nowMs: number,
): Promise<void> => {
  await db.$transaction([
    db.listingSignal.update({ where: { id: signal.id }, data: { handledAt: new Date(nowMs) } }),
    db.listing.updateMany({
      where: { id: signal.listingId ?? '', state: 'seen' },
      data: { state: 'started' },
    }),
  ]);
};

/** Coins that some source has shown before, and whether their listing is unfinished. */
export const knownBases = async (
  db: Db,
  installationId: string,
): Promise<ReadonlyMap<string, boolean>> => {
  const rows = await db.listing.findMany({
    where: { installationId },
    orderBy: { generation: 'asc' },
    select: { base: true, endedAt: true },
  });
  return new Map(rows.map((row) => [row.base, row.endedAt === null]));
};

/** Notes pairs that were there before we came, each coin once: they are never bought. May repeat. */
export const recordBaseline = async (
  db: Db,
  installationId: string,
  sightings: readonly Sighting[],
): Promise<void> => {
  const known = await knownBases(db, installationId);
  const byBase = new Map(sightings.map((each) => [each.base, each]));
  await db.listing.createMany({
    data: [...byBase.values()]
      .filter((each) => !known.has(each.base))
      .map((each) => ({
        ...attributesOf(each, each.quote ?? 'USDT'),
        ...baselineEnd(each),
        id: newId(12),
        installationId,
        generation: 0,
      })),
    skipDuplicates: true,
  });
};
