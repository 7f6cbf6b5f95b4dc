import { quantity } from '#domain/amount.ts';
import { asset, type MarketSymbol } from '#domain/market-symbol.ts';
import type { ExchangeOrderId, OrderReport } from '#domain/order.ts';
import type { Endpoints } from '../endpoints/endpoints.ts';
import type { OrderRef } from '../endpoints/order-params.ts';
import { ExchangeError } from '../failure.ts';
import { toExecution, toFee, toOrderReport } from '../parse.ts';
import { allExecutions } from './all-executions.ts';
import { namesIn } from './market.ts';
import { reading } from './reading.ts';

/** What the account has and did, in domain values. */
export const accountCalls = (calls: Endpoints) => ({
  balances: async () => {
    const { balances } = await calls.account();
    return reading(
      'balances',
      () =>
        new Map(
          balances.map((row) => [
            asset(row.asset),
            { free: quantity(row.free), locked: quantity(row.locked) },
          ]),
        ),
    );
  },
  rights: async () => {
    const { canTrade = null, canWithdraw = null } = await calls.account();
    return { canTrade, canWithdraw };
  },
  tradeFee: async (symbol: MarketSymbol) => {
    const { data } = await calls.tradeFee(symbol);
    return reading('tradeFee', () => ({
      maker: toFee(data.makerCommission),
      taker: toFee(data.takerCommission),
    }));
  },
  selfSymbols: async () => namesIn(await calls.selfSymbols()),
  paysFeesInMx: calls.mxDeduct,
  findOrder: async (symbol: MarketSymbol, ref: OrderRef) => {
    const wire = await unknownAsNull(calls.order(symbol, ref));
    return wire === null ? null : reading('findOrder', () => toOrderReport(wire));
  },
  openOrders: async (symbol?: MarketSymbol) => {
    const orders = await calls.openOrders(symbol);
    return reading('openOrders', () => orders.map(toOrderReport));
  },
  allOrders: async (symbol: MarketSymbol, range: { readonly sinceMs: number }) => {
    const orders = await calls.allOrders(symbol, range.sinceMs);
    return reading('allOrders', () => orders.map(toOrderReport));
  },
  executions: async (symbol: MarketSymbol, exchangeOrderId: ExchangeOrderId) => {
    const trades = await calls.myTrades(symbol, exchangeOrderId);
    return reading('executions', () => trades.map(toExecution));
  },
  executionsOf: async (report: OrderReport) => {
    const trades = await calls.myTrades(report.symbol, report.exchangeOrderId);
    return reading('executionsOf', () => allExecutions(report, trades.map(toExecution)));
  },
  cancelOrder: async (symbol: MarketSymbol, ref: OrderRef) => {
    const answer = await unknownAsNull(calls.cancel(symbol, ref));
    return answer === null ? ('unknownOrder' as const) : ('asked' as const);
  },
  cancelOpenOrders: calls.cancelOpen,
  cancelAllOrders: calls.cancelAll,
});

/** Only the codes that say "no such order" become null; every other failure is thrown on. */
const unknownAsNull = async <T>(answer: Promise<T>): Promise<T | null> => {
  try {
    return await answer;
  } catch (error) {
    if (
      error instanceof ExchangeError &&
      error.failure.kind === 'refused' &&
      error.failure.refusal === 'unknownOrder'
    )
      return null;
    throw error;
  }
};
