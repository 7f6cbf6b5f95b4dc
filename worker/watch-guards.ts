import type { ActivityDeps } from '#activities/deps.ts';
import { raiseAlert, resolveAlerts } from '#prisma/alerts.ts';
import { heldTrades } from '#prisma/trades.ts';

type GuardDeps = Pick<ActivityDeps, 'db' | 'installationId' | 'clock' | 'log'>;

/**
 * Tells people of positions that nobody has seen a fresh price of for `blindAlert` seconds. Asks
 * Postgres alone: it works when Temporal does not. Meant to be called every few seconds; several
 * workers may.
 */
export const watchGuards =
  ({ db, installationId, clock, log }: GuardDeps) =>
  async (): Promise<void> => {
    const nowMs = clock.now();
    const blind = (await heldTrades(db, installationId)).filter(
      ({ seenAtMs, blindAlert }) => nowMs - seenAtMs > blindAlert * 1000,
    );
    for (const { listingId, symbol, seenAtMs, guardState } of blind) {
      const seconds = Math.round((nowMs - seenAtMs) / 1000);
      log.warn({ symbol, seconds, guardState }, 'A position is not watched');
      await raiseAlert(db, {
        installationId,
        severity: 'critical',
        episodeKey: `blind:${listingId}`,
        title: `${symbol} is not watched`,
        text:
          guardState === 'stale'
            ? `No fresh price of ${symbol} for ${seconds} s: its stop cannot act. Look whether the exchange answers; the position can be sold by hand there.`
            : `No guard of ${symbol} has been heard of for ${seconds} s: its stop cannot act. Look whether a worker runs (System), and start one.`,
        listingId,
        nowMs,
      });
    }
    await resolveAlerts(db, {
      installationId,
      prefix: 'blind:',
      but: blind.map(({ listingId }) => `blind:${listingId}`),
      nowMs,
    });
  };
