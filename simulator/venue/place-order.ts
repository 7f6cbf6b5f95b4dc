import { divide, fixed, floorTo, greater, multiply, type Fixed } from '../matching/fixed.ts';
import { executable, type Incoming } from '../matching/match.ts';
import { opposite } from '../matching/order-book.ts';
import { balanceOf, lock, type Account } from './account.ts';
import { ApiError } from './api-error.ts';
import type { Market } from '../markets/market.ts';
import {
  assertInBand,
  assertNotional,
  assertSide,
  assertTrading,
  assertUnderCap,
  marketOrderRefusal,
  marketOrderRule,
} from './opening-rules.ts';
import type { OrderRequest } from './order-request.ts';
import { isOpenOrder, lockNeeded, remainingOf, type Order } from './order.ts';
import { endOrder, reportBalance, settle } from './settle.ts';
import { noChanges, type Changes } from './changes.ts';
import type { Venue } from './venue.ts';

const openOrdersMax = 500;
/** More than any book holds. */
const everything = 10n ** 40n;
const one = fixed('1');

/** Who asks for what where. */
export interface Placement {
  readonly account: Account;
  readonly market: Market;
  readonly request: OrderRequest;
}

/** Holds an order against every rule of the market without placing it; throws the refusal. */
export function checkOrder(venue: Venue, placement: Placement): Order {
  const { market, request, account } = placement;
  const nowMs = venue.clock.nowMs();
  assertAllowed(account, market);
  assertTrading(market, venue.switches, nowMs);
  assertSide(market, request.side);
  const order = draft(venue, placement);
  if (request.type === 'MARKET') {
    const rule = marketOrderRule(market, venue.switches, nowMs);
    if (rule === 'refused') throw marketOrderRefusal(venue.switches);
  } else {
    assertUnderCap(market, order, nowMs);
    assertInBand(market, order, venue.switches);
  }
  const value = order.budget ?? multiply(order.price, order.quantity);
  const isMarket = request.type === 'MARKET';
  assertNotional(market, { value, isMarket, quantity: request.quantity });
  assertFunds(venue, placement, order);
  if (venue.orders.open(account.name).size >= openOrdersMax) {
    throw new ApiError(30029, 'Cannot exceed the maximum order limit');
  }
  return order;
}

/**
 * Places an order: locks, executes, rests or ends it, and has written it down when it returns. The
 * order that is returned may be an earlier one with the same client id, if the switch says so.
 */
export function placeOrder(venue: Venue, placement: Placement): Order {
  const earlier = sameClientId(venue, placement);
  if (earlier !== null) return earlier;
  const { account, market } = placement;
  const order = checkOrder(venue, placement);
  const changes = noChanges();
  venue.orders.put(order);
  changes.orders.add(order);
  changes.accounts.add(account);
  const asset = order.side === 'BUY' ? market.plan.quoteAsset : market.plan.baseAsset;
  lock(account, asset, order.locked);
  reportBalance(venue, { account, asset, cause: 'ENTRUST_PLACE' }, [-order.locked, order.locked]);
  venue.listener?.orderChanged(order, null);
  run(venue, { ...placement, order }, changes);
  venue.commit(changes);
  return order;
}

function sameClientId(venue: Venue, { account, request }: Placement): Order | null {
  if (request.clientOrderId === null) return null;
  const earlier = venue.orders.byClientId(account.name, request.clientOrderId)[0];
  if (earlier === undefined) return null;
  switch (venue.switches.duplicateClientOrderId) {
    case 'refuse':
      throw new ApiError(venue.switches.duplicateCode, 'Duplicate order sent.');
    case 'accept':
      return null;
    case 'returnFirst':
      return earlier;
  }
}

function assertAllowed(account: Account, market: Market): void {
  const { allowedSymbols } = account;
  if (allowedSymbols !== null && !allowedSymbols.includes(market.plan.symbol)) {
    throw new ApiError(30020, 'no permission for the symbol');
  }
}

function draft(venue: Venue, { account, market, request }: Placement): Order {
  const { makerCommission, takerCommission } = market.plan;
  const price = request.price ?? protectiveLimit(venue, market, request);
  const byBudget = floorTo(divide(request.budget ?? 0n, price), market.quantityStep);
  const nowMs = venue.clock.nowMs();
  const order: Order = {
    orderId: venue.newOrderId(account),
    clientOrderId: request.clientOrderId,
    account: account.name,
    symbol: market.plan.symbol,
    side: request.side,
    type: request.type,
    price,
    quantity: request.quantity ?? byBudget,
    budget: request.quantity === null ? request.budget : null,
    stpMode: request.stpMode,
    feeRate: greater(fixed(makerCommission), fixed(takerCommission)),
    createdMs: nowMs,
    executed: 0n,
    quote: 0n,
    locked: 0n,
    status: 'NEW',
    cancelReason: null,
    updatedMs: nowMs,
  };
  order.locked = lockNeeded(order);
  return order;
}

/** A market order's undeclared limit, about 5 % beyond the last price. */
function protectiveLimit(venue: Venue, market: Market, request: OrderRequest): Fixed {
  const makers = opposite(request.side);
  const reference =
    market.lastPrice ?? market.book.best(makers)?.price ?? fixed(market.plan.firstPrice);
  const share = venue.switches.marketProtection;
  const worst = market.book.levels(makers).at(-1)?.price ?? reference;
  if (share === null) return worst;
  const factor = request.side === 'BUY' ? one + fixed(share) : one - fixed(share);
  return greater(floorTo(multiply(reference, factor), market.priceStep), market.priceStep);
}

function assertFunds(venue: Venue, { account, market }: Placement, order: Order): void {
  const asset = order.side === 'BUY' ? market.plan.quoteAsset : market.plan.baseAsset;
  if (balanceOf(account, asset).free >= order.locked) return;
  if (order.side === 'SELL') throw new ApiError(30005, 'Oversold');
  const code = venue.switches.insufficientBuyCode;
  throw new ApiError(code, code === 10101 ? 'Insufficient balance' : 'Insufficient position');
}

type Running = Placement & { readonly order: Order };

/** Executes a placed order and gives it the end that its type asks for. */
function run(venue: Venue, running: Running, changes: Changes): void {
  const { order, market } = running;
  const incoming = toIncoming(running);
  const nowMs = venue.clock.nowMs();
  const end = (reason: string | null): void => endOrder(venue, { ...running, reason }, changes);
  if (order.type === 'MARKET' && marketOrderRule(market, venue.switches, nowMs) === 'canceled') {
    return end(null);
  }
  const reachable = executable(market.book, incoming);
  if (order.type === 'FILL_OR_KILL' && reachable < order.quantity) return end(null);
  if (order.type === 'LIMIT_MAKER' && reachable > 0n) return end(null);
  const stopped = execute(venue, { ...running, incoming }, changes);
  if (!isOpenOrder(order)) return;
  if (stopped) return end('stp_cancel');
  if (order.type !== 'LIMIT' && order.type !== 'LIMIT_MAKER') return end(null);
  const { orderId: id, account: owner, side, price } = order;
  market.book.add({ id, owner, side, price, remaining: remainingOf(order) });
  market.lastOrderMs = nowMs;
}

function toIncoming({ account, market, order }: Running): Incoming {
  const size =
    order.budget === null
      ? ({ kind: 'quantity', quantity: order.quantity } as const)
      : ({ kind: 'budget', budget: order.budget, step: market.quantityStep } as const);
  const { side, price, stpMode } = order;
  return { owner: account.name, side, limit: price, size, stpMode };
}

/** True when self-trade prevention stopped the order. */
function execute(
  venue: Venue,
  running: Running & { incoming: Incoming },
  changes: Changes,
): boolean {
  const { market, account, order, incoming } = running;
  const result = market.execute(incoming, venue.clock.nowMs());
  for (const [index, print] of result.prints.entries()) {
    const isSelfTrade = result.executions[index]?.maker.owner === account.name;
    settle(venue, { market, order, account, print, isMaker: false, isSelfTrade }, changes);
  }
  for (const maker of result.canceledMakers) {
    const own = venue.orders.get(maker.id);
    if (own === null) continue;
    endOrder(venue, { order: own, account, market, reason: 'stp_cancel' }, changes);
  }
  return result.stopped;
}

/** Cancels an open order; false if it is already final. */
export function cancelOrder(venue: Venue, order: Order): boolean {
  const account = venue.account(order.account);
  const market = venue.market(order.symbol);
  if (!isOpenOrder(order) || account === null || market === null) return false;
  market.book.remove(order.orderId);
  const changes = noChanges();
  endOrder(venue, { order, account, market, reason: null }, changes);
  venue.commit(changes);
  return true;
}

/** Lets the other traders take everything down to a resting order's price, that order included. */
export function fillByOthers(venue: Venue, order: Order): void {
  const market = venue.market(order.symbol);
  if (market === null || !isOpenOrder(order)) return;
  const size = { kind: 'quantity', quantity: everything } as const;
  const incoming = { owner: null, side: opposite(order.side), limit: order.price, size } as const;
  market.execute({ ...incoming, stpMode: '' }, venue.clock.nowMs());
}
