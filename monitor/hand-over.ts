import type { PendingSighting } from '#prisma/listings.ts';
import { pendingSightings } from '#prisma/seen-coins.ts';
import type { Run } from './commit-sightings.ts';
import type { MonitorDeps } from './deps.ts';
import { startTrade } from './start-trade.ts';

/** Who committed a sighting hands it over at once; the outbox is for what was left. */
const GRACE_MS = 3000;
/** Without an answer the sighting is kept: nothing waits for a Temporal that hangs. */
const ANSWER_WITHIN_MS = 5000;

/** Hands over what the outbox still holds, also after a crash; with ids, only those. May repeat. */
export const emptyOutbox = async (
  deps: MonitorDeps,
  run: Run,
  signalIds: readonly string[] | null = null,
): Promise<void> => {
  if (signalIds?.length === 0) return;
  const which =
    signalIds === null ? { arrivedUntilMs: deps.clock.now() - GRACE_MS } : { ids: signalIds };
  try {
    await handOver(deps, run, await pendingSightings(deps.db, deps.installationId, which));
  } catch (error) {
    deps.log.warn({ error }, 'The outbox could not be read; it is read again');
  }
};

/**
 * Lets committed sightings reach their workflows. One that cannot be handed over is kept in the
 * outbox and does not hold up the others. May repeat.
 */
export const handOver = async (
  deps: MonitorDeps,
  run: Run,
  pending: readonly PendingSighting[],
): Promise<void> => {
  try {
    // In order for one listing, side by side for several.
    const byListing = new Map<string | null, PendingSighting[]>();
    for (const each of pending)
      byListing.set(each.listingId, [...(byListing.get(each.listingId) ?? []), each]);
    await Promise.all(
      [...byListing.values()].map(async (signals) => {
        for (const each of signals)
          await deps.temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
            startTrade(deps, each, run),
          );
      }),
    );
  } catch (error) {
    deps.log.warn({ error }, 'A sighting could not be handed over yet; it is kept and repeated');
  }
};
