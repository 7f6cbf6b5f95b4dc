import { price } from '#domain/amount.ts';
import { recoverEntry, type Position } from './enter-position.ts';
import { guardedFrom, type Guarded } from './exit-position.ts';
import { records } from './proxies.ts';
import { askForExit, settleExit } from './sell-leg.ts';
import type { TradeState } from './trade-state.ts';

type Recovery = Awaited<ReturnType<typeof records.takeOverTrade>>;

/** More exit legs than any trade has between two recoveries. */
const LEGS_MAX = 10_000;

/**
 * What is left of a trade whose workflow was lost. Nothing is taken for granted: each leg whose
 * permit is taken is asked about, each one that is free is closed. Null: nothing was bought.
 */
export const recoverPosition = async (
  trade: TradeState,
  recovery: Recovery,
): Promise<Guarded | null> => {
  const bought = await recoverEntry(trade, recovery.options);
  if (bought === null) return null;
  const { legs, position } = await recoverExits(trade, recovery, bought);
  const guarded = guardedFrom(position, null, recovery.exits);
  const highWater =
    recovery.highWater === null ? guarded.memory.highWater : price(recovery.highWater);
  return {
    ...guarded,
    openedAtMs: recovery.openedAtMs,
    legs,
    memory: { ...guarded.memory, highWater, targetsDone: recovery.targetsDone },
  };
};

/** Settles every exit leg that exists; the first one that was never armed ends the search. */
const recoverExits = async (
  trade: TradeState,
  { options }: Recovery,
  entry: Position,
): Promise<{ legs: number; position: Position }> => {
  let position = entry;
  const { listingId } = trade.input;
  for (let n = 1; n <= LEGS_MAX; n += 1) {
    const leg = `exit-${n}` as const;
    const token = `${trade.workflowId}:${leg}:recovered`;
    const { workflowId } = trade;
    const armed = await records.armLeg({
      listingId,
      leg,
      token,
      workflowId,
      quantity: position.held,
    });
    // A free permit was shut out by this token: nothing of this leg was sent, and nothing will be.
    if (armed.kind === 'armed') return { legs: n - 1, position };
    const reports =
      armed.kind === 'closed'
        ? []
        : (await askForExit(trade, options, { leg, notAfterMs: armed.notAfterMs })).reports;
    position = await settleExit(trade, leg, { reports, refusals: [] });
  }
  throw new Error(`more than ${LEGS_MAX} exits`);
};
