import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { ActivityDeps } from '#activities/deps.ts';
import { raiseAlert } from '#prisma/alerts.ts';
import { openTrades } from '#prisma/runs.ts';
import { botRunWorkflowId } from '#workflows/messages.ts';

type RollbackDeps = Pick<ActivityDeps, 'db' | 'installationId' | 'clock' | 'log'>;

/** Histories asked for at one look; with more of them open, each is asked for every few looks. */
const ASKED_MAX = 25;

/**
 * Notices that Temporal was put back to an older state while this process lived, as by a restored
 * copy of its file: a history never grows shorter otherwise. What this process has cached of its
 * workflows is ahead of the server then, and they would stand still; `restart` is told once, because
 * a process that begins anew follows the server again. Meant to be called every few seconds.
 */
export const watchRollback = (
  { db, installationId, clock, log }: RollbackDeps,
  temporal: Client,
  restart: () => void,
): (() => Promise<void>) => {
  /** Events of a run when it was last asked for, by run id. */
  const lengths = new Map<string, number>();
  let first = 0;
  let isTold = false;
  return async () => {
    const trades = await openTrades(db, installationId);
    const all = [botRunWorkflowId, ...trades.map(({ workflowId }) => workflowId)];
    const asked = turnOf(all, first);
    first = all.length <= ASKED_MAX ? 0 : (first + ASKED_MAX) % all.length;
    const open = new Map<string, number>();
    for (const workflowId of asked) {
      const run = await lengthOf(temporal, workflowId);
      if (run === null) continue;
      const before = lengths.get(run.runId) ?? 0;
      open.set(run.runId, run.length);
      if (run.length >= before || isTold) continue;
      isTold = true;
      log.error(
        { workflowId, events: run.length, before },
        'Temporal has forgotten what it knew: it was put back to an older state. Starting anew',
      );
      await raiseAlert(db, {
        installationId,
        severity: 'warning',
        episodeKey: 'temporal-rolled-back',
        title: 'Temporal was put back to an older state',
        text: 'Its histories are shorter than they were. Our processes start anew to follow it; what was sent meanwhile is asked for at the exchange.',
        listingId: null,
        nowMs: clock.now(),
      });
      restart();
    }
    if (asked.length === all.length) lengths.clear();
    for (const [runId, length] of open) lengths.set(runId, length);
  };
};

const turnOf = (all: readonly string[], first: number): readonly string[] =>
  all.length <= ASKED_MAX ? all : [...all, ...all].slice(first, first + ASKED_MAX);

/** Null for one that Temporal does not know: reconcile gives its trade a new owner. */
const lengthOf = async (
  temporal: Client,
  workflowId: string,
): Promise<{ readonly runId: string; readonly length: number } | null> => {
  try {
    const { runId, historyLength } = await temporal.workflow.getHandle(workflowId).describe();
    return { runId, length: historyLength };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
};
