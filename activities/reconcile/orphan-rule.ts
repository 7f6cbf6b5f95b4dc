import {
  add,
  compare,
  floorQuantity,
  isZero,
  subtractToZero,
  zeroQuantity,
  type Price,
  type Quantity,
} from '#domain/amount.ts';
import { isFinal, type OrderReport } from '#domain/order.ts';
import { sizeProblem, type SymbolRules } from '#domain/symbol-rules.ts';
import type { RecordedCoin, RecordedTrade } from '#prisma/orphans.ts';
import type { OwnOrderId } from './own-order-id.ts';

/**
 * Whether the record does not explain an order of ours. It does when the order neither rests nor
 * executed more than is written down, and while its leg is in doubt: then somebody asks already.
 * The record must have been read after the order: what was sent had its permit before. Pure.
 */
export const isOrphan = (
  report: OrderReport,
  own: OwnOrderId,
  trade: RecordedTrade | null,
): boolean => {
  const recorded = trade?.executed.get(own.clientOrderId) ?? zeroQuantity;
  if (isFinal(report.status) && compare(report.executed, recorded) <= 0) return false;
  const asked =
    trade !== null && trade.phase !== 'closed' && trade.permits.get(own.leg) === 'taken';
  return !asked;
};

/**
 * Whether the exchange would take an order of this size; null rules or bid leave out what they
 * would say. Too much for one order is sellable: in several. Pure.
 */
export const isSellable = (
  size: Quantity,
  rules: SymbolRules | null,
  bid: Price | null,
): boolean => {
  const sent = rules === null ? size : floorQuantity(size, rules.quantityDecimals);
  if (isZero(sent)) return false;
  if (rules === null) return true;
  if (bid === null) return rules.minQuantity === null || compare(sent, rules.minQuantity) >= 0;
  const problem = sizeProblem(rules, bid, sent);
  return problem === null || problem.rule === 'maxNotional';
};

/** What the account has of a coin beyond what was there before and what the trade holds. Pure. */
export const unexplained = (total: Quantity, coin: RecordedCoin): Quantity =>
  subtractToZero(total, add(coin.ownedBefore, coin.held));
