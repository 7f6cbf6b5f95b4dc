import type { Clock } from '#domain/ports.ts';
import { FEW, type ReadTotals } from '#prisma/reads/record-totals.ts';
import type { PerformanceView } from '../schemas/analytics.ts';
import type { Window } from './performance.ts';

/** A trade that leaves the window at its old end does so this much later. */
const KEPT_MS = 60_000;
/** Windows of so many lengths are kept. */
const WINDOWS_MAX = 8;

interface Kept {
  readonly version: string;
  readonly atMs: number;
  readonly result: Promise<PerformanceView>;
}

/**
 * What trades have come to, added up anew when one was closed since, or after a minute: the answer
 * says from when it counts. A short record is always added up anew.
 */
export const rememberedPerformance = (
  { clock, totals }: { readonly clock: Clock; readonly totals: ReadTotals },
  read: (window: Window) => Promise<PerformanceView>,
): ((window: Window, days: number) => Promise<PerformanceView>) => {
  const kept = new Map<string, Kept>();
  return async (window, days) => {
    const { version, closedTrades } = await totals(window.installationId);
    if (closedTrades <= FEW) return read(window);
    const key = `${window.installationId} ${days}`;
    const old = kept.get(key);
    const nowMs = clock.now();
    if (old?.version === version && nowMs - old.atMs < KEPT_MS) return old.result;
    const result = read(window);
    kept.delete(key);
    kept.set(key, { version, atMs: nowMs, result });
    const [oldest] = kept.keys();
    if (kept.size > WINDOWS_MAX && oldest !== undefined) kept.delete(oldest);
    result.catch(() => kept.delete(key)); // its callers are told; the next one asks again
    return result;
  };
};
