import {
  add,
  averagePrice,
  compare,
  quoteAmount,
  shareOf,
  subtract,
  zeroQuantity,
  zeroQuote,
} from '#domain/amount.ts';
import type { Execution, OrderReport } from '#domain/order.ts';

/** Rows that GET /myTrades answers at most (documentation, read 2026-11-20). */
export const EXECUTIONS_MAX = 100;

/**
 * The executions of an order, complete where a full page has cut some off. An order that is killed
 * at once executes in one instant, so that no range of time can ask for the others: they become
 * one line, the order's own sums less what the page shows, with the fee in proportion. A page that
 * is not full is answered as it is.
 */
export const allExecutions = (
  report: OrderReport,
  page: readonly Execution[],
): readonly Execution[] => {
  const [first] = page;
  if (first === undefined || page.length < EXECUTIONS_MAX) return page;
  const size = page.reduce((sum, each) => add(sum, each.quantity), zeroQuantity);
  const quote = page.reduce((sum, each) => add(sum, each.quote), zeroQuote);
  // Fees in two coins have no proportion: nothing is made up.
  const isOneCoin = page.every(({ feeAsset }) => feeAsset === first.feeAsset);
  if (compare(size, report.executed) >= 0 || !isOneCoin) return page;
  const restQuote = subtract(report.executedQuote, quote);
  const restSize = subtract(report.executed, size);
  const average = averagePrice(restQuote, restSize);
  if (average === null) return page;
  const fees = page.reduce((sum, each) => add(sum, quoteAmount(each.fee)), zeroQuote);
  const rest: Execution = {
    ...first,
    tradeId: `${report.exchangeOrderId}-rest`,
    price: average,
    quantity: restSize,
    quote: restQuote,
    fee: shareOf(fees, restQuote, quote),
  };
  return [...page, rest];
};
