import { fromNumber, toNumber, type Fixed } from '../matching/fixed.ts';
import { opposite, type Side } from '../matching/order-book.ts';
import type { Market } from '../markets/market.ts';

/** One action of the other traders. */
export interface Tick {
  readonly index: number;
  /** Since the opening. */
  readonly seconds: number;
  readonly timeMs: number;
  readonly random: () => number;
}

/** Prices quoted on each side, and how many are kept before the far ones are taken out. */
const levelsWanted = 12;
const levelsMax = 30;
const sides: readonly Side[] = ['BUY', 'SELL'];

/**
 * The other traders follow the path: they take what lies on the wrong side of it, withdraw and
 * renew their quotes around it, and now and then trade for no reason. Orders of accounts are
 * treated like any other, so a price that moves through one executes it.
 */
export function runTick(market: Market, tick: Tick): void {
  const quotes = quotesAround(market, tick.seconds);
  for (const side of sides) takeMispriced(market, { side, quotes, tick });
  for (const side of sides) renewQuotes(market, { side, quotes, tick });
  if (tick.index === 1) return takeOnce(market, tick, { side: 'BUY', quote: firstSize(tick) });
  if (tick.index > 1 && tick.random() < market.path.activityAt(tick.seconds)) {
    const side = tick.random() < 0.5 ? 'BUY' : 'SELL';
    const quote = -Math.log(1 - tick.random()) * market.plan.levelQuote * 0.3;
    takeOnce(market, tick, { side, quote });
  }
}

interface Quotes {
  readonly BUY: Fixed;
  readonly SELL: Fixed;
  /** Distance between two quoted prices. */
  readonly step: Fixed;
  readonly price: number;
}

function quotesAround(market: Market, seconds: number): Quotes {
  const price = market.firstPrice * market.path.multipleAt(seconds);
  const places = market.plan.pricePlaces;
  const half = (price * market.path.spread) / 2;
  const bid = fromNumber(Math.max(price - half, 0), places);
  const ask = fromNumber(price + half, places);
  const step = fromNumber(price * market.path.spread * 0.7, places);
  const lowest = bid > market.priceStep ? bid : market.priceStep;
  return {
    BUY: lowest,
    SELL: ask > lowest ? ask : lowest + market.priceStep,
    step: step > market.priceStep ? step : market.priceStep,
    price,
  };
}

interface SideOfTick {
  readonly side: Side;
  readonly quotes: Quotes;
  readonly tick: Tick;
}

/** Buys what is offered at or below the new bid (or sells likewise), most quotes fleeing first. */
function takeMispriced(market: Market, { side, quotes, tick }: SideOfTick): void {
  const makers = opposite(side);
  const limit = quotes[side];
  const reached = (price: Fixed): boolean => (side === 'BUY' ? price <= limit : price >= limit);
  let left = 2;
  for (const level of market.book.levels(makers).slice()) {
    if (!reached(level.price)) break;
    for (const order of level.orders.slice()) {
      if (order.owner !== null || (left -= 1) >= 0) continue;
      market.book.remove(order.id);
    }
  }
  const best = market.book.best(makers);
  if (best === null || !reached(best.price)) return;
  const quantity = 10n ** 40n;
  const size = { kind: 'quantity', quantity } as const;
  market.execute({ owner: null, side, limit, size, stpMode: '' }, tick.timeMs);
}

function renewQuotes(market: Market, { side, quotes, tick }: SideOfTick): void {
  const book = market.book;
  const top = quotes[side];
  const inside = (price: Fixed): boolean => (side === 'BUY' ? price > top : price < top);
  for (const level of book.levels(side).slice()) {
    if (!inside(level.price)) break;
    for (const order of level.orders.slice()) if (order.owner === null) book.remove(order.id);
  }
  const best = book.levels(side).find((level) => level.orders.some((o) => o.owner === null));
  const away = side === 'BUY' ? -quotes.step : quotes.step;
  const distance = best === undefined ? null : abs(best.price - top);
  if (distance === null || distance >= quotes.step) addQuote(market, { side, price: top, tick });
  const missing = Math.min(levelsWanted - book.levels(side).length, distance === null ? 99 : 3);
  let price = book.levels(side).at(-1)?.price ?? top;
  for (let index = 0; index < missing; index += 1) {
    price += away;
    if (price <= 0n) break;
    addQuote(market, { side, price, tick });
  }
  for (const level of book.levels(side).slice(levelsMax)) {
    for (const order of level.orders.slice()) if (order.owner === null) book.remove(order.id);
  }
}

function addQuote(market: Market, at: { side: Side; price: Fixed; tick: Tick }): void {
  const quote = market.plan.levelQuote * (0.4 + 1.2 * at.tick.random());
  const quantity = fromNumber(quote / toNumber(at.price), market.plan.quantityPlaces);
  market.quote(at.side, at.price, quantity > 0n ? quantity : market.quantityStep);
}

function takeOnce(market: Market, tick: Tick, take: { side: Side; quote: number }): void {
  const best = market.book.best(opposite(take.side));
  if (best === null) return;
  const wanted = fromNumber(take.quote / toNumber(best.price), market.plan.quantityPlaces);
  const quantity = wanted > 0n ? wanted : market.quantityStep;
  const size = { kind: 'quantity', quantity } as const;
  const order = { owner: null, side: take.side, limit: best.price, size, stpMode: '' } as const;
  market.execute(order, tick.timeMs);
}

const firstSize = (tick: Tick): number => 30 + 300 * tick.random();
const abs = (value: Fixed): Fixed => (value < 0n ? -value : value);
