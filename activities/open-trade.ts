import { Context } from '@temporalio/activity';
import type { TradingOptions } from '#domain/configuration.ts';
import { entryToken } from '#domain/entry-request.ts';
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
  async (input: SniperInput): Promise<OpenedTrade> => {
    const { db, mode, clock } = deps;
    const workflowId = Context.current().info.workflowExecution?.workflowId ?? '';
    // Its order goes first, where one is on its way already.
    await deps.headStarts.leftOf(entryToken(workflowId, 1));
    const [options] = await Promise.all([
      configurationOf(db, input.configurationId),
      storeTrade(db, { input, workflowId, mode, nowMs: clock.now() }),
    ]);
    return { options };
  };
