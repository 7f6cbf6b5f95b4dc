import {
  divide,
  floorTo,
  fromNumber,
  greater,
  lesser,
  multiply,
  type Fixed,
} from '../matching/fixed.ts';
import type { Market, Print } from './market.ts';

/** One candle; volumes in base and in quote. */
export interface Candle {
  readonly openMs: number;
  open: Fixed;
  high: Fixed;
  low: Fixed;
  close: Fixed;
  base: Fixed;
  quote: Fixed;
}

const minuteMs = 60_000;
const minutesKept = 1_500;
const samplesPerCandle = 8;

/**
 * Candles of one market: those of trades that really happened here, and for the time in which
 * nobody looked the shape of its path.
 */
export class CandleBook {
  readonly #market: Market;
  readonly #minutes = new Map<number, Candle>();
  #awakeFromMs: number;

  constructor(market: Market) {
    this.#market = market;
    this.#awakeFromMs = market.plan.opensAtMs ?? 0;
  }

  wakeUp(nowMs: number): void {
    this.#awakeFromMs = nowMs;
  }

  record(print: Print): void {
    const openMs = print.timeMs - (print.timeMs % minuteMs);
    const candle = this.#minutes.get(openMs);
    const quote = multiply(print.price, print.quantity);
    if (candle === undefined) {
      const { price, quantity } = print;
      const first = { openMs, open: price, high: price, low: price, close: price };
      this.#minutes.set(openMs, { ...first, base: quantity, quote });
      this.#forget();
      return;
    }
    candle.high = greater(candle.high, print.price);
    candle.low = lesser(candle.low, print.price);
    candle.close = print.price;
    candle.base += print.quantity;
    candle.quote += quote;
  }

  /** The candle of [openMs, openMs + lengthMs), as far as it has happened; null before the opening. */
  candle(openMs: number, lengthMs: number, nowMs: number): Candle | null {
    const opensAtMs = this.#market.plan.opensAtMs;
    const endMs = Math.min(openMs + lengthMs, nowMs);
    if (opensAtMs === null || endMs <= opensAtMs || openMs > nowMs) return null;
    const parts: Candle[] = [];
    const sleptUntil = Math.min(this.#awakeFromMs, endMs);
    if (openMs < sleptUntil) parts.push(this.#sampled(Math.max(openMs, opensAtMs), sleptUntil));
    for (const minute of this.#recorded(openMs, endMs)) parts.push(minute);
    const [first, ...rest] = parts;
    if (first === undefined) return this.#silent(openMs, nowMs);
    return rest.reduce(joined, { ...first, openMs });
  }

  *#recorded(fromMs: number, endMs: number): Iterable<Candle> {
    if (endMs - fromMs > minutesKept * minuteMs) {
      for (const minute of this.#minutes.values()) {
        if (minute.openMs >= fromMs && minute.openMs < endMs) yield minute;
      }
      return;
    }
    for (let at = fromMs - (fromMs % minuteMs); at < endMs; at += minuteMs) {
      const minute = this.#minutes.get(at);
      if (minute !== undefined) yield minute;
    }
  }

  #sampled(fromMs: number, endMs: number): Candle {
    const prices: Fixed[] = [];
    for (let index = 0; index <= samplesPerCandle; index += 1) {
      prices.push(this.#market.pathPrice(fromMs + ((endMs - fromMs) * index) / samplesPerCandle));
    }
    const open = prices[0] ?? 0n;
    const close = prices.at(-1) ?? open;
    const minutes = BigInt(Math.max(1, Math.round((endMs - fromMs) / minuteMs)));
    const traded = fromNumber(this.#market.plan.levelQuote, 2) * minutes;
    const base = floorTo(divide(traded, close), this.#market.quantityStep);
    return {
      openMs: fromMs,
      open,
      high: prices.reduce(greater),
      low: prices.reduce(lesser),
      close,
      base,
      quote: multiply(base, close),
    };
  }

  /** A stretch without a trade: flat at the price before it, volume 0. */
  #silent(openMs: number, nowMs: number): Candle | null {
    const before = this.#market.prints.findLast((print) => print.timeMs < openMs);
    const price = before?.price ?? this.#market.lastPrice ?? this.#market.pathPrice(nowMs);
    if (before === undefined && this.#market.lastPrice === null) return null;
    return { openMs, open: price, high: price, low: price, close: price, base: 0n, quote: 0n };
  }

  #forget(): void {
    if (this.#minutes.size <= minutesKept) return;
    const oldest = this.#minutes.keys().next();
    if (oldest.done !== true) this.#minutes.delete(oldest.value);
  }
}

function joined(into: Candle, next: Candle): Candle {
  into.high = greater(into.high, next.high);
  into.low = lesser(into.low, next.low);
  into.close = next.close;
  into.base += next.base;
  into.quote += next.quote;
  return into;
}
