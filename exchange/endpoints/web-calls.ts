import { z } from 'zod';
import type { Params } from '../sign.ts';
import { read, type Access } from './access.ts';

// Pages of www.mexc.com that nobody has documented: several readers, several shapes.

const CALENDAR = '/api/operation/new_coin_calendar';
const SYMBOLS = '/api/platform/spot/market-v2/web/symbolsV2';

const list = z.array(z.unknown());

const calendarShapes = z.union([
  z.object({ data: z.object({ newCoins: list }) }),
  z.object({ data: list }),
]);

// Keyed by quote, not a list.
const symbolsShape = z.object({ data: z.object({ symbols: z.record(z.string(), list) }) });

/** Pages behind a web firewall: 403 is usual from servers. */
export const webCalls = ({ web }: Access) => ({
  /** The list of coins, wherever a version of the page has put it. */
  calendar: async (): Promise<readonly unknown[]> => {
    const params: Params = [['timestamp', String(Date.now())]];
    const body = await web.call({ method: 'GET', path: CALENDAR, params });
    const { data } = read(calendarShapes, CALENDAR, body);
    return Array.isArray(data) ? data : data.newCoins;
  },
  webSymbols: async (): Promise<Readonly<Record<string, readonly unknown[]>>> => {
    const body = await web.call({ method: 'GET', path: SYMBOLS });
    return read(symbolsShape, SYMBOLS, body).data.symbols;
  },
});
