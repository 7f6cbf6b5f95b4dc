import { divide, fixed, greater, lesser, multiply, type Fixed } from '../matching/fixed.ts';
import { balanceOf, type Account } from './account.ts';
import type { MakerExecution, Market, Print } from '../markets/market.ts';
import { isOpenOrder, lockNeeded, type Fill, type Order } from './order.ts';
import { noChanges, valueOf, type BalanceCause, type Changes } from './changes.ts';
import type { Venue } from './venue.ts';

/** One execution seen from one order. */
export interface Settlement {
  readonly market: Market;
  readonly order: Order;
  readonly account: Account;
  readonly print: Print;
  readonly isMaker: boolean;
  readonly isSelfTrade: boolean;
}

/** Books an execution of a resting order of an account, and writes it down. */
export function settleMaker(venue: Venue, event: MakerExecution): void {
  const { at: market, execution, print } = event;
  const order = venue.orders.get(execution.maker.id);
  const account = venue.account(execution.maker.owner ?? '');
  if (order === null || account === null) throw new Error(`no order ${execution.maker.id}`);
  const changes = noChanges();
  const base = { market, order, account, print };
  const isSelfTrade = event.takerOwner === account.name;
  settle(venue, { ...base, isMaker: true, isSelfTrade }, changes);
  venue.commit(changes);
}

/** Moves money and base units for one execution, the fee in quote unless MX pays it. */
export function settle(venue: Venue, event: Settlement, changes: Changes): void {
  const { market, order, account, print } = event;
  const { baseAsset, quoteAsset, makerCommission, takerCommission } = market.plan;
  const value = valueOf(print);
  const fee = feeOf(venue, account, {
    asset: quoteAsset,
    amount: multiply(value, fixed(event.isMaker ? makerCommission : takerCommission)),
  });
  order.executed += print.quantity;
  order.quote += value;
  order.updatedMs = print.timeMs;
  order.status = isDone(order, market) ? 'FILLED' : 'PARTIALLY_FILLED';
  const before = order.locked;
  order.locked = isOpenOrder(order) ? lesser(before, lockNeeded(order)) : 0n;
  const released = before - order.locked;
  const base = balanceOf(account, baseAsset);
  const quote = balanceOf(account, quoteAsset);
  if (order.side === 'BUY') {
    quote.locked -= released;
    quote.free += released - value;
    base.free += print.quantity;
  } else {
    base.locked -= released;
    base.free += released - print.quantity;
    quote.free += value;
  }
  balanceOf(account, fee.asset).free -= fee.amount;
  venue.orders.updated(order);
  record(venue, { ...event, fee }, changes);
}

function record(
  venue: Venue,
  event: Settlement & { fee: { asset: string; amount: Fixed } },
  changes: Changes,
): void {
  const { market, order, account, print, fee } = event;
  const fill: Fill = {
    id: `${print.tradeId}X1`,
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    account: account.name,
    symbol: market.plan.symbol,
    side: order.side,
    price: print.price,
    quantity: print.quantity,
    quote: valueOf(print),
    fee: fee.amount,
    feeAsset: fee.asset,
    isMaker: event.isMaker,
    isSelfTrade: event.isSelfTrade,
    timeMs: print.timeMs,
  };
  venue.orders.addFill(fill);
  changes.orders.add(order);
  changes.fills.push(fill);
  changes.accounts.add(account);
  venue.listener?.filled(fill);
  venue.listener?.orderChanged(order, print.quantity);
  const sign = order.side === 'BUY' ? 1n : -1n;
  reportBalance(venue, { account, asset: market.plan.baseAsset, cause: 'ENTRUST' }, [
    order.side === 'BUY' ? print.quantity : 0n,
    order.side === 'BUY' ? 0n : -print.quantity,
  ]);
  reportBalance(venue, { account, asset: market.plan.quoteAsset, cause: 'ENTRUST' }, [
    order.side === 'BUY' ? 0n : fill.quote - fill.fee,
    order.side === 'BUY' ? -sign * (fill.quote + fill.fee) : 0n,
  ]);
}

/** A market order by budget is done when what is left buys no further step at that price. */
function isDone(order: Order, market: Market): boolean {
  if (order.budget === null) return order.executed >= order.quantity;
  const left = order.budget - order.quote;
  const last = market.lastPrice ?? order.price;
  return divide(left, greater(last, market.priceStep)) < market.quantityStep;
}

function feeOf(
  venue: Venue,
  account: Account,
  fee: { asset: string; amount: Fixed },
): { asset: string; amount: Fixed } {
  if (venue.switches.feeAsset === 'quote' && !account.mxDeduct) return fee;
  // Not the fresh market: a market may be acting at this moment.
  const price = venue.market(`MX${fee.asset}`)?.quickPrice(venue.clock.nowMs()) ?? null;
  if (price === null) return fee;
  const inMx = divide(fee.amount, price);
  return balanceOf(account, 'MX').free >= inMx ? { asset: 'MX', amount: inMx } : fee;
}

export function reportBalance(
  venue: Venue,
  of: { account: Account; asset: string; cause: BalanceCause },
  [freeChange, lockedChange]: readonly [Fixed, Fixed],
): void {
  venue.listener?.balanceChanged({ ...of, freeChange, lockedChange });
}

/** Ends an open order, gives back what was locked for it. The book must no longer hold it. */
export function endOrder(
  venue: Venue,
  event: { order: Order; account: Account; market: Market; reason: string | null },
  changes: Changes,
): void {
  const { order, account, market } = event;
  const asset = order.side === 'BUY' ? market.plan.quoteAsset : market.plan.baseAsset;
  const balance = balanceOf(account, asset);
  const released = order.locked;
  balance.locked -= released;
  balance.free += released;
  order.locked = 0n;
  order.status = order.executed > 0n ? 'PARTIALLY_CANCELED' : 'CANCELED';
  order.cancelReason = event.reason;
  order.updatedMs = venue.clock.nowMs();
  venue.orders.updated(order);
  changes.orders.add(order);
  changes.accounts.add(account);
  venue.listener?.orderChanged(order, null);
  reportBalance(venue, { account, asset, cause: 'ENTRUST_CANCEL' }, [released, -released]);
}
