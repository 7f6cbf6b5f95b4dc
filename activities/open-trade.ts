import { Context } from '@temporalio/activity';
import type { TradingOptions } from '#domain/configuration.ts';
import type { SniperInput } from '#domain/trade.ts';
import { configurationOf } from '#prisma/runs.ts';
import { openTrade as storeTrade } from '#prisma/trades.ts';
import type { ActivityDeps } from './deps.ts';

export interface OpenedTrade {
  /**
   * The pinned version of the trading options. What an operator set for the listing may change until
   * it counts: the ledger reads its budget, the entry its price guard.
   */
  readonly options: TradingOptions;
}

/** Opens the trade in the record and reads its pinned options. May repeat. */
export const openTrade =
  (deps: ActivityDeps) =>
  (input: SniperInput): Promise<OpenedTrade> =>
    openTradeOf(deps, input, Context.current().info.workflowExecution?.workflowId ?? '');

/** The same for a workflow that is only being started. */
export const openTradeOf = async (
  { db, mode, clock }: ActivityDeps,
  input: SniperInput,
  workflowId: string,
): Promise<OpenedTrade> => {
  const [options] = await Promise.all([
    configurationOf(db, input.configurationId),
    storeTrade(db, { input, workflowId, mode, nowMs: clock.now() }),
  ]);
  return { options };
};
