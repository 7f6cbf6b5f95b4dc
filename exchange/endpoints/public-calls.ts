import type { z } from 'zod';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { Params } from '../sign.ts';
import { read, type Access } from './access.ts';
import * as wire from './wire.ts';

// The largest page that the documentation allows (read 2026-11-20).
const TRADES_LIMIT = '1000';

export interface KlineQuery {
  /** 1m 5m 15m 30m 60m 4h 1d 1W 1M; `1h` is refused. */
  readonly interval: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Calls that need no key. */
export const publicCalls = ({ rest }: Access) => {
  const get = async <S extends z.ZodType>(schema: S, path: string, params: Params = []) =>
    read(schema, path, await rest.call({ method: 'GET', path, params }));
  return {
    ping: async (): Promise<void> => {
      await rest.call({ method: 'GET', path: '/api/v3/ping' });
    },
    serverTime: async () => (await get(wire.serverTimeWire, '/api/v3/time')).serverTime,
    exchangeInfo: async (symbols?: readonly MarketSymbol[]) =>
      (await get(wire.exchangeInfoWire, '/api/v3/exchangeInfo', symbolParams(symbols))).symbols,
    defaultSymbols: async () => (await get(wire.symbolNamesWire, '/api/v3/defaultSymbols')).data,
    offlineSymbols: async () => (await get(wire.offlineSymbolsWire, '/api/v3/symbol/offline')).data,
    announcements: async (page: number, limit: number) =>
      (
        await get(wire.announcementsWire, '/api/v3/announcements', [
          ['language', 'en-US'],
          ['page', String(page)],
          ['limit', String(limit)],
        ])
      ).data,
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
    klines: (symbol: MarketSymbol, { interval, fromMs, toMs }: KlineQuery) =>
      get(wire.klinesWire, '/api/v3/klines', [
        ['symbol', symbol],
        ['interval', interval],
        ['startTime', String(Math.floor(fromMs))],
        ['endTime', String(Math.floor(toMs))],
      ]),
  };
};

const symbolParams = (symbols?: readonly MarketSymbol[]): Params => {
  if (symbols === undefined) return [];
  const [only = '', ...others] = symbols;
  return others.length === 0 ? [['symbol', only]] : [['symbols', symbols.join(',')]];
};
