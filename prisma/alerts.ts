import type { Database, Db } from './client.ts';

export interface AlertEpisode {
  readonly installationId: string;
  readonly severity: 'info' | 'warning' | 'critical';
  /** Names the episode: while it is open a repeat only counts. */
  readonly episodeKey: string;
  readonly title: string;
  /** What happened, and what to do. */
  readonly text: string;
  readonly listingId: string | null;
  readonly nowMs: number;
}

/** Opens an alert, or counts a repeat of an open one. May repeat. */
export const raiseAlert = async (db: Database, alert: AlertEpisode): Promise<void> => {
  const at = new Date(alert.nowMs);
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${alert.episodeKey}, 1))`;
    const open = await tx.alert.findFirst({
      where: {
        installationId: alert.installationId,
        episodeKey: alert.episodeKey,
        resolvedAt: null,
      },
    });
    if (open !== null) {
      await tx.alert.update({
        where: { id: open.id },
        data: { count: { increment: 1 }, lastSeenAt: at, text: alert.text },
      });
      return;
    }
    const { nowMs: _now, ...values } = alert;
    await tx.alert.create({ data: { ...values, openedAt: at, lastSeenAt: at } });
  });
};

/** Ends an episode. May repeat. */
export const resolveAlert = async (
  db: Db,
  end: { installationId: string; episodeKey: string; nowMs: number },
): Promise<void> => {
  await db.alert.updateMany({
    where: { installationId: end.installationId, episodeKey: end.episodeKey, resolvedAt: null },
    data: { resolvedAt: new Date(end.nowMs) },
  });
};

/** Ends every episode whose key begins with `prefix`, but those named. May repeat. */
export const resolveAlerts = async (
  db: Db,
  end: {
    installationId: string;
    prefix: string;
    but: readonly string[];
    nowMs: number;
  },
): Promise<void> => {
  await db.alert.updateMany({
    where: {
      installationId: end.installationId,
      episodeKey: { startsWith: end.prefix, notIn: [...end.but] },
      resolvedAt: null,
    },
    data: { resolvedAt: new Date(end.nowMs) },
  });
};
