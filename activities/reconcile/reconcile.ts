import type { SniperInput } from '#domain/trade.ts';
import { isOwnedBy, releaseLeaks, unfinishedTrades } from '#prisma/recovery.ts';
import type { ActivityDeps } from '../deps.ts';

/** A trade whose workflow is gone: it needs a new one, which takes it over by itself. */
interface Ownerless {
  readonly listingId: string;
  /** The workflow that is gone. */
  readonly workflowId: string;
  readonly input: SniperInput;
}

export interface Reconciled {
  readonly ownerless: readonly Ownerless[];
  /** Reservations of closed trades that were given back. */
  readonly leaks: number;
}

/** After the last signed time an order may still be admitted and seen; see docs/adr/0004. */
const SETTLED_AFTER_MS = 17_000;

/**
 * Holds the record against Temporal. May repeat. It ends workflows that cannot go on, and starts none:
 * the workflow does that with what it answers.
 */
export const reconcile = (deps: ActivityDeps) => async (): Promise<Reconciled> => {
  const { db, clock, installationId, log } = deps;
  const ownerless: Ownerless[] = [];
  for (const trade of await unfinishedTrades(db, installationId)) {
    const { listingId, workflowId, symbol, isWaiting, input } = trade;
    const state = await deps.ownerState(workflowId);
    // A trade under way is never idle: something of its workflow is lost, as when Temporal was put back.
    const isOwned = state === 'running' || (state === 'idle' && isWaiting);
    if (isOwned || clock.now() < trade.sendsUntilMs + SETTLED_AFTER_MS) continue;
    log.error({ symbol, state }, 'A trade has lost its workflow');
    if (input === null) {
      log.error({ symbol }, 'It has no configuration: nobody can take it over');
      continue;
    }
    if (state === 'stuck' || state === 'idle')
      await deps.endOwner(workflowId, 'it could not go on; another one owns its trade');
    ownerless.push({ listingId, workflowId, input });
  }
  const leaks = await releaseLeaks(db, installationId, clock.now());
  if (leaks > 0) log.error({ leaks }, 'Reservations of closed trades were given back');
  return { ownerless, leaks };
};

/**
 * Whether an owner that was started before is the trade's owner, or will be: it runs, or the record
 * does not name the lost one any more. May repeat.
 */
export const hasOwner =
  ({ db, ownerState }: ActivityDeps) =>
  async (of: { listingId: string; lost: string; owner: string }): Promise<boolean> =>
    (await ownerState(of.owner)) === 'running' ||
    !(await isOwnedBy(db, { listingId: of.listingId, workflowId: of.lost }));
