import { fixed, formatFixed, multiply, type Fixed } from '../matching/fixed.ts';
import type { Side } from '../matching/order-book.ts';
import { ApiError } from './api-error.ts';
import type { OpeningMarketOrders } from '../markets/listing-plan.ts';
import type { Market } from '../markets/market.ts';
import type { OrderType } from './order.ts';
import type { Switches } from './switches.ts';

const one = fixed('1');

/** Refuses an order while the pair does not take orders by API. Codes: notes on openings, README. */
export function assertTrading(market: Market, switches: Switches, nowMs: number): void {
  const { opensAtMs, retiresAtMs, status, apiTrading } = market.plan;
  if (!apiTrading) throw new ApiError(10007, 'symbol not support api');
  if (opensAtMs === null || nowMs < opensAtMs) throw beforeOpening(market, switches, nowMs);
  if (status === '3' || (retiresAtMs !== null && nowMs >= retiresAtMs)) {
    throw new ApiError(30014, 'invalid symbol');
  }
  if (status === '2') throw new ApiError(30000, 'suspended transaction for the symbol');
}

function beforeOpening(market: Market, switches: Switches, nowMs: number): ApiError {
  const leftMs = (market.plan.opensAtMs ?? Number.POSITIVE_INFINITY) - nowMs;
  switch (switches.preOpening) {
    case '10007':
      return new ApiError(10007, 'symbol not support api');
    case '10007then30001':
      return leftMs > switches.preOpeningTurnMs
        ? new ApiError(10007, 'symbol not support api')
        : new ApiError(30001, 'The current transaction direction is not allowed to place an order');
    case '30016':
      return new ApiError(30016, 'trading disabled');
    case 'absent':
      return new ApiError(10007, 'bad symbol');
  }
}

/** tradeSideType: 1 all, 2 buy only, 3 sell only, 4 closed. */
export function assertSide(market: Market, side: Side): void {
  const type = market.plan.tradeSideType;
  if (type === 1 || (type === 2 && side === 'BUY') || (type === 3 && side === 'SELL')) return;
  throw new ApiError(30001, 'The current transaction direction is not allowed to place an order');
}

/** What happens to market orders now; `normal` once the opening is over. */
export function marketOrderRule(
  market: Market,
  switches: Switches,
  nowMs: number,
): OpeningMarketOrders {
  const age = nowMs - (market.plan.opensAtMs ?? nowMs);
  if (age >= switches.openingMarketMs) return 'normal';
  return switches.openingMarketOrders ?? market.plan.marketOrders;
}

export function marketOrderRefusal(switches: Switches): ApiError {
  const text = switches.openingMarketCode === 30018 ? 'market' : 'api market';
  return new ApiError(switches.openingMarketCode, `${text} order is disabled`);
}

/** A limit order's place in time and price. */
export interface PricedOrder {
  readonly side: Side;
  readonly type: OrderType;
  readonly price: Fixed;
}

/** The cap of the first moments (30010), for buys only. */
export function assertUnderCap(market: Market, order: PricedOrder, nowMs: number): void {
  const { cap, opensAtMs, quoteAsset } = market.plan;
  if (cap === null || opensAtMs === null || order.side === 'SELL') return;
  if (nowMs >= opensAtMs + cap.durationMs || order.price <= fixed(cap.price)) return;
  const number = `Order price cannot exceed ${cap.price}${quoteAsset}`;
  throw new ApiError(30010, cap.withNumber ? number : 'no valid trade price');
}

/** PERCENT_PRICE_BY_SIDE: buys at most last x (1 + up), sells at least last x (1 - down). */
export function assertInBand(market: Market, order: PricedOrder, switches: Switches): void {
  const { band, firstPrice } = market.plan;
  if (band === null || switches.priceBand === 'off') return;
  const before = switches.priceBandBeforeFirstTrade === 'firstPrice' ? fixed(firstPrice) : null;
  const last = market.lastPrice ?? before;
  if (last === null) return;
  const tooHigh = order.price > multiply(last, one + fixed(band.up));
  const tooLow = order.price < multiply(last, one - fixed(band.down));
  if (order.side === 'BUY' ? tooHigh : tooLow) {
    throw new ApiError(30087, 'Order price exceeds allowed range');
  }
}

/** Minimum and maximum value of an order, quote units. */
export function assertNotional(
  market: Market,
  order: { value: Fixed; isMarket: boolean; quantity: Fixed | null },
): void {
  const { minNotional, maxNotional, maxNotionalMarket, minQuantity } = market.plan;
  const { quoteAsset, baseAsset } = market.plan;
  const least = 'The minimum transaction volume cannot be less than:';
  if (order.value < fixed(minNotional)) {
    throw new ApiError(30002, `${least}${minNotional}${quoteAsset}`);
  }
  if (order.quantity !== null && order.quantity < fixed(minQuantity)) {
    throw new ApiError(30002, `${least}${minQuantity}${baseAsset}`);
  }
  const most = fixed(order.isMarket ? maxNotionalMarket : maxNotional);
  if (order.value > most) {
    const text = 'The maximum transaction volume cannot be greater than:';
    throw new ApiError(30003, `${text}${formatFixed(most)}${quoteAsset}`);
  }
}
