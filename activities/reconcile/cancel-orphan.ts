import { Context } from '@temporalio/activity';
import { isZero } from '#domain/amount.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import { isFinal, type ExchangeOrderId, type OrderReport } from '#domain/order.ts';
import type { Orphan } from '#prisma/generated/client.ts';
import { endOrphan } from '#prisma/orphans.ts';
import type { ActivityDeps } from '../deps.ts';

/** A person's wish about an orphan. */
export interface OrphanRequest {
  readonly orphanId: string;
  readonly by: string;
}

/** What came of it. `refused` changes nothing. */
export type OrphanResult =
  | { readonly kind: 'cancelled' }
  /** It executed before it could be cancelled: it stays open, and can be adopted. */
  | { readonly kind: 'executed'; readonly executed: string }
  | { readonly kind: 'adopted'; readonly reopened: boolean; readonly held: string }
  | { readonly kind: 'refused'; readonly because: string };

export const refused = (because: string): OrphanResult => ({ kind: 'refused', because });

/** Looks for the end of an order that was asked to be cancelled: 20 in 5 s, then the task repeats. */
const LOOKS_MAX = 20;
const LOOK_EVERY_MS = 250;

/**
 * Cancels an open order of ours that nobody waits for, and looks until the exchange says what became
 * of it. May repeat. Throws while the exchange does not answer, or leaves it open.
 */
export const cancelOrphan =
  (deps: ActivityDeps) =>
  async ({ orphanId, by }: OrphanRequest): Promise<OrphanResult> => {
    const orphan = await deps.db.orphan.findUniqueOrThrow({ where: { id: orphanId } });
    if (orphan.state === 'cancelled') return { kind: 'cancelled' };
    const problem = unfit(orphan);
    if (problem !== null) return refused(problem);
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      const report = await reportOf(deps, orphan);
      if (report === null || isFinal(report.status)) return ended(deps, { orphan, report, by });
      // A cancel is a request, not a fact: the next look says what it did.
      if (look === 0) await deps.exchange.cancelOrder(report.symbol, refOf(orphan));
      await Context.current().sleep(LOOK_EVERY_MS);
    }
    throw new Error(`the exchange has not cancelled ${orphan.exchangeOrderId} yet`);
  };

/** Why neither can be done with it; null when it is an open orphan of an order. */
export const unfit = (orphan: Orphan): string | null => {
  if (orphan.kind !== 'order')
    return 'these are coins, not an order: nothing proves that they are ours';
  return orphan.state === 'open' ? null : `it is ${orphan.state}`;
};

const refOf = (orphan: Orphan) => ({
  exchangeOrderId: orphan.exchangeOrderId as ExchangeOrderId, // written from a report
});

/** The order as the exchange has it now; null when it knows none. */
export const reportOf = (deps: ActivityDeps, orphan: Orphan): Promise<OrderReport | null> =>
  deps.exchange.findOrder(orphan.symbol as MarketSymbol, refOf(orphan)); // from a report too

interface End {
  readonly orphan: Orphan;
  readonly report: OrderReport | null;
  readonly by: string;
}

const ended = async (deps: ActivityDeps, { orphan, report, by }: End): Promise<OrphanResult> => {
  const nowMs = deps.clock.now();
  if (report !== null && !isZero(report.executed)) {
    const { executed } = report;
    await deps.db.orphan.updateMany({
      where: { id: orphan.id, state: 'open' },
      data: { executed },
    });
    return { kind: 'executed', executed };
  }
  const note = 'It was cancelled; nothing had executed.';
  await endOrphan(deps.db, { id: orphan.id, state: 'cancelled', by, note, nowMs });
  return { kind: 'cancelled' };
};
