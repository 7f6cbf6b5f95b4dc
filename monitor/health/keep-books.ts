import { pruneSightings } from '#prisma/detection/old-sightings.ts';
import { minutesToCount, recordMinute, sourceLags } from '#prisma/detection/workflow-metrics.ts';
import type { MonitorDeps } from '../deps.ts';

const PRUNE_EVERY_MS = 3_600_000;

/** The watch's own record keeping: it delays nothing that trades. */
export interface Books {
  /** Counts the minutes that are over, and prunes now and then. Called often; never throws. */
  keep(): Promise<void>;
}

export const createBooks = (
  deps: Pick<MonitorDeps, 'db' | 'installationId' | 'clock' | 'health' | 'log'>,
): Books => {
  const { db, installationId, clock, health, log } = deps;
  const sinceMs = clock.now();
  let prunedAtMs = -Infinity;
  let countedMinute = -1;
  const count = async (nowMs: number) => {
    const minute = Math.floor(nowMs / 60_000);
    if (minute === countedMinute) return;
    for (const each of await minutesToCount(db, installationId, { sinceMs, nowMs }))
      await recordMinute(db, installationId, each);
    health.lags(await sourceLags(db, installationId));
    countedMinute = minute;
  };
  const prune = async (nowMs: number) => {
    if (nowMs - prunedAtMs < PRUNE_EVERY_MS) return;
    prunedAtMs = nowMs;
    const { emptied, deleted } = await pruneSightings(db, installationId, nowMs);
    if (emptied + deleted > 0) log.info({ emptied, deleted }, 'Old sightings were pruned');
  };
  return {
    keep: async () => {
      try {
        const nowMs = clock.now();
        await count(nowMs);
        await prune(nowMs);
      } catch (error) {
        log.warn({ error }, 'A minute could not be counted yet; tried again');
      }
    },
  };
};
