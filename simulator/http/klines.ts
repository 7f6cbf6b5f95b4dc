import { formatFixed } from '../matching/fixed.ts';
import { ApiError } from '../venue/api-error.ts';
import type { Venue } from '../venue/venue.ts';
import { json, type Answer } from './answer.ts';
import type { Call } from './call.ts';
import { limitOf, marketOf } from './market-data.ts';

const minuteMs = 60_000;

/** Intervals that MEXC takes; `1h`, `1w` and `1mo` are refused. */
const intervals: Readonly<Record<string, number>> = {
  '1m': minuteMs,
  '5m': 5 * minuteMs,
  '15m': 15 * minuteMs,
  '30m': 30 * minuteMs,
  '60m': 60 * minuteMs,
  '4h': 240 * minuteMs,
  '1d': 1440 * minuteMs,
  '1W': 7 * 1440 * minuteMs,
  '1M': 30 * 1440 * minuteMs,
};

const minuteHistoryMs = 30 * 86_400_000;

/** Candles of 8 columns, oldest first, at most 500 (1000 by switch), the newest of a wide range. */
export function klines(venue: Venue, call: Call): Answer {
  const market = marketOf(venue, call);
  const lengthMs = intervals[call.params.get('interval') ?? ''];
  if (lengthMs === undefined) throw new ApiError(-1121, 'Invalid interval.');
  const nowMs = venue.clock.nowMs();
  const most = venue.switches.klineLimit;
  const limit = limitOf(call, 500, most);
  const ignored = venue.switches.klineWindow === 'ignored';
  const endMs = Math.min(timeOf(call, 'endTime') ?? nowMs, nowMs);
  const asked = ignored ? null : timeOf(call, 'startTime');
  const lastMs = endMs - (endMs % lengthMs);
  const oldestMs = lengthMs === minuteMs ? nowMs - minuteHistoryMs : 0;
  const firstMs = Math.max(asked ?? 0, oldestMs, lastMs - (limit - 1) * lengthMs);
  const rows: unknown[] = [];
  for (let at = Math.ceil(firstMs / lengthMs) * lengthMs; at <= lastMs; at += lengthMs) {
    const candle = market.candles.candle(at, lengthMs, nowMs);
    if (candle === null) continue;
    const { open, high, low, close, base, quote } = candle;
    const prices = [open, high, low, close].map(formatFixed);
    rows.push([at, ...prices, formatFixed(base), at + lengthMs, formatFixed(quote)]);
  }
  return json(rows);
}

function timeOf(call: Call, name: string): number | null {
  const text = call.params.get(name);
  if (text === undefined || text === '') return null;
  if (!/^\d{1,16}$/.test(text)) throw new ApiError(700008, `Illegal characters in '${name}'.`);
  return Number(text);
}
