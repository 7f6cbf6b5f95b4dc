import type { ActivityDeps } from '#activities/deps.ts';
import { raiseAlert, resolveAlerts } from '#prisma/alerts.ts';
import { latestConfirmation } from '#prisma/live.ts';

type Deps = Pick<ActivityDeps, 'db' | 'installationId' | 'clock' | 'asker'>;

/** A person has a day to type again before entries stop. */
const WARN_BEFORE_MS = 24 * 3_600_000;
const PREFIX = 'confirmation:';

/**
 * Tells people a day before the confirmation of real money expires, and when it has. Withdrawing it
 * is no news. Meant to be called every minute or so; several workers may.
 */
export const watchConfirmation =
  ({ db, installationId, clock, asker }: Deps) =>
  async (): Promise<void> => {
    if (asker.venue.orders !== 'gated') return;
    const nowMs = clock.now();
    const typed = await latestConfirmation(db, installationId);
    const leftMs = typed === null ? Infinity : typed.expiresAt.getTime() - nowMs;
    const isStanding = typed !== null && typed.withdrawnAt === null;
    const episode = !isStanding || leftMs > WARN_BEFORE_MS ? null : leftMs > 0 ? 'ends' : 'ended';
    if (episode !== null) await raiseAlert(db, alertOf(episode, { installationId, leftMs, nowMs }));
    const but = episode === null ? [] : [`${PREFIX}${episode}`];
    await resolveAlerts(db, { installationId, prefix: PREFIX, but, nowMs });
  };

const alertOf = (
  episode: 'ends' | 'ended',
  { installationId, leftMs, nowMs }: { installationId: string; leftMs: number; nowMs: number },
) => {
  const hours = Math.max(1, Math.round(leftMs / 3_600_000));
  const told = { installationId, episodeKey: `${PREFIX}${episode}`, listingId: null, nowMs };
  const what = 'Type it again on the page of going live; positions are guarded and sold meanwhile.';
  return episode === 'ends'
    ? {
        ...told,
        severity: 'warning' as const,
        title: 'The confirmation of real money ends soon',
        text: `In ${hours} h nothing will be bought any more. ${what}`,
      }
    : {
        ...told,
        severity: 'warning' as const,
        title: 'The confirmation of real money has ended',
        text: `Nothing is bought. ${what}`,
      };
};
