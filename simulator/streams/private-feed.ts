import { divide, formatFixed, multiply, type Fixed } from '../matching/fixed.ts';
import { balanceOf } from '../venue/account.ts';
import type { BalanceChange } from '../venue/changes.ts';
import { hexId } from '../venue/ids.ts';
import {
  remainingOf,
  type Fill,
  type Order,
  type OrderStatus,
  type OrderType,
} from '../venue/order.ts';
import type { Venue } from '../venue/venue.ts';
import type { Sockets } from './sockets.ts';

const statusNumber: Readonly<Record<OrderStatus, number>> = {
  NEW: 1,
  FILLED: 2,
  PARTIALLY_FILLED: 3,
  CANCELED: 4,
  PARTIALLY_CANCELED: 5,
};

const typeNumber: Readonly<Record<OrderType, number>> = {
  LIMIT: 1,
  LIMIT_MAKER: 2,
  IMMEDIATE_OR_CANCEL: 3,
  FILL_OR_KILL: 4,
  MARKET: 5,
};

interface PrivatePush {
  readonly account: string;
  readonly channel: string;
  readonly symbol: string | null;
  readonly body: object;
}

/** Reports orders, deals and balances to the account they belong to. */
export class PrivateFeed {
  readonly #venue: Venue;
  readonly #sockets: Sockets;
  #waiting: PrivatePush[] = [];

  constructor(venue: Venue, sockets: Sockets) {
    this.#venue = venue;
    this.#sockets = sockets;
  }

  orderChanged(order: Order, lastQuantity: Fixed | null): void {
    const symbolId = hexId(order.symbol);
    const market = this.#venue.market(order.symbol)?.plan;
    const average = order.executed === 0n ? 0n : divide(order.quote, order.executed);
    const value = multiply(order.price, order.quantity);
    const privateOrders = {
      id: order.orderId,
      clientId: order.clientOrderId ?? '',
      price: formatFixed(order.price),
      quantity: formatFixed(order.quantity),
      amount: order.type === 'MARKET' ? '0' : formatFixed(value),
      avgPrice: formatFixed(average),
      orderType: typeNumber[order.type],
      tradeType: order.side === 'BUY' ? 1 : 2,
      isMaker: order.type === 'LIMIT_MAKER',
      remainAmount: formatFixed((order.budget ?? value) - order.quote),
      remainQuantity: formatFixed(remainingOf(order)),
      ...(lastQuantity === null ? {} : { lastDealQuantity: formatFixed(lastQuantity) }),
      cumulativeQuantity: formatFixed(order.executed),
      cumulativeAmount: formatFixed(order.quote),
      status: statusNumber[order.status],
      createTime: order.createdMs,
      market: market?.quoteAsset,
      symbolId,
    };
    const channel = 'spot@private.orders.v3.api.pb';
    this.#add({ account: order.account, channel, symbol: order.symbol, body: { privateOrders } });
  }

  filled(fill: Fill): void {
    const privateDeals = {
      price: formatFixed(fill.price),
      quantity: formatFixed(fill.quantity),
      amount: formatFixed(fill.quote),
      tradeType: fill.side === 'BUY' ? 1 : 2,
      isMaker: fill.isMaker,
      isSelfTrade: fill.isSelfTrade,
      tradeId: fill.id,
      clientOrderId: fill.clientOrderId ?? '',
      orderId: fill.orderId,
      feeAmount: formatFixed(fill.fee),
      feeCurrency: fill.feeAsset,
      time: fill.timeMs,
    };
    const channel = 'spot@private.deals.v3.api.pb';
    this.#add({ account: fill.account, channel, symbol: fill.symbol, body: { privateDeals } });
  }

  balanceChanged({ account, asset, cause, freeChange, lockedChange }: BalanceChange): void {
    const { free, locked } = balanceOf(account, asset);
    const privateAccount = {
      vcoinName: asset,
      coinId: hexId(asset),
      balanceAmount: formatFixed(free),
      balanceAmountChange: formatFixed(freeChange),
      frozenAmount: formatFixed(locked),
      frozenAmountChange: formatFixed(lockedChange),
      type: cause,
      time: this.#venue.clock.nowMs(),
    };
    const channel = 'spot@private.account.v3.api.pb';
    this.#add({ account: account.name, channel, symbol: null, body: { privateAccount } });
  }

  /** What has not left yet never does. */
  clear(): void {
    this.#waiting.length = 0;
    this.#waiting = [];
  }

  /** Pushes of one turn leave together, before or after the answer to the call that caused them. */
  #add(push: PrivatePush): void {
    const { streamOrder, streamLagMs } = this.#venue.switches;
    if (streamOrder === 'never') return;
    if (streamOrder === 'beforeAck' && streamLagMs === 0) return this.#send([push]);
    const waiting = this.#waiting;
    waiting.push(push);
    if (waiting.length > 1) return;
    const flush = (): void => this.#send(waiting.splice(0));
    if (streamLagMs === 0) setImmediate(flush);
    else setTimeout(flush, streamLagMs).unref();
  }

  #send(pushes: readonly PrivatePush[]): void {
    const { privateEvents } = this.#venue.switches;
    const ordered = privateEvents === 'reordered' ? pushes.toReversed() : pushes;
    for (const { account, channel, symbol, body } of ordered) {
      const frame = {
        channel,
        ...(symbol === null ? {} : { symbol }),
        createTime: this.#venue.clock.nowMs(),
        sendTime: this.#venue.clock.nowMs(),
        ...body,
      };
      this.#sockets.push(frame, account);
      if (privateEvents === 'duplicated') this.#sockets.push(frame, account);
    }
  }
}
