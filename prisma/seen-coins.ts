import type { Sighting, Source } from '#domain/listing.ts';
import type { Database, Db } from './client.ts';
import { raceOf, type RaceEntrant } from './listing-identity.ts';
import { lockCoin } from './coin-record.ts';
import { newListingId, refresh, reportsOf, type PendingSighting } from './listings.ts';
import { attributesOf, baselineEnd } from './sighting-rows.ts';

// Coins beside the one that is seen: what the record knows of them, what was taken back, and what
// is still to hand over.

/** Sightings whose workflow has not been started or told yet: the outbox, oldest first. */
export const pendingSightings = (
  db: Db,
  installationId: string,
  which: { readonly ids: readonly string[] } | { readonly arrivedUntilMs: number },
): Promise<readonly PendingSighting[]> =>
  db.listingSignal.findMany({
    where: {
      installationId,
      handledAt: null,
      ...('ids' in which
        ? { id: { in: [...which.ids] } }
        : { arrivedAt: { lte: new Date(which.arrivedUntilMs) } }),
    },
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

/** The last life of a ticker, in short. */
export interface Life {
  readonly generation: number;
  readonly isUnfinished: boolean;
}

/** The last lives of those coins that ever had one. */
export const livesOf = async (
  db: Db,
  installationId: string,
  bases: readonly string[],
): Promise<ReadonlyMap<string, Life>> => {
  if (bases.length === 0) return new Map();
  const rows = await db.listing.findMany({
    where: { installationId, base: { in: [...bases] } },
    orderBy: { generation: 'asc' },
    select: { base: true, endedAt: true, generation: true },
  });
  return new Map(
    rows.map(({ base, endedAt, generation }) => [
      base,
      { generation, isUnfinished: endedAt === null },
    ]),
  );
};

/** Unfinished listings: what is waited for, or held. */
export const unfinishedListings = (db: Db, installationId: string) =>
  db.listing.findMany({
    where: { installationId, endedAt: null },
    select: { base: true, quote: true, symbol: true },
  });

/** Coin and quote of those pairs that ever were a listing's or a baseline's. */
export const namesOfPairs = (db: Db, installationId: string, symbols: readonly string[]) =>
  db.listing.findMany({
    where: { installationId, symbol: { in: [...symbols] } },
    distinct: ['symbol'],
    select: { symbol: true, base: true, quote: true },
  });

/** Notes pairs that were there before we came, each coin once: they are never bought. May repeat. */
export const recordBaseline = async (
  db: Db,
  installationId: string,
  sightings: readonly Sighting[],
): Promise<void> => {
  const byBase = new Map(sightings.map((each) => [each.base, each]));
  // A coin with one pair that trades has traded, whatever its other pairs say.
  for (const each of sightings) if (each.trading) byBase.set(each.base, each);
  const known = await livesOf(db, installationId, [...byBase.keys()]);
  await db.listing.createMany({
    data: [...byBase.values()]
      .filter((each) => !known.has(each.base))
      .map((each) => ({
        ...attributesOf(each, each.quote ?? 'USDT'),
        ...baselineEnd(each),
        id: newListingId(),
        installationId,
        generation: 0,
      })),
    skipDuplicates: true,
  });
};

/** Coins that are there again were suspended, not delisted. May repeat. */
export const clearDelisted = async (
  db: Db,
  installationId: string,
  bases: readonly string[],
): Promise<void> => {
  await db.listingSignal.updateMany({
    where: { installationId, base: { in: [...bases] }, reason: 'delisted' },
    data: { reason: 'suspended' },
  });
};

/** Notes that the exchange shows coins of finished listings as taken off. May repeat. */
export const recordDelisted = async (
  db: Db,
  installationId: string,
  sightings: readonly Sighting[],
): Promise<void> => {
  if (sightings.length === 0) return;
  const bases = sightings.map((each) => each.base);
  const lives = await livesOf(db, installationId, bases);
  const noted = await db.listingSignal.findMany({
    where: { installationId, base: { in: [...lives.keys()] }, reason: 'delisted' },
    select: { base: true },
  });
  const isNoted = new Set(noted.map((each) => each.base));
  await db.listingSignal.createMany({
    data: sightings.flatMap((each) => {
      const life = lives.get(each.base);
      if (life === undefined || life.isUnfinished || isNoted.has(each.base)) return [];
      const arrivedAt = new Date(each.arrivedAtMs);
      return [
        {
          installationId,
          source: each.source,
          base: each.base,
          quote: each.quote,
          symbol: each.symbol,
          trading: false,
          arrivedAt,
          raw: (each.raw ?? null) as object,
          dedupKey: [each.source, each.base, 'delisted', each.arrivedAtMs].join('|'),
          result: 'notAListing',
          reason: 'delisted',
          handledAt: arrivedAt,
        },
      ];
    }),
    skipDuplicates: true,
  });
};

/** How one source of a monitor was doing when it last said so. */
interface BeatDetails {
  readonly installationId?: string;
  readonly sources?: Readonly<Record<string, { readonly lastOkAt?: number | null }>>;
}

/** When any monitor last read a source, epoch ms; null: never. From the monitors' signs of life. */
export const lastReadAt = async (
  db: Db,
  installationId: string,
  source: Source,
): Promise<number | null> => {
  const rows = await db.botHealth.findMany({ where: { process: 'monitor' } });
  const times = rows.flatMap(({ details }) => {
    const { installationId: of, sources } = details as BeatDetails; // written by monitor/main.ts
    const at = of === installationId ? sources?.[source]?.lastOkAt : null;
    return typeof at === 'number' ? [at] : [];
  });
  return times.length === 0 ? null : Math.max(...times);
};

/** Why a report speaks against an opening: its time falls away, or the listing does. */
export type Retraction = 'openingWithdrawn' | 'calledOff';

export interface RetractionRequest {
  readonly installationId: string;
  readonly source: Source;
  readonly base: string;
  readonly kind: Retraction;
  /** Names the occasion: the same one is one row. */
  readonly occasion: string;
  /** A listing that was first seen later is not meant. */
  readonly saidAtMs: number;
  readonly arrivedAtMs: number;
  readonly raw: unknown;
}

/**
 * Commits that a source took an opening back; the workflow is told by the outbox. Null when there
 * is no listing that waits, or it is recorded already. May repeat.
 */
export const recordRetraction = (
  db: Database,
  request: RetractionRequest,
): Promise<{ readonly signalId: string; readonly listingId: string } | null> =>
  db.$transaction(async (tx) => {
    const { installationId, source, base, kind } = request;
    await lockCoin(tx, installationId, base);
    const listing = await tx.listing.findFirst({
      where: {
        installationId,
        base,
        endedAt: null,
        tradingSeenAt: null,
        firstSeenAt: { lte: new Date(request.saidAtMs) },
      },
    });
    if (listing === null) return null;
    const dedupKey = [source, base, kind, request.occasion, listing.generation].join('|');
    const arrivedAt = new Date(request.arrivedAtMs);
    const data = { installationId, source, base, arrivedAt, dedupKey, listingId: listing.id };
    const created = await tx.listingSignal.createManyAndReturn({
      data: [
        {
          ...data,
          trading: false,
          raw: (request.raw ?? null) as object,
          result: 'known',
          reason: kind,
        },
      ],
      skipDuplicates: true,
    });
    const [row] = created;
    if (row === undefined) return null;
    await refresh(tx, listing.id, null);
    return { signalId: row.id, listingId: listing.id };
  });

/** Which source was first on a listing, and by how much. */
export const sourceRace = async (db: Db, listingId: string): Promise<readonly RaceEntrant[]> =>
  raceOf(await reportsOf(db, listingId));
