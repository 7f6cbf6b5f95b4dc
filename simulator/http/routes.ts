import type { ListenKeys } from '../streams/listen-keys.ts';
import type { Venue } from '../venue/venue.ts';
import * as accounts from './account-calls.ts';
import { json, type Answer } from './answer.ts';
import type { Call, SignedCall } from './call.ts';
import { klines } from './klines.ts';
import type { Weight } from './limits.ts';
import * as data from './market-data.ts';
import * as orders from './order-calls.ts';
import * as web from './web-pages.ts';

type PublicHandler = (venue: Venue, call: Call) => Answer;
type SignedHandler = (venue: Venue, call: SignedCall) => Answer;

/** One call of the exchange: how much it weighs, whether it is signed, what it does. */
export type Route =
  | { readonly signed: false; readonly weight: Weight; readonly handle: PublicHandler }
  | { readonly signed: true; readonly weight: Weight; readonly handle: SignedHandler };

const open = (old: number, current: number, handle: PublicHandler): Route => ({
  signed: false,
  weight: { old, new: current },
  handle,
});

const signed = (old: number, current: number, handle: SignedHandler): Route => ({
  signed: true,
  weight: { old, new: current },
  handle,
});

const order = (old: number, current: number, handle: SignedHandler): Route => ({
  signed: true,
  weight: { old, new: current, isOrder: true },
  handle,
});

const v3 = '/api/v3';

/** Every call by method and path. Weights: documentation of January 2026, then newer tables. */
export function routesOf(keys: ListenKeys): ReadonlyMap<string, Route> {
  return new Map<string, Route>([
    [`GET ${v3}/ping`, open(1, 1, () => json({}))],
    [`GET ${v3}/time`, open(1, 1, (venue) => json({ serverTime: venue.clock.nowMs() }))],
    [`GET ${v3}/exchangeInfo`, open(10, 25, data.exchangeInfo)],
    [`GET ${v3}/defaultSymbols`, open(1, 1, data.defaultSymbols)],
    [`GET ${v3}/symbol/offline`, open(10, 10, data.offlineSymbols)],
    [`GET ${v3}/announcements`, open(8, 8, web.announcements)],
    [`GET ${v3}/depth`, open(1, 3, data.depth)],
    [`GET ${v3}/trades`, open(5, 5, data.trades)],
    [`GET ${v3}/historicalTrades`, open(5, 5, data.trades)],
    [`GET ${v3}/aggTrades`, open(1, 1, data.aggTrades)],
    [`GET ${v3}/avgPrice`, open(1, 1, data.avgPrice)],
    [`GET ${v3}/klines`, open(1, 1, klines)],
    [`GET ${v3}/ticker/price`, open(1, 10, data.tickerPrice)],
    [`GET ${v3}/ticker/bookTicker`, open(1, 10, data.tickerBook)],
    [`GET ${v3}/ticker/24hr`, open(1, 25, data.tickerDay)],
    [`POST ${v3}/order`, order(1, 1, orders.placeCall)],
    [`POST ${v3}/order/test`, signed(1, 1, orders.testCall)],
    [`GET ${v3}/order`, signed(2, 2, orders.queryCall)],
    [`DELETE ${v3}/order`, order(1, 1, orders.cancelCall)],
    [`DELETE ${v3}/order/all`, order(1, 1, orders.cancelAllCall)],
    [`POST ${v3}/batchOrders`, order(1, 10, orders.batchCall)],
    [`GET ${v3}/openOrders`, signed(3, 3, orders.openOrdersCall)],
    [`DELETE ${v3}/openOrders`, order(1, 1, orders.cancelOpenCall)],
    [`GET ${v3}/allOrders`, signed(10, 10, orders.allOrdersCall)],
    [`GET ${v3}/myTrades`, signed(10, 10, orders.myTradesCall)],
    [`GET ${v3}/account`, signed(10, 10, accounts.accountCall)],
    [`GET ${v3}/tradeFee`, signed(20, 20, accounts.tradeFeeCall)],
    [`GET ${v3}/selfSymbols`, signed(1, 1, accounts.selfSymbolsCall)],
    [`GET ${v3}/mxDeduct/enable`, signed(1, 1, accounts.mxDeductCall)],
    [`POST ${v3}/mxDeduct/enable`, signed(1, 1, accounts.setMxDeductCall)],
    [`GET ${v3}/uid`, signed(1, 1, (_, call) => accounts.uidCall(call))],
    [`GET ${v3}/capital/config/getall`, signed(10, 10, (venue) => accounts.coinsCall(venue))],
    [`POST ${v3}/userDataStream`, signed(1, 1, (_, call) => accounts.createKeyCall(keys, call))],
    [`PUT ${v3}/userDataStream`, signed(1, 1, (_, call) => accounts.renewKeyCall(keys, call))],
    [`DELETE ${v3}/userDataStream`, signed(1, 1, (_, call) => accounts.closeKeyCall(keys, call))],
    [`GET ${v3}/userDataStream`, signed(1, 1, (_, call) => accounts.listKeysCall(keys, call))],
    ['GET /api/operation/new_coin_calendar', open(1, 1, web.calendar)],
    ['GET /api/platform/spot/market-v2/web/symbolsV2', open(1, 1, web.webSymbols)],
  ]);
}
