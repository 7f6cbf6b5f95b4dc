import { Decimal } from 'decimal.js';
import type { Clock } from '#domain/ports.ts';
import type { Db } from '../client.ts';
import { Prisma } from '../generated/client.ts';

/** What the whole record of an installation has come to. */
export interface RecordTotals {
  readonly closedTrades: number;
  /** Of those whose profit is known. */
  readonly wins: number;
  readonly losses: number;
  /** Their sum, quote, plain decimal text. */
  readonly profit: string;
  /** Listings but those of the first look. */
  readonly listings: number;
  /** Another one when any trade was closed, or taken up again, since. */
  readonly version: string;
}

/** Adds the record up; see `createRecordTotals`. Throws while the database is away. */
export type ReadTotals = (installationId: string) => Promise<RecordTotals>;

/**
 * What began or ended later than this before now is added up anew with each question: it is a few
 * rows. A transaction ends within ten seconds, so nothing older can still appear.
 */
const RECENT_MS = 60_000;
/** What is older is added up again after so long, whatever happened. */
const KEPT_MS = 60_000;
/** So few rows are added up in a moment: nothing of them is kept. */
export const FEW = 10_000;

interface Sums {
  readonly closed: number;
  readonly wins: number;
  readonly losses: number;
  readonly profit: string;
  readonly listings: number;
}

/** Sums of what is not recent. */
interface Kept extends Sums {
  readonly installationId: string;
  /** What began or ended from then on is recent. */
  readonly until: Date;
  readonly atMs: number;
  readonly settled: string;
}

/**
 * Reads totals of the whole record without walking through years each time: what was over a minute
 * ago is kept, and what came since is added. Exact, but for a pair of the first look that is told of
 * anew: it is counted within a minute.
 */
export const createRecordTotals = (db: Db, clock: Clock): ReadTotals => {
  let kept: Kept | null = null;
  const addedUp = async (installationId: string): Promise<RecordTotals> => {
    const atMs = clock.now();
    const until = new Date(atMs - RECENT_MS);
    const { all, recent, settled } = await wholeOf(db, installationId, until);
    const sums = combined(all, recent, 'minus');
    kept =
      all.closed + all.listings > FEW ? { ...sums, installationId, until, atMs, settled } : null;
    return totalsOf(all, settled);
  };
  return async (installationId) => {
    const old = kept;
    if (old?.installationId !== installationId || clock.now() - old.atMs >= KEPT_MS)
      return addedUp(installationId);
    const { recent, settled } = await recentOf(db, installationId, old.until);
    if (settled !== old.settled) return addedUp(installationId);
    return totalsOf(combined(old, recent, 'plus'), settled);
  };
};

const combined = (one: Sums, other: Sums, how: 'plus' | 'minus'): Sums => {
  const count = (key: 'closed' | 'wins' | 'losses' | 'listings') =>
    how === 'plus' ? one[key] + other[key] : one[key] - other[key];
  return {
    closed: count('closed'),
    wins: count('wins'),
    losses: count('losses'),
    profit: new Decimal(one.profit)[how](other.profit).toFixed(),
    listings: count('listings'),
  };
};

const totalsOf = ({ closed, ...sums }: Sums, settled: string): RecordTotals => ({
  closedTrades: closed,
  wins: sums.wins,
  losses: sums.losses,
  profit: sums.profit,
  listings: sums.listings,
  version: `${closed} ${sums.profit} ${settled}`,
});

interface Recent {
  readonly recent: Sums;
  /** When a person last settled an orphan, which may change a trade that was closed long ago. */
  readonly settled: string;
}

/** All and what is recent of it, at one instant. */
const wholeOf = async (
  db: Db,
  owner: string,
  from: Date,
): Promise<Recent & { readonly all: Sums }> => {
  const [row] = await db.$queryRaw<(Recent & { readonly all: Sums })[]>`
    SELECT ${sums(owner, null)} AS all, ${sums(owner, from)} AS recent, ${settledAt(owner)} AS settled`;
  return found(row);
};

const recentOf = async (db: Db, owner: string, from: Date): Promise<Recent> => {
  const [row] = await db.$queryRaw<Recent[]>`
    SELECT ${sums(owner, from)} AS recent, ${settledAt(owner)} AS settled`;
  return found(row);
};

const found = <T>(row: T | undefined): T => {
  if (row === undefined) throw new Error('a sum always has one row');
  return row;
};

/** Each of these is answered by an index that has all it needs: of everything, and by time. */
const sums = (owner: string, from: Date | null): Prisma.Sql => {
  const closed = from === null ? Prisma.sql`phase = 'closed'` : Prisma.sql`"closedAt" >= ${from}`;
  const known = from === null ? Prisma.empty : Prisma.sql`AND "closedAt" >= ${from}`;
  const told = from === null ? Prisma.empty : Prisma.sql`AND "firstSeenAt" >= ${from}`;
  return Prisma.sql`(
    SELECT jsonb_build_object('closed', closed.count, 'wins', known.wins, 'losses', known.losses,
                              'profit', known.profit, 'listings', told.count)
    FROM (SELECT COUNT(*) AS count FROM "Trade"
          WHERE "installationId" = ${owner} AND ${closed}) closed,
         (SELECT COUNT(*) FILTER (WHERE profit > 0) AS wins,
                 COUNT(*) FILTER (WHERE profit <= 0) AS losses,
                 trim_scale(COALESCE(SUM(profit), 0))::text AS profit FROM "Trade"
          WHERE "installationId" = ${owner} AND profit IS NOT NULL ${known}) known,
         (SELECT COUNT(*) AS count FROM "Listing"
          WHERE "installationId" = ${owner} AND state <> 'baseline' ${told}) told)`;
};

const settledAt = (owner: string): Prisma.Sql => Prisma.sql`
  (SELECT COALESCE(MAX("resolvedAt"), '-infinity')::text FROM "Orphan"
   WHERE "installationId" = ${owner})`;
