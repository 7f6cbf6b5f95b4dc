import { price, type Price } from '#domain/amount.ts';
import type { ExchangeOrderId, NewOrder } from '#domain/order.ts';
import type { ClockOffset } from './clock-offset.ts';
import type { RefusalClass } from './codes/code-table.ts';
import { capInText } from './codes/codes.ts';
import type { Endpoints } from './endpoints.ts';
import { describe, ExchangeError, provesNotExecuted, type Failure } from './failure.ts';

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

/**
 * Sends one order, once. Never throws for what the world does: a lost, late, throttled or
 * unreadable answer is `unknown`.
 */
export const sendOrder = async (
  { calls, clock }: { calls: Endpoints; clock: ClockOffset },
  order: NewOrder,
  timing: SendTiming,
): Promise<PlaceAnswer> => {
  const timestampMs = clock.exchangeNowMs();
  if (timestampMs > timing.notAfterMs)
    return { kind: 'notSent', because: `${timestampMs - timing.notAfterMs} ms too late to sign` };
  const sentAtMs = Date.now();
  try {
    const placed = await calls.placeOrder(order, {
      timestampMs,
      recvWindowMs: timing.recvWindowMs,
      timeoutMs: timing.timeoutMs ?? TIMEOUT_MS,
    });
    const exchangeOrderId = placed.orderId as ExchangeOrderId;
    return { kind: 'acknowledged', exchangeOrderId, sentAtMs, answeredAtMs: Date.now() };
  } catch (error) {
    if (error instanceof ExchangeError) return answerOf(order, error.failure, sentAtMs);
    return { kind: 'unknown', because: String(error), sentAtMs };
  }
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
