import { Context } from '@temporalio/activity';
import type { TradingOptions } from '#domain/configuration.ts';
import { withTerms } from '#domain/listing-by-hand.ts';
import type { SniperInput } from '#domain/trade.ts';
import { termsOf } from '#prisma/detection/manual-listings.ts';
import { configurationOf } from '#prisma/runs.ts';
import { openTrade as storeTrade } from '#prisma/trades.ts';
import type { ActivityDeps } from './deps.ts';

export interface OpenedTrade {
  /** The pinned version of the trading options, with what an operator set for the listing. */
  readonly options: TradingOptions;
}

/** Opens the trade in the record and reads its pinned options. May repeat. */
export const openTrade =
  (deps: ActivityDeps) =>
  async (input: SniperInput): Promise<OpenedTrade> => {
    const [configured, terms] = await Promise.all([
      configurationOf(deps.db, input.configurationId),
      termsOf(deps.db, input.listingId),
    ]);
    await storeTrade(deps.db, {
      input,
      workflowId: Context.current().info.workflowExecution?.workflowId ?? '',
      mode: deps.mode,
      nowMs: deps.clock.now(),
    });
    return { options: withTerms(configured, terms) };
  };
