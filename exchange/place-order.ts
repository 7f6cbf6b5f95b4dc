import { price, type Price } from '#domain/amount.ts';
import type { ExchangeOrderId, NewOrder } from '#domain/order.ts';
import type { ClockOffset } from './clock-offset.ts';
import type { RefusalClass } from './codes/code-table.ts';
import { capInText, classOf } from './codes/codes.ts';
import type { Endpoints } from './endpoints/endpoints.ts';
import type { BatchItemWire } from './endpoints/wire.ts';
import { describe, ExchangeError, provesNotExecuted, type Failure } from './failure.ts';
import type { OrderGate } from './order-gate.ts';

export interface SendTiming {
  /** No signed timestamp exceeds it; exchange clock, epoch ms. Later, nothing is sent. */
  readonly notAfterMs: number;
  readonly recvWindowMs: number;
  readonly timeoutMs?: number;
}

/** What one POST came to. Only `acknowledged` has an order; only `unknown` may have one. */
export type PlaceAnswer =
  | {
      readonly kind: 'acknowledged';
      readonly exchangeOrderId: ExchangeOrderId;
      readonly sentAtMs: number;
      readonly answeredAtMs: number;
    }
  /** Proves that nothing was executed. `cap` is the highest price, where the refusal names one. */
  | {
      readonly kind: 'refused';
      readonly code: number;
      readonly reason: string;
      readonly refusal: RefusalClass;
      readonly cap: Price | null;
      readonly sentAtMs: number;
      readonly answeredAtMs: number;
    }
  /** It never left this host. */
  | { readonly kind: 'notSent'; readonly because: string }
  /** The exchange may have it. Ask; never assume. */
  | { readonly kind: 'unknown'; readonly because: string; readonly sentAtMs: number };

/** An order is answered within milliseconds; after this the answer counts as lost. */
const TIMEOUT_MS = 3000;
/** Orders in one batch; documentation, read 2026-11-20. */
const BATCH_MAX = 20;

interface Sender {
  readonly calls: Endpoints;
  readonly clock: ClockOffset;
  readonly gate: OrderGate;
}

/**
 * Sends one order, once. Never throws for what the world does: a lost, late, throttled or
 * unreadable answer is `unknown`. What the gate refuses is not sent. Waits for the order budget, but signs nothing after `notAfterMs`.
 */
export const sendOrder = async (
  sender: Sender,
  order: NewOrder,
  timing: SendTiming,
): Promise<PlaceAnswer> => {
  const because = sender.gate.refusal(order);
  if (because !== null) return { kind: 'notSent', because };
  const sent = stampOf(sender.clock, timing);
  try {
    const placed = await sender.calls.placeOrder(order, sent.stamp);
    return acknowledged(placed.orderId, sent.atMs());
  } catch (error) {
    return failed(sender, order, { error, sentAtMs: sent.atMs() });
  }
};

/**
 * Sends up to 20 orders of one pair in one call, once; an answer for each, in their order. What
 * cannot be matched to its order is `unknown`. Throws RangeError for a batch that is none.
 */
export const sendBatch = async (
  sender: Sender,
  orders: readonly NewOrder[],
  timing: SendTiming,
): Promise<readonly PlaceAnswer[]> => {
  if (orders.length === 0 || orders.length > BATCH_MAX)
    throw new RangeError(`a batch has 1 to ${BATCH_MAX} orders, not ${orders.length}`);
  if (orders.some((order) => order.symbol !== orders[0]?.symbol))
    throw new RangeError('a batch has orders of one pair only');
  const because = orders.map((order) => sender.gate.refusal(order)).find((why) => why !== null);
  if (because !== undefined && because !== null)
    return orders.map(() => ({ kind: 'notSent', because }));
  const sent = stampOf(sender.clock, timing);
  try {
    const items = await sender.calls.placeBatch(orders, sent.stamp);
    return orders.map((order, n) => itemAnswer(order, itemFor(orders, items, n), sent.atMs()));
  } catch (error) {
    return orders.map((order) => failed(sender, order, { error, sentAtMs: sent.atMs() }));
  }
};

/** Signs for the instant of sending, and remembers this host's time of it. */
const stampOf = (clock: ClockOffset, timing: SendTiming) => {
  let sentAtMs = Date.now();
  const nowMs = () => {
    sentAtMs = Date.now();
    return clock.exchangeNowMs();
  };
  const stamp = { ...timing, nowMs, timeoutMs: timing.timeoutMs ?? TIMEOUT_MS };
  return { stamp, atMs: () => sentAtMs };
};

const acknowledged = (orderId: string, sentAtMs: number): PlaceAnswer => ({
  kind: 'acknowledged',
  exchangeOrderId: orderId as ExchangeOrderId, // opaque text: the wire schema is its only rule
  sentAtMs,
  answeredAtMs: Date.now(),
});

const failed = (
  { clock }: Sender,
  order: NewOrder,
  { error, sentAtMs }: { error: unknown; sentAtMs: number },
): PlaceAnswer => {
  if (!(error instanceof ExchangeError))
    return { kind: 'unknown', because: String(error), sentAtMs };
  const answer = answerOf(order, error.failure, sentAtMs);
  // The next order is signed with a fresh clock; a measurement that fails keeps the last one.
  if (answer.kind === 'refused' && answer.refusal === 'clock')
    clock.refresh().catch(() => undefined);
  return answer;
};

const answerOf = (order: NewOrder, failure: Failure, sentAtMs: number): PlaceAnswer => {
  const unknown = { kind: 'unknown', because: describe(failure), sentAtMs } as const;
  if (!provesNotExecuted(failure)) return unknown;
  if (failure.kind !== 'refused') return { kind: 'notSent', because: describe(failure) };
  const { code, reason } = failure;
  const refusal = refusalOf(order, failure);
  // "No such order" is no answer to a new order: nobody has explained it.
  if (refusal === 'unknownOrder') return unknown;
  const number = refusal === 'priceCap' ? capInText(reason) : null;
  const cap = number === null ? null : price(number);
  return { kind: 'refused', code, reason, refusal, cap, sentAtMs, answeredAtMs: Date.now() };
};

/** 30018 to an order that is no market order means that the account cannot place orders. */
const refusalOf = (
  order: NewOrder,
  { code, refusal }: { code: number; refusal: RefusalClass },
): RefusalClass => (code === 30018 && order.type !== 'market' ? 'account' : refusal);

/** By client id; by place only when no item of a complete answer says otherwise. */
const itemFor = (
  orders: readonly NewOrder[],
  items: readonly BatchItemWire[],
  n: number,
): BatchItemWire | null => {
  const named = items.find((item) => item.newClientOrderId === orders[n]?.clientOrderId);
  if (named !== undefined) return named;
  const placed = items.length === orders.length ? items[n] : undefined;
  return placed?.newClientOrderId == null ? (placed ?? null) : null;
};

const itemAnswer = (order: NewOrder, item: BatchItemWire | null, sentAtMs: number): PlaceAnswer => {
  if (item === null)
    return { kind: 'unknown', because: 'the answer to the batch does not name it', sentAtMs };
  if ('orderId' in item) return acknowledged(item.orderId, sentAtMs);
  return answerOf(order, itemFailure(item.code, item.msg ?? ''), sentAtMs);
};

const itemFailure = (code: number, reason: string): Failure => {
  const kind = classOf(code);
  if (kind === 'throttled') return { kind, status: code, retryAfterMs: null, reason };
  if (kind === 'doubt')
    return { kind: 'malformed', status: 200, reason: `code ${code}: ${reason}` };
  return { kind: 'refused', status: 200, code, reason, refusal: kind };
};
