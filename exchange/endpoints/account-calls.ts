import { z } from 'zod';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { ExchangeOrderId } from '#domain/order.ts';
import { EXECUTIONS_MAX } from '../calls/all-executions.ts';
import type { Params } from '../sign.ts';
import { read, signedOnce, signedRead, type Access } from './access.ts';
import { refParams, type OrderRef } from './order-params.ts';
import * as wire from './wire.ts';

// The largest pages that the documentation allows (read 2026-11-20).
const ORDERS_LIMIT = '1000';
const KEYS = '/api/v3/userDataStream';

/** Signed calls that change no order. */
export const accountCalls = (access: Access) => {
  const get = async <S extends z.ZodType>(schema: S, path: string, params: Params = []) =>
    read(schema, path, await signedRead(access, { path, params }));
  return {
    account: () => get(wire.accountWire, '/api/v3/account'),
    tradeFee: (symbol: MarketSymbol) =>
      get(wire.tradeFeeWire, '/api/v3/tradeFee', [['symbol', symbol]]),
    selfSymbols: async () => (await get(wire.symbolNamesWire, '/api/v3/selfSymbols')).data,
    mxDeduct: async () =>
      (await get(wire.mxDeductWire, '/api/v3/mxDeduct/enable')).data.mxDeductEnable,
    order: (symbol: MarketSymbol, ref: OrderRef) =>
      get(wire.orderWire, '/api/v3/order', refParams(symbol, ref)),
    openOrders: (symbol?: MarketSymbol) =>
      get(
        z.array(wire.orderWire),
        '/api/v3/openOrders',
        symbol === undefined ? [] : [['symbol', symbol]],
      ),
    allOrders: (symbol: MarketSymbol, sinceMs: number) =>
      get(z.array(wire.orderWire), '/api/v3/allOrders', [
        ['symbol', symbol],
        ['startTime', String(Math.floor(sinceMs))],
        ['limit', ORDERS_LIMIT],
      ]),
    myTrades: (symbol: MarketSymbol, exchangeOrderId: ExchangeOrderId) =>
      get(z.array(wire.myTradeWire), '/api/v3/myTrades', [
        ['symbol', symbol],
        ['orderId', exchangeOrderId],
        ['limit', String(EXECUTIONS_MAX)],
      ]),
    listenKeys: async () => (await get(wire.listenKeysWire, KEYS)).listenKey,
    createListenKey: async () =>
      read(wire.listenKeyWire, KEYS, await signedOnce(access, { method: 'POST', path: KEYS }))
        .listenKey,
    renewListenKey: async (key: string): Promise<void> => {
      await signedOnce(access, { method: 'PUT', path: KEYS, params: [['listenKey', key]] });
    },
    closeListenKey: async (key: string): Promise<void> => {
      await signedOnce(access, { method: 'DELETE', path: KEYS, params: [['listenKey', key]] });
    },
  };
};
