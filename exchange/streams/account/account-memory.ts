import { compare } from '#domain/amount.ts';
import type { Asset } from '#domain/market-symbol.ts';
import { isFinal, type OrderReport } from '#domain/order.ts';
import type { BalanceChange } from './account-events.ts';

/** Orders and executions remembered to tell news from repetition; more than a day of trading. */
const REMEMBERED_MAX = 5000;

/** What was told of the account, so that nothing is told twice and nothing goes backwards. */
export class AccountMemory {
  private readonly orders = new Map<string, OrderReport>();
  private readonly fills = new Set<string>();
  private readonly balancesAtMs = new Map<Asset, number>();

  /** True for a report that says more than the last one of its order. */
  wouldBeNews(report: OrderReport): boolean {
    const known = this.orders.get(report.exchangeOrderId);
    return known === undefined || isLater(report, known);
  }

  /** The same, and remembers it. */
  isNews(report: OrderReport): boolean {
    if (!this.wouldBeNews(report)) return false;
    this.orders.set(report.exchangeOrderId, report);
    forgetOldest(this.orders);
    return true;
  }

  isFirst(tradeId: string): boolean {
    if (this.fills.has(tradeId)) return false;
    this.fills.add(tradeId);
    forgetOldest(this.fills);
    return true;
  }

  isNotOlder({ asset, atMs }: BalanceChange): boolean {
    if (atMs < (this.balancesAtMs.get(asset) ?? 0)) return false;
    this.balancesAtMs.set(asset, atMs);
    return true;
  }

  /** Orders that could still change when they were last heard of. */
  unfinished(): readonly OrderReport[] {
    return [...this.orders.values()].filter((report) => !isFinal(report.status));
  }

  /** Coins of which a balance was told. */
  assets(): readonly Asset[] {
    return [...this.balancesAtMs.keys()];
  }
}

/** Private events may come twice or out of order: only more executed, or an end, is news. */
const isLater = (report: OrderReport, known: OrderReport): boolean =>
  compare(report.executed, known.executed) > 0 ||
  (isFinal(report.status) &&
    !isFinal(known.status) &&
    compare(report.executed, known.executed) === 0);

const forgetOldest = (memory: Map<string, unknown> | Set<string>): void => {
  const oldest = memory.keys().next().value;
  if (memory.size > REMEMBERED_MAX && oldest !== undefined) memory.delete(oldest);
};
