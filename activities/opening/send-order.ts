import type { Price } from '#domain/amount.ts';
import { outcomeOf, type ClientOrderId, type NewOrder, type OrderReport } from '#domain/order.ts';
import type { PlaceAnswer } from '#exchange/client.ts';
import { recordIntent, recordSend } from '#prisma/orders.ts';
import type { ActivityDeps } from '../deps.ts';

/** One attempt to buy and what is proven about it. Times are this host's, epoch ms. */
export type Attempt =
  | {
      readonly kind: 'executed';
      readonly clientOrderId: ClientOrderId;
      readonly report: OrderReport;
      readonly times: SendTimes;
    }
  | {
      readonly kind: 'unfilled';
      readonly clientOrderId: ClientOrderId;
      readonly report: OrderReport;
    }
  | {
      readonly kind: 'refused';
      readonly clientOrderId: ClientOrderId;
      readonly refusal: string;
      readonly code: number;
      readonly reason: string;
      readonly cap: Price | null;
    }
  /** Accepted; it waits in the book, or has filled since: asked about when the leg ends. */
  | { readonly kind: 'resting'; readonly clientOrderId: ClientOrderId }
  | { readonly kind: 'notSent'; readonly clientOrderId: ClientOrderId; readonly because: string }
  | { readonly kind: 'unknown'; readonly clientOrderId: ClientOrderId; readonly because: string };

export interface SendTimes {
  readonly sentAtMs: number;
  readonly acknowledgedAtMs: number;
  readonly filledAtMs: number;
}

export interface SendRequest {
  readonly listingId: string;
  readonly workflowId: string;
  readonly leg: 'entry' | `exit-${number}`;
  readonly n: number;
  readonly order: NewOrder;
  readonly notAfterMs: number;
  readonly recvWindowMs: number;
}

/** Looks for the acknowledged order this often; an IOC is final within milliseconds. */
const LOOKS_MAX = 20;
const LOOK_EVERY_MS = 100;

/**
 * Sends one order, once, and asks what became of it: the acknowledgement has no status. Needs the
 * leg's permit. `onLeft` is called when it is sent, before it is answered. Never throws for what the world does: what is not proven is `unknown`.
 */
export const sendOnce = async (
  deps: ActivityDeps,
  request: SendRequest,
  { onLeft }: { readonly onLeft?: () => void } = {},
): Promise<Attempt> => {
  const { order } = request;
  // The first intent of a leg is written with its permit; later ones before their own send.
  if (request.n > 0) await recordIntent(deps.db, { ...request, nowMs: deps.clock.now() });
  const answering = deps.exchange.placeOrder(order, {
    notAfterMs: request.notAfterMs,
    recvWindowMs: request.recvWindowMs,
  });
  onLeft?.();
  const answer = await answering;
  const attempt = await attemptOf(deps, order, answer);
  await recordSend(deps.db, sendRecordOf(order, answer, attempt)).catch((error: unknown) => {
    // The leg is settled from the exchange's own answers later; a lost record is only late.
    deps.log.warn({ error, clientOrderId: order.clientOrderId }, 'The send was not recorded');
  });
  return attempt;
};

const attemptOf = async (
  deps: ActivityDeps,
  order: NewOrder,
  answer: PlaceAnswer,
): Promise<Attempt> => {
  const { clientOrderId } = order;
  switch (answer.kind) {
    case 'refused': {
      const { refusal, code, reason, cap } = answer;
      return { kind: 'refused', clientOrderId, refusal, code, reason, cap };
    }
    case 'notSent':
      return { kind: 'notSent', clientOrderId, because: answer.because };
    case 'unknown':
      return { kind: 'unknown', clientOrderId, because: answer.because };
    case 'acknowledged':
      return acknowledged(deps, order, answer);
  }
};

const acknowledged = async (
  deps: ActivityDeps,
  order: NewOrder,
  answer: PlaceAnswer & { kind: 'acknowledged' },
): Promise<Attempt> => {
  const { clientOrderId } = order;
  if (order.type === 'limit') return { kind: 'resting', clientOrderId };
  const report = await findFinal(deps, order.symbol, answer.exchangeOrderId);
  if (report === null)
    return { kind: 'unknown', clientOrderId, because: 'acknowledged, but not final when asked' };
  const outcome = outcomeOf(report);
  if (outcome.kind === 'unfilled') return { kind: 'unfilled', clientOrderId, report };
  const times = {
    sentAtMs: answer.sentAtMs,
    acknowledgedAtMs: answer.answeredAtMs,
    filledAtMs: deps.clock.now(),
  };
  return { kind: 'executed', clientOrderId, report, times };
};

const findFinal = async (
  deps: ActivityDeps,
  symbol: NewOrder['symbol'],
  exchangeOrderId: OrderReport['exchangeOrderId'],
): Promise<OrderReport | null> => {
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    try {
      const report = await deps.exchange.findOrder(symbol, { exchangeOrderId });
      if (report !== null && outcomeOf(report).kind !== 'unknown') return report;
    } catch (error) {
      deps.log.warn({ error, symbol, exchangeOrderId }, 'Asking for the order failed');
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return null;
};

const STATE_OF = {
  executed: 'acknowledged',
  unfilled: 'acknowledged',
  resting: 'acknowledged',
  refused: 'refused',
  notSent: 'neverSent',
  unknown: 'unknown',
} as const;

const sendRecordOf = (order: NewOrder, answer: PlaceAnswer, attempt: Attempt) => ({
  clientOrderId: order.clientOrderId,
  order,
  state: STATE_OF[attempt.kind],
  exchangeOrderId: answer.kind === 'acknowledged' ? answer.exchangeOrderId : null,
  sentAtMs: answer.kind === 'notSent' ? null : answer.sentAtMs,
  answeredAtMs:
    answer.kind === 'acknowledged' || answer.kind === 'refused' ? answer.answeredAtMs : null,
  refusal: answer.kind === 'refused' ? { code: answer.code, reason: answer.reason } : null,
  doubt: attempt.kind === 'unknown' ? attempt.because : null,
});
