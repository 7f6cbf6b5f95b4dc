import type { Db } from '../client.ts';
import { Prisma } from '../generated/client.ts';

/** What sources said is kept this long, word by word. */
export const RAW_KEPT_MS = 30 * 86_400_000;
/** Rows that are changed at once: a table of a year must not be locked for long. */
const BATCH = 1000;
const BATCHES_MAX = 100;

/**
 * Why a coin was set aside is asked for later; what merely repeats that it is an old one is not
 * (prisma/listing-identity.ts).
 */
const FORGETTABLE = ['baseline', 'oldCoin', 'ended'];

/**
 * Forgets the words of sightings older than 30 days, and sightings that say nothing but that a coin
 * is old. Who said what of a listing, and when, is kept. May repeat.
 */
export const pruneSightings = async (
  db: Db,
  installationId: string,
  nowMs: number,
): Promise<{ readonly emptied: number; readonly deleted: number }> => {
  const old = { installationId, arrivedAt: { lt: new Date(nowMs - RAW_KEPT_MS) } };
  const forgettable = { ...old, listingId: null, reason: { in: FORGETTABLE } };
  const deleted = await inBatches(db, forgettable, (ids) =>
    db.listingSignal.deleteMany({ where: { id: { in: ids } } }),
  );
  const emptied = await inBatches(db, { ...old, raw: { not: Prisma.AnyNull } }, (ids) =>
    db.listingSignal.updateMany({ where: { id: { in: ids } }, data: { raw: Prisma.DbNull } }),
  );
  return { emptied, deleted };
};

const inBatches = async (
  db: Db,
  where: Prisma.ListingSignalWhereInput,
  change: (ids: string[]) => Promise<{ count: number }>,
): Promise<number> => {
  let changed = 0;
  for (let n = 0; n < BATCHES_MAX; n += 1) {
    const rows = await db.listingSignal.findMany({ where, select: { id: true }, take: BATCH });
    if (rows.length === 0) break;
    changed += (await change(rows.map(({ id }) => id))).count;
  }
  return changed;
};
