import { quoteAmount, type Price } from '#domain/amount.ts';
import type { EntryAsk } from '#domain/entry-request.ts';
import {
  fireAtMs,
  judgeEntry,
  type EntryDecision,
  type EntryView,
  type SkipRule,
} from '#domain/entry-rule.ts';
import type { ClientOrderId } from '#domain/order.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import type { Outcome } from '#domain/trade.ts';
import { boundPermit } from '#prisma/permits.ts';
import type { ActivityDeps } from '../deps.ts';
import type { EntryResult } from './entry-types.ts';
import { handBackUnsent } from './hand-back.ts';
import { stopOf } from '../gate-memory.ts';
import { createReadiness } from './keep-ready.ts';
import { sendOnce, type Attempt, type SendRequest } from './send-order.ts';
import { sendTurnsOf, type SendTurns } from './send-turns.ts';
import type { OpeningWatch } from './watch-opening.ts';

const ended = (
  outcome: Outcome,
  because: string,
  attempts: readonly Attempt[],
): EntryResult & { kind: 'ended' } => ({ kind: 'ended', outcome, because, attempts });

export interface Race {
  readonly watch: OpeningWatch;
  readonly rules: SymbolRules;
  /** What was reserved, quote, fee included. */
  readonly budget: string;
  /** No order carries a later signed time; exchange clock, epoch ms. */
  readonly notAfterMs: number;
  /** How much the listing is believed, 0 to 100. */
  readonly confidence: number;
  /** Aborted when the entry is taken back, or the process stops. */
  readonly signal: AbortSignal;
  /** Called when an order has left, before it is answered. */
  readonly onLeft: () => void;
}

/** What the loop remembers between two looks. */
interface Lap {
  readonly attempts: Attempt[];
  cap: Price | null;
  /** A price was refused without a number, or the ids for blind attempts are used up. */
  needsPrint: boolean;
  firstAtMs: number | null;
  reprices: number;
  unfilled: number;
  notBeforeMs: number;
}

/** Holds the permit: looks at the market until an order executes, a rule ends it, or doubt. */
export const raceEntry = async (
  deps: ActivityDeps,
  request: EntryAsk,
  on: Race,
): Promise<EntryResult> => {
  const turns = sendTurnsOf(deps.exchange);
  const leave = turns.enter();
  const lap: Lap = {
    attempts: [],
    cap: null,
    needsPrint: false,
    firstAtMs: null,
    reprices: 0,
    unfilled: 0,
    notBeforeMs: 0,
  };
  try {
    return await race(deps, request, { on, turns, lap });
  } finally {
    leave();
  }
};

interface Racing {
  readonly on: Race;
  readonly turns: SendTurns;
  readonly lap: Lap;
}

const race = async (
  deps: ActivityDeps,
  request: EntryAsk,
  racing: Racing,
): Promise<EntryResult> => {
  const { on, lap } = racing;
  const readiness = createReadiness(deps);
  for (;;) {
    if (on.signal.aborted) return handBack(deps, request, lap);
    const view = viewOf(deps, request, { on, lap });
    const decision = judgeEntry(view);
    if (decision.kind === 'skip' && decision.final) return endedBy(decision, lap);
    const stop = stopOf(deps);
    if (stop.kind === 'stopped') return ended('halted', stop.because, lap.attempts);
    if (stop.kind === 'none' && decision.kind === 'buy' && view.nowMs >= lap.notBeforeMs) {
      const result = await attempt(deps, request, { racing, decision });
      if (result !== null) return result;
      continue;
    }
    readiness.keep(request.opensAtMs === null ? null : request.opensAtMs - view.nowMs);
    await news(on.watch, untilDue(view, decision, lap));
  }
};

const viewOf = (
  deps: ActivityDeps,
  request: EntryAsk,
  { on, lap }: { on: Race; lap: Lap },
): EntryView => ({
  nowMs: deps.exchange.clock.exchangeNowMs(),
  clockErrorMs: deps.exchange.clock.errorMs(),
  opensAtMs: request.opensAtMs,
  ...on.watch.facts(),
  cap: lap.cap,
  needsPrint: lap.needsPrint,
  budget: quoteAmount(on.budget),
  takerFee: on.rules.takerFee,
  rules: on.rules,
  options: request.options,
});

/** Without news the rule is asked again this often: time itself ends windows. */
const LOOK_MS = 50;

/** Until something is due at a known instant, ms; null when only news can change the decision. */
const untilDue = (view: EntryView, decision: EntryDecision, lap: Lap): number | null => {
  if (lap.notBeforeMs > view.nowMs) return lap.notBeforeMs - view.nowMs;
  const fireAt = fireAtMs(view);
  const isForInstant = decision.kind === 'wait' && decision.for === 'opening' && fireAt !== null;
  return isForInstant ? fireAt - view.nowMs : null;
};

const news = (watch: OpeningWatch, dueInMs: number | null): Promise<void> =>
  dueInMs === null || dueInMs > LOOK_MS ? watch.next(LOOK_MS) : watch.next(dueInMs, 'exact');

const OUTCOMES: Readonly<Record<SkipRule, Outcome>> = {
  tooLate: 'tooLate',
  apiClosed: 'apiClosed',
  windowEnded: 'windowEnded',
  spread: 'spread',
  depth: 'spread',
  priceGuard: 'priceGuard',
  minNotional: 'priceGuard',
};

const endedBy = (decision: EntryDecision & { kind: 'skip' }, lap: Lap): EntryResult => {
  const because = `${decision.rule}: ${decision.actual}, allowed ${decision.limit}`;
  const isTime = decision.rule === 'tooLate' || decision.rule === 'windowEnded';
  if (isTime && onlyNotOpen(lap)) return ended('apiClosed', because, lap.attempts);
  return ended(OUTCOMES[decision.rule], because, lap.attempts);
};

/** Cancelled with the permit: nothing sent gives it back; proven refusals may be armed again too. */
const handBack = async (deps: ActivityDeps, request: EntryAsk, lap: Lap): Promise<EntryResult> =>
  lap.attempts.length > 0
    ? ended('disarmed', 'disarmed after refused attempts', lap.attempts)
    : handBackUnsent(deps, request, 'handed back');

interface Try {
  readonly racing: Racing;
  readonly decision: EntryDecision & { kind: 'buy' };
}

/** A turn that does not come within this is asked for again, after the rule was. */
const TURN_MS = 100;

/** Sends one order, when the budget has a place for it. Null: look and judge again. */
const attempt = async (
  deps: ActivityDeps,
  request: EntryAsk,
  { racing, decision }: Try,
): Promise<EntryResult | null> => {
  const { on, turns, lap } = racing;
  const n = lap.attempts.length;
  const clientOrderId = request.clientOrderIds[n];
  if (clientOrderId === undefined) return outOfIds(lap);
  const turn = await turns.take({ confidence: on.confidence, n }, TURN_MS);
  if (turn === null) return null;
  try {
    // What was judged before waiting may be wrong by now.
    const now = turn.waited ? judgeEntry(viewOf(deps, request, { on, lap })) : decision;
    if (now.kind !== 'buy') return null;
    lap.firstAtMs ??= deps.exchange.clock.exchangeNowMs();
    const triggeredAtMs = deps.clock.now();
    const sent = await sendOnce(deps, orderOf(request, { on, n, clientOrderId, decision: now }), {
      onLeft: () => {
        turn.pass();
        on.onLeft();
      },
    });
    lap.attempts.push(sent);
    lap.notBeforeMs = deps.exchange.clock.exchangeNowMs() + pauseOf(deps, request, lap);
    if (sent.kind === 'unknown') await boundDoubt(deps, request);
    if (sent.kind !== 'executed') return afterFailure(request, sent, lap);
    const times = { ...sent.times, triggeredAtMs };
    return { ...sent, n, attempts: lap.attempts, rules: on.rules, times };
  } finally {
    turn.pass();
  }
};

/** This sender signs nothing more: what it may have sent is asked for from now, not from the window's end. */
const boundDoubt = async (deps: ActivityDeps, request: EntryAsk): Promise<void> => {
  const notAfterMs = deps.exchange.clock.exchangeNowMs();
  await boundPermit(deps.db, { ...request.arming, holder: deps.instance, notAfterMs }).catch(
    (error: unknown) =>
      deps.log.warn({ error, symbol: request.symbol }, 'The doubt lasts until the window ends'),
  );
};

const orderOf = (request: EntryAsk, { on, n, clientOrderId, decision }: Ordered): SendRequest => ({
  listingId: request.arming.listingId,
  workflowId: request.workflowId,
  leg: 'entry',
  n,
  order: {
    symbol: request.symbol,
    side: 'buy',
    type: 'limitIoc',
    price: decision.price,
    quantity: decision.quantity,
    clientOrderId,
  },
  notAfterMs: on.notAfterMs,
  recvWindowMs: request.recvWindowMs,
});

interface Ordered {
  readonly on: Race;
  readonly n: number;
  readonly clientOrderId: ClientOrderId;
  readonly decision: EntryDecision & { kind: 'buy' };
}

/** Attempts follow each other quickly for this long, then slowly. */
const QUICK_FOR_MS = 5000;
const SLOW_EVERY_MS = 1000;

const pauseOf = (deps: ActivityDeps, { options }: EntryAsk, lap: Lap): number => {
  const sinceMs = deps.exchange.clock.exchangeNowMs() - (lap.firstAtMs ?? 0);
  return sinceMs < QUICK_FOR_MS ? options.retryEvery : Math.max(options.retryEvery, SLOW_EVERY_MS);
};

const outOfIds = (lap: Lap): EntryResult =>
  ended(
    onlyNotOpen(lap) ? 'apiClosed' : 'refused',
    `${lap.attempts.length} attempts, none was accepted`,
    lap.attempts,
  );

const onlyNotOpen = ({ attempts }: Lap): boolean =>
  attempts.length > 0 &&
  attempts.every((each) => each.kind === 'refused' && each.refusal === 'notOpenYet');

/** So many attempts are kept for when it trades: an opening that is late must not use them up. */
const KEPT_IDS = 8;

/** What a definite "no" allows: another attempt within bounds, or the named end. */
const afterFailure = (
  request: EntryAsk,
  sent: Exclude<Attempt, { kind: 'executed' }>,
  lap: Lap,
): EntryResult | null => {
  const { options } = request;
  switch (sent.kind) {
    case 'unknown':
      return { kind: 'unknown', because: sent.because, attempts: lap.attempts };
    case 'resting': // no entry is of a type that rests
      return { kind: 'unknown', because: 'an order rests in the book', attempts: lap.attempts };
    case 'notSent':
      return null;
    case 'unfilled':
      lap.unfilled += 1;
      return lap.unfilled < options.maxUnfilled
        ? null
        : ended('unfilled', `${lap.unfilled} orders filled nothing`, lap.attempts);
    case 'refused':
      if (sent.refusal === 'notOpenYet' || sent.refusal === 'noCounterparty') {
        lap.needsPrint ||= lap.attempts.length >= request.clientOrderIds.length - KEPT_IDS;
        return null;
      }
      if (sent.refusal !== 'priceCap' && sent.refusal !== 'priceBand')
        return ended('refused', `${sent.code} ${sent.reason}`, lap.attempts);
      lap.cap = sent.cap ?? lap.cap;
      lap.needsPrint ||= sent.cap === null;
      lap.reprices += 1;
      return lap.reprices <= options.maxReprices
        ? null
        : ended('priceGuard', `${sent.code} ${sent.reason}`, lap.attempts);
  }
};
