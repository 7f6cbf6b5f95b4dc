import { z } from 'zod';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { ExchangeOrderId, NewOrder } from '#domain/order.ts';
import type { ClockOffset } from './clock-offset.ts';
import type { OrderRef } from './client.ts';
import { ExchangeError } from './failure.ts';
import type { Call, Rest } from './rest.ts';
import type { Params } from './sign.ts';
import * as wire from './wire.ts';

/** What the endpoints are called through. */
export interface Access {
  readonly rest: Rest;
  /** www.mexc.com: undocumented pages behind a web firewall. */
  readonly web: Rest;
  readonly clock: ClockOffset;
  readonly recvWindowMs: number;
}

/** One function per endpoint, in the venue's names. exchange/README.md lists them with weights. */
export type Endpoints = ReturnType<typeof endpoints>;

// The largest pages that the documentation allows (read 2026-11-20).
const TRADES_LIMIT = '1000';
const ORDERS_LIMIT = '1000';
const FILLS_LIMIT = '100';

const TYPES = { limitIoc: 'IMMEDIATE_OR_CANCEL', limit: 'LIMIT', market: 'MARKET' } as const;

const orderParams = (order: NewOrder): Params => [
  ['symbol', order.symbol],
  ['side', order.side === 'buy' ? 'BUY' : 'SELL'],
  ['type', TYPES[order.type]],
  ['quantity', order.quantity],
  ...(order.price === null ? [] : [['price', order.price] as const]),
  ['newClientOrderId', order.clientOrderId],
];

const refParams = (symbol: MarketSymbol, ref: OrderRef): Params => [
  ['symbol', symbol],
  'clientOrderId' in ref
    ? ['origClientOrderId', ref.clientOrderId]
    : ['orderId', ref.exchangeOrderId],
];

export const endpoints = (access: Access) => ({ ...publicCalls(access), ...signedCalls(access) });

const read = <S extends z.ZodType>(schema: S, path: string, body: unknown): z.infer<S> => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problem = parsed.error.issues[0];
  const reason = `${problem?.path.join('.') ?? ''}: ${problem?.message ?? 'unreadable'}`;
  throw new ExchangeError(path, { kind: 'malformed', status: 200, reason });
};

const publicCalls = ({ rest, web }: Access) => {
  const get = async <S extends z.ZodType>(schema: S, path: string, params: Params = []) =>
    read(schema, path, await rest.call({ method: 'GET', path, params }));
  return {
    ping: async (): Promise<void> => {
      await rest.call({ method: 'GET', path: '/api/v3/ping' });
    },
    serverTime: async () => (await get(wire.serverTimeWire, '/api/v3/time')).serverTime,
    exchangeInfo: async (symbols?: readonly MarketSymbol[]) => {
      const params: Params =
        symbols === undefined
          ? []
          : symbols.length === 1
            ? [['symbol', symbols[0] ?? '']]
            : [['symbols', symbols.join(',')]];
      return (await get(wire.exchangeInfoWire, '/api/v3/exchangeInfo', params)).symbols;
    },
    defaultSymbols: async () => (await get(wire.defaultSymbolsWire, '/api/v3/defaultSymbols')).data,
    bookTicker: (symbol: MarketSymbol) =>
      get(wire.bookTickerWire, '/api/v3/ticker/bookTicker', [['symbol', symbol]]),
    depth: (symbol: MarketSymbol, limit: number) =>
      get(wire.depthWire, '/api/v3/depth', [
        ['symbol', symbol],
        ['limit', String(limit)],
      ]),
    lastPrice: (symbol: MarketSymbol) =>
      get(wire.lastPriceWire, '/api/v3/ticker/price', [['symbol', symbol]]),
    trades: (symbol: MarketSymbol) =>
      get(wire.tradesWire, '/api/v3/trades', [
        ['symbol', symbol],
        ['limit', TRADES_LIMIT],
      ]),
    calendar: async (): Promise<readonly unknown[]> => {
      const path = '/api/operation/new_coin_calendar';
      const params: Params = [['timestamp', String(Date.now())]];
      return coinsIn(await web.call({ method: 'GET', path, params }), path);
    },
  };
};

/** The list of coins, wherever a version of the page has put it. */
const coinsIn = (body: unknown, path: string): readonly unknown[] => {
  const shapes = z.union([
    z.object({ data: z.object({ newCoins: z.array(z.unknown()) }) }),
    z.object({ data: z.array(z.unknown()) }),
  ]);
  const { data } = read(shapes, path, body);
  return Array.isArray(data) ? data : data.newCoins;
};

const signedCalls = ({ rest, clock, recvWindowMs }: Access) => {
  const signed = (call: Omit<Call, 'signed'>) =>
    rest.call({ ...call, signed: { timestampMs: clock.exchangeNowMs(), recvWindowMs } });
  const get = async <S extends z.ZodType>(schema: S, path: string, params: Params = []) =>
    read(schema, path, await signed({ method: 'GET', path, params }));
  return {
    account: () => get(wire.accountWire, '/api/v3/account'),
    tradeFee: (symbol: MarketSymbol) =>
      get(wire.tradeFeeWire, '/api/v3/tradeFee', [['symbol', symbol]]),
    testOrder: async (order: NewOrder): Promise<void> => {
      await signed({ method: 'POST', path: '/api/v3/order/test', params: orderParams(order) });
    },
    /** Sends the order once, signed for the given instant. */
    placeOrder: async (
      order: NewOrder,
      timing: { timestampMs: number; recvWindowMs: number; timeoutMs: number },
    ) => {
      const path = '/api/v3/order';
      const { timeoutMs, ...stamp } = timing;
      const params = orderParams(order);
      const body = await rest.call({ method: 'POST', path, params, signed: stamp, timeoutMs });
      return read(wire.placedWire, path, body);
    },
    cancel: (symbol: MarketSymbol, ref: OrderRef) =>
      signed({ method: 'DELETE', path: '/api/v3/order', params: refParams(symbol, ref) }),
    order: (symbol: MarketSymbol, ref: OrderRef) =>
      get(wire.orderWire, '/api/v3/order', refParams(symbol, ref)),
    openOrders: (symbol: MarketSymbol) =>
      get(z.array(wire.orderWire), '/api/v3/openOrders', [['symbol', symbol]]),
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
        ['limit', FILLS_LIMIT],
      ]),
  };
};
