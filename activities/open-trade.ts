import { Context } from '@temporalio/activity';
import type { TradingOptions } from '#domain/configuration.ts';
import type { SniperInput } from '#domain/trade.ts';
import { configurationOf } from '#prisma/runs.ts';
import { openTrade as storeTrade } from '#prisma/trades.ts';
import type { ActivityDeps } from './deps.ts';

export interface OpenedTrade {
  /** The pinned version of the trading options. */
  readonly options: TradingOptions;
}

/** Opens the trade in the record and reads its pinned options. May repeat. */
export const openTrade =
  (deps: ActivityDeps) =>
  async (input: SniperInput): Promise<OpenedTrade> => {
    const options = await configurationOf(deps.db, input.configurationId);
    await storeTrade(deps.db, {
      input,
      workflowId: Context.current().info.workflowExecution?.workflowId ?? '',
      mode: deps.mode,
      nowMs: deps.clock.now(),
    });
    return { options };
  };
