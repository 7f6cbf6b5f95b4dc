import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import type { ClientOrderId, Execution, Leg, OrderReport } from '#domain/order.ts';
import { add, compare, isZero, zeroQuantity } from '#domain/amount.ts';
import { settleLeg as storeLeg, type PositionAfter, type SettledOrder } from '#prisma/orders.ts';
import type { ActivityDeps } from './deps.ts';

export interface SettleRequest {
  readonly listingId: string;
  readonly workflowId: string;
  readonly leg: Leg;
  readonly symbol: MarketSymbol;
  readonly pair: { readonly base: Asset; readonly quote: Asset };
  /** Ids of the leg in order; the index is the order's number. */
  readonly clientOrderIds: readonly ClientOrderId[];
  /** What the exchange has, each final. Ids without a report never executed. */
  readonly reports: readonly OrderReport[];
  readonly refusals: readonly {
    readonly clientOrderId: ClientOrderId;
    readonly code: number;
    readonly reason: string;
  }[];
}

/**
 * Ends a leg in the record: fills from the exchange, closed permit, settled reservation. May
 * repeat. Throws (and is repeated) until the fills add up to what the order reports say.
 */
export const settleLeg =
  (deps: ActivityDeps) =>
  async (request: SettleRequest): Promise<PositionAfter> => {
    const orders: SettledOrder[] = [];
    for (const [n, clientOrderId] of request.clientOrderIds.entries()) {
      const report = request.reports.find((each) => each.clientOrderId === clientOrderId) ?? null;
      const refusal = request.refusals.find((each) => each.clientOrderId === clientOrderId) ?? null;
      if (report !== null || refusal !== null)
        orders.push({
          clientOrderId,
          n,
          report,
          refusal,
          executions: report === null ? [] : await executionsOf(deps, report),
        });
    }
    return storeLeg(deps.db, { ...request, orders, nowMs: deps.clock.now() });
  };

const executionsOf = async (
  deps: ActivityDeps,
  report: OrderReport,
): Promise<readonly Execution[]> => {
  if (isZero(report.executed)) return [];
  const executions = await deps.exchange.executionsOf(report);
  const executed = executions.reduce((sum, each) => add(sum, each.quantity), zeroQuantity);
  if (compare(executed, report.executed) !== 0)
    throw new Error(
      `fills of ${report.exchangeOrderId} add up to ${executed}, the order says ${report.executed}`,
    );
  return executions;
};
