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
  (input: SniperInput): Promise<OpenedTrade> =>
    openTradeOf(deps, input, Context.current().info.workflowExecution?.workflowId ?? '');

/** The same for a workflow that is only being started. */
export const openTradeOf = async (
  { db, mode, clock }: ActivityDeps,
  input: SniperInput,
  workflowId: string,
): Promise<OpenedTrade> => {
  const [configured, terms] = await Promise.all([
    configurationOf(db, input.configurationId),
    termsOf(db, input.listingId),
    storeTrade(db, { input, workflowId, mode, nowMs: clock.now() }),
  ]);
  return { options: withTerms(configured, terms) };
};
