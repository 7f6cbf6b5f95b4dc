import { isZero, quantity } from '#domain/amount.ts';
import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import type { OrderReport } from '#domain/order.ts';
import type { ExchangeClient } from '../../client.ts';
import type { AccountFill, BalanceChange } from './account-events.ts';

/** What is asked by REST after a gap; ExchangeClient has it all. Reads, so that they may repeat. */
export type MissedCalls = Pick<
  ExchangeClient,
  'clock' | 'openOrders' | 'findOrder' | 'allOrders' | 'executions' | 'balances'
>;

/** What may have changed unheard. */
export interface Gap {
  /** Orders that could still change when they were last heard of. */
  readonly unfinished: readonly OrderReport[];
  /** Pairs of which orders may have begun and ended in the gap. */
  readonly symbols: readonly MarketSymbol[];
  /** Orders that began before it were heard of; exchange clock, epoch ms. */
  readonly sinceMs: number;
  /** Coins of which a balance was heard: one that is not answered any more is zero. */
  readonly assets: readonly Asset[];
}

/** The state after a gap; some of it is known already. */
export interface Missed {
  readonly orders: readonly OrderReport[];
  readonly balances: readonly BalanceChange[];
}

/** Orders and balances as REST tells them; throws ExchangeError when it does not answer. */
export const askMissed = async (calls: MissedCalls, gap: Gap): Promise<Missed> => {
  // Older than any change that comes by the stream from now on, however wrong the clock.
  const atMs = calls.clock.exchangeNowMs() - calls.clock.errorMs();
  const now = await calls.balances();
  const orders = new Map<string, OrderReport>();
  const keep = (report: OrderReport) => orders.set(report.exchangeOrderId, report);
  (await calls.openOrders()).forEach(keep);
  for (const symbol of gap.symbols)
    (await calls.allOrders(symbol, { sinceMs: gap.sinceMs })).forEach(keep);
  for (const { symbol, exchangeOrderId } of gap.unfinished) {
    if (orders.has(exchangeOrderId)) continue;
    const found = await calls.findOrder(symbol, { exchangeOrderId });
    if (found !== null) keep(found);
  }
  const none = { free: quantity('0'), locked: quantity('0') };
  const balances = [...new Set([...now.keys(), ...gap.assets])].map((asset) => ({
    asset,
    ...(now.get(asset) ?? none),
    cause: 'REST',
    atMs,
  }));
  return { orders: [...orders.values()], balances };
};

/**
 * The executions of an order as the stream would have told them, at most the last 100: a sum of
 * older ones would count those again that were heard.
 */
export const missedFills = async (
  calls: MissedCalls,
  report: OrderReport,
): Promise<readonly AccountFill[]> => {
  if (isZero(report.executed)) return [];
  const { symbol, side, clientOrderId } = report;
  const executions = await calls.executions(symbol, report.exchangeOrderId);
  return executions.map((each) => ({ ...each, symbol, side, clientOrderId }));
};
