import { add, least, most, type Price, type Quantity } from '#domain/amount.ts';
import type { Deal } from '#domain/market.ts';
import type { Database } from '#prisma/client.ts';
import { storeCandles } from '#prisma/trades.ts';

/** Turns deals into candles of one second; `flush` stores what changed since the last one. */
export interface CandleRecorder {
  add(deal: Deal): void;
  flush(): Promise<void>;
}

interface OpenCandle {
  open: Price;
  high: Price;
  low: Price;
  close: Price;
  volume: Quantity;
}

/** Seconds kept for late deals; older candles are final. */
const KEPT_SECONDS = 5;

export const createCandleRecorder = (db: Database, listingId: string): CandleRecorder => {
  const candles = new Map<number, OpenCandle>();
  const changed = new Set<number>();
  return {
    add: (deal) => {
      const at = deal.atMs - (deal.atMs % 1000);
      const { price, quantity } = deal;
      const known = candles.get(at);
      candles.set(
        at,
        known === undefined
          ? { open: price, high: price, low: price, close: price, volume: quantity }
          : {
              open: known.open,
              high: most(known.high, price),
              low: least(known.low, price),
              close: price,
              volume: add(known.volume, quantity),
            },
      );
      changed.add(at);
    },
    flush: async () => {
      const rows = [...changed].flatMap((atMs) => {
        const candle = candles.get(atMs);
        return candle === undefined ? [] : [{ atMs, ...candle }];
      });
      changed.clear();
      const newest = Math.max(...candles.keys());
      for (const at of candles.keys()) if (at < newest - KEPT_SECONDS * 1000) candles.delete(at);
      if (rows.length > 0) await storeCandles(db, listingId, rows);
    },
  };
};
