import { Context } from '@temporalio/activity';
import { add, compare, isZero, zeroQuantity, type Quantity } from '#domain/amount.ts';
import { isFinal, type Execution, type OrderReport } from '#domain/order.ts';
import { adoptOrder } from '#prisma/orphan-adoption.ts';
import type { ActivityDeps } from '../deps.ts';
import {
  refused,
  reportOf,
  unfit,
  type OrphanRequest,
  type OrphanResult,
} from './cancel-orphan.ts';
import { isSellable } from './orphan-rule.ts';
import { ownOrderId } from './own-order-id.ts';

/**
 * Takes an order into the record of the trade that its client id names. Only what that id proves
 * ours, only when it is final, and only while nobody else is busy with the trade. May repeat.
 */
export const adoptOrphan =
  (deps: ActivityDeps) =>
  async ({ orphanId, by }: OrphanRequest): Promise<OrphanResult> => {
    const { db, installationId, clock } = deps;
    const orphan = await db.orphan.findUniqueOrThrow({ where: { id: orphanId } });
    const problem = orphan.state === 'adopted' ? null : unfit(orphan);
    if (problem !== null) return refused(problem);
    const own = ownOrderId(orphan.clientOrderId, installationId);
    if (own === null) return refused('its client id is not one of ours');
    const { listingId, leg, n, clientOrderId } = own;
    const trade = await db.trade.findFirst({ where: { id: listingId, installationId } });
    if (trade?.symbol !== orphan.symbol)
      return refused('the record has no trade that it belongs to');
    const report = await reportOf(deps, orphan);
    const unready = report === null ? 'the exchange has no such order any more' : notYet(report);
    if (report === null || unready !== null) return refused(unready ?? '');
    const executions = await executionsOf(deps, report);
    return adoptOrder(db, {
      orphanId,
      listingId,
      leg,
      order: { clientOrderId, n, report, executions, refusal: null },
      workflowId: Context.current().info.workflowExecution?.workflowId ?? '',
      by,
      nowMs: clock.now(),
      isSellable: await sellableBy(deps, report),
    });
  };

/** Why an order cannot be adopted yet, or ever; null when it can. */
const notYet = ({ status, executed }: OrderReport): string | null => {
  if (!isFinal(status)) return 'it is still open at the exchange: cancel it first';
  return isZero(executed) ? 'it executed nothing: there is nothing to adopt' : null;
};

const executionsOf = async (
  deps: ActivityDeps,
  report: OrderReport,
): Promise<readonly Execution[]> => {
  const executions = await deps.exchange.executionsOf(report);
  const sum = executions.reduce((total, each) => add(total, each.quantity), zeroQuantity);
  if (compare(sum, report.executed) !== 0)
    throw new Error(
      `fills of ${report.exchangeOrderId} add up to ${sum}, the order says ${report.executed}`,
    );
  return executions;
};

const sellableBy = async (
  deps: ActivityDeps,
  { symbol }: OrderReport,
): Promise<(size: Quantity) => boolean> => {
  const rules = await deps.rules.of(symbol);
  const bid = (await deps.exchange.bookTop(symbol)).bid?.price ?? null;
  return (size) => isSellable(size, rules, bid);
};
