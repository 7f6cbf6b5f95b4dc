import {
  price,
  compare,
  floorQuantity,
  zeroQuantity,
  type Price,
  type Quantity,
} from '#domain/amount.ts';
import { exitLimit } from '#domain/exit-rule.ts';
import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import type { ClientOrderId, NewOrder } from '#domain/order.ts';
import type { Arming, PermitTake } from '#domain/permit.ts';
import { sellable } from '#domain/position.ts';
import { sendablePrice, sizeProblem, type SymbolRules } from '#domain/symbol-rules.ts';
import { takeExitPermit } from '#prisma/permits.ts';
import type { ActivityDeps } from '../deps.ts';
import { sendOnce, type Attempt } from '../opening/send-order.ts';

export interface ExitRequest {
  readonly arming: Arming;
  readonly installationId: string;
  readonly workflowId: string;
  readonly symbol: MarketSymbol;
  readonly pair: { readonly base: Asset; readonly quote: Asset };
  /** What the rule wants sold; never more than is held. */
  readonly quantity: Quantity;
  /** Limit below the best bid, percent; `market` takes any price, within the exchange's own bound. */
  readonly slackPercent: number | 'market';
  /** Waits in the book at this price instead; null: sold now. */
  readonly restAt: Price | null;
  /** The lowest limit; null where getting out matters more. */
  readonly floor: Price | null;
  /** Rules of the pair as the entry knew them; null: asked for. */
  readonly rules: SymbolRules | null;
  /** A fresh best bid; null: asked for. */
  readonly bid: Price | null;
  /** Asks for the balance first: the exchange said that it is too little. */
  readonly checkBalance: boolean;
  readonly clientOrderId: ClientOrderId;
  readonly recvWindowMs: number;
}

/** What became of one exit leg. */
export type ExitResult =
  /** Too little is left to be sold: final for this trade. */
  | { readonly kind: 'dust'; readonly because: string }
  /** The account holds less than this trade bought: somebody sold it. */
  | { readonly kind: 'soldOutside'; readonly because: string }
  /** Not sent, and the permit is free: may be tried again. */
  | { readonly kind: 'notNow'; readonly because: string }
  /** The permit was taken: `notAfterMs` bounds every order of the leg. */
  | { readonly kind: 'sent'; readonly attempt: Attempt; readonly notAfterMs: number };

/** A send that has not left after this long is not made: its price is old. */
const SEND_WITHIN_MS = 2000;

/**
 * Sells by one limit order that fills at once or dies. Never repeated by Temporal: after its permit
 * is taken, whatever is not proven is doubt. On the way of a first attempt there is nothing but the
 * permit and the send. The quantity is never more than this trade holds; when the exchange says that
 * there is less, the next attempt asks for the balance.
 */
export const submitExit =
  (deps: ActivityDeps) =>
  async (request: ExitRequest): Promise<ExitResult> => {
    const [rules, bid, free] = await Promise.all([
      request.rules ?? rulesOf(deps, request.symbol),
      request.bid ?? bidOf(deps, request.symbol),
      request.checkBalance ? freeOf(deps, request.pair.base) : request.quantity,
    ]);
    if (bid === null) return { kind: 'notNow', because: 'the book has no bid' };
    if (compare(free, request.quantity) < 0) {
      const rest = floorQuantity(free, rules.quantityDecimals);
      if (sizeProblem(rules, bid, rest) !== null)
        return { kind: 'soldOutside', because: `only ${free} of ${request.quantity} is free` };
    }
    const priced = priceExit(request, rules, { bid, free });
    return 'kind' in priced ? priced : send(deps, request, priced);
  };

const bidOf = async (deps: ActivityDeps, symbol: MarketSymbol): Promise<Price | null> =>
  (await deps.exchange.bookTop(symbol)).bid?.price ?? null;

const freeOf = async (deps: ActivityDeps, base: Asset): Promise<Quantity> =>
  (await deps.exchange.balances()).get(base)?.free ?? zeroQuantity;

const rulesOf = async (deps: ActivityDeps, symbol: MarketSymbol): Promise<SymbolRules> => {
  const found = await deps.rules.of(symbol);
  if (found === null) throw new Error(`the exchange has no record of ${symbol}`);
  return found;
};

const priceExit = (
  request: ExitRequest,
  rules: SymbolRules,
  market: { bid: Price; free: Quantity },
): NewOrder | (ExitResult & { kind: 'dust' | 'notNow' }) => {
  const size = floorQuantity(sellable(request.quantity, market.free), rules.quantityDecimals);
  const problem = sizeProblem(rules, market.bid, size);
  if (problem !== null)
    return { kind: 'dust', because: `${problem.rule}: ${problem.actual} under ${problem.limit}` };
  if (request.floor !== null && compare(market.bid, request.floor) < 0)
    return { kind: 'notNow', because: `bid ${market.bid} fell below the floor ${request.floor}` };
  const order = { symbol: request.symbol, side: 'sell', quantity: size } as const;
  const { slackPercent, clientOrderId } = request;
  if (request.restAt !== null) {
    const restAt = sendablePrice(rules, request.restAt, 'sell');
    return { ...order, type: 'limit', price: restAt, clientOrderId };
  }
  if (slackPercent === 'market') return { ...order, type: 'market', price: null, clientOrderId };
  const limit = exitLimit(market.bid, slackPercent, {
    floor: request.floor,
    bandDownPercent: rules.priceBand === null ? null : Number(rules.priceBand.down) * 100,
  });
  const at = sendablePrice(rules, limit, 'sell');
  if (compare(at, price('0')) === 0)
    return { kind: 'dust', because: `a limit of ${limit} rounds to 0` };
  return { ...order, type: 'limitIoc', price: at, clientOrderId };
};

const whyNot = (take: Exclude<PermitTake, { kind: 'taken' }>): string =>
  take.kind === 'notYet' ? take.why : take.kind === 'refused' ? take.because : take.kind;

const send = async (
  deps: ActivityDeps,
  request: ExitRequest,
  order: NewOrder,
): Promise<ExitResult> => {
  const notAfterMs = deps.exchange.clock.exchangeNowMs() + SEND_WITHIN_MS;
  const wanted = {
    ...request.arming,
    installationId: request.installationId,
    workflowId: request.workflowId,
    holder: deps.instance,
    nowMs: deps.clock.now(),
    notAfterMs,
    intent: order,
  };
  const take = await takeExitPermit(deps.db, wanted, deps.asker);
  if (take.kind !== 'taken') return { kind: 'notNow', because: whyNot(take) };
  const attempt = await sendOnce(deps, {
    listingId: request.arming.listingId,
    workflowId: request.workflowId,
    leg: request.arming.leg,
    n: 0,
    order,
    notAfterMs,
    recvWindowMs: request.recvWindowMs,
  });
  return { kind: 'sent', attempt, notAfterMs };
};
