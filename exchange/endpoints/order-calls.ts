import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { NewOrder } from '#domain/order.ts';
import type { Stamp } from '../rest.ts';
import { read, signedOnce, type Access } from './access.ts';
import { orderParams, refParams, type OrderRef } from './order-params.ts';
import * as wire from './wire.ts';

const ORDER = '/api/v3/order';
const OPEN = '/api/v3/openOrders';
const ALL = '/api/v3/order/all';
const BATCH = '/api/v3/batchOrders';

/** An entry that has waited longer for the order budget is not sent: its price was judged before. */
const ENTRY_WAIT_MS = 250;

const waitOf = (isExit: boolean) =>
  isExit ? { first: true } : { first: false, waitMaxMs: ENTRY_WAIT_MS };

/** How a POST is stamped; none of them is ever sent twice. */
export interface OrderStamp extends Stamp {
  readonly timeoutMs: number;
}

/** Calls that place or cancel. Cancels and sales may use the reserve of the order budget. */
export const orderCalls = (access: Access) => {
  const cancel = (path: string, params: readonly (readonly [string, string])[]) =>
    signedOnce(access, { method: 'DELETE', path, params, first: true });
  return {
    testOrder: async (order: NewOrder): Promise<void> => {
      const path = '/api/v3/order/test';
      await signedOnce(access, { method: 'POST', path, params: orderParams(order) });
    },
    placeOrder: async (order: NewOrder, { timeoutMs, ...signed }: OrderStamp) => {
      const wait = waitOf(order.side === 'sell');
      const call = { method: 'POST', path: ORDER, params: orderParams(order), ...wait } as const;
      return read(wire.placedWire, ORDER, await access.rest.call({ ...call, signed, timeoutMs }));
    },
    /** Up to 20 orders of one pair in one call; each has its own answer. */
    placeBatch: async (orders: readonly NewOrder[], { timeoutMs, ...signed }: OrderStamp) => {
      const batch = JSON.stringify(orders.map((order) => Object.fromEntries(orderParams(order))));
      const wait = waitOf(orders.every((order) => order.side === 'sell'));
      const params = [['batchOrders', batch]] as const;
      const call = { method: 'POST', path: BATCH, params, signed, timeoutMs, ...wait } as const;
      return read(wire.batchWire, BATCH, await access.rest.call(call));
    },
    cancel: (symbol: MarketSymbol, ref: OrderRef) => cancel(ORDER, refParams(symbol, ref)),
    /** Up to five pairs. */
    cancelOpen: async (symbols: readonly MarketSymbol[]): Promise<void> => {
      await cancel(OPEN, [['symbol', symbols.join(',')]]);
    },
    cancelAll: async (): Promise<void> => {
      await cancel(ALL, []);
    },
  };
};
