import { divide, floorTo, lesser, multiply, type Fixed } from './fixed.ts';
import { opposite, type BookOrder, type OrderBook, type Side } from './order-book.ts';

/** Self-trade prevention; '' lets an account trade with itself. */
export type StpMode = '' | 'cancel_maker' | 'cancel_taker' | 'cancel_both';

/** What an incoming order may do: at most `quantity` base or `budget` quote, never beyond `limit`. */
export interface Incoming {
  readonly owner: string | null;
  readonly side: Side;
  /** Null: any price. */
  readonly limit: Fixed | null;
  readonly size:
    | { readonly kind: 'quantity'; readonly quantity: Fixed }
    | { readonly kind: 'budget'; readonly budget: Fixed; readonly step: Fixed };
  readonly stpMode: StpMode;
}

export interface Execution {
  readonly maker: BookOrder;
  readonly price: Fixed;
  readonly quantity: Fixed;
}

export interface MatchResult {
  readonly executions: readonly Execution[];
  /** Resting orders of the same account, taken out by self-trade prevention. */
  readonly canceledMakers: readonly BookOrder[];
  /** True when self-trade prevention ended the incoming order. */
  readonly stopped: boolean;
}

const within = (incoming: Incoming, price: Fixed): boolean =>
  incoming.limit === null ||
  (incoming.side === 'BUY' ? price <= incoming.limit : price >= incoming.limit);

/** Executes against the book in price-time priority; changes the book, books nothing. */
export function matchIncoming(book: OrderBook, incoming: Incoming): MatchResult {
  const executions: Execution[] = [];
  const canceledMakers: BookOrder[] = [];
  const makers = opposite(incoming.side);
  let left = incoming.size.kind === 'quantity' ? incoming.size.quantity : incoming.size.budget;
  for (;;) {
    const maker = book.best(makers)?.orders[0];
    if (maker === undefined || left <= 0n || !within(incoming, maker.price)) break;
    if (isSelfTrade(incoming, maker) && incoming.stpMode !== '') {
      if (incoming.stpMode !== 'cancel_taker') canceledMakers.push(removed(book, maker));
      if (incoming.stpMode !== 'cancel_maker') return { executions, canceledMakers, stopped: true };
      continue;
    }
    const quantity = lesser(maker.remaining, affordable(incoming, left, maker.price));
    if (quantity === 0n) break;
    executions.push({ maker, price: maker.price, quantity });
    book.fill(maker, quantity);
    left -= incoming.size.kind === 'quantity' ? quantity : multiply(maker.price, quantity);
  }
  return { executions, canceledMakers, stopped: false };
}

const isSelfTrade = (incoming: Incoming, maker: BookOrder): boolean =>
  maker.owner !== null && maker.owner === incoming.owner;

function removed(book: OrderBook, maker: BookOrder): BookOrder {
  book.remove(maker.id);
  return maker;
}

function affordable(incoming: Incoming, left: Fixed, price: Fixed): Fixed {
  if (incoming.size.kind === 'quantity') return left;
  return floorTo(divide(left, price), incoming.size.step);
}

/** Base units that `incoming` would execute now, for FILL_OR_KILL and LIMIT_MAKER. */
export function executable(book: OrderBook, incoming: Incoming): Fixed {
  let sum = 0n;
  for (const level of book.levels(opposite(incoming.side))) {
    if (!within(incoming, level.price)) break;
    for (const order of level.orders) {
      const prevented = isSelfTrade(incoming, order) && incoming.stpMode !== '';
      if (prevented && incoming.stpMode !== 'cancel_maker') return sum;
      if (!prevented) sum += order.remaining;
    }
  }
  return sum;
}
