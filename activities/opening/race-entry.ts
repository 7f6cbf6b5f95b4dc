import { Context } from '@temporalio/activity';
import { fraction, quoteAmount, type Price } from '#domain/amount.ts';
import { judgeEntry, type EntryDecision } from '#domain/entry-rule.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import type { Outcome } from '#domain/trade.ts';
import { handBackPermit } from '#prisma/permits.ts';
import type { ActivityDeps } from '../deps.ts';
import type { EntryRequest, EntryResult } from './entry-types.ts';
import { sendOnce, type Attempt } from './send-order.ts';
import type { OpeningWatch } from './watch-opening.ts';

/** Nothing executed, proven. */
const ended = (
  outcome: Outcome,
  because: string,
  attempts: readonly Attempt[],
): EntryResult & { kind: 'ended' } => ({ kind: 'ended', outcome, because, attempts });

export interface Race {
  readonly watch: OpeningWatch;
  readonly rules: SymbolRules;
  /** No order carries a later signed time; exchange clock, epoch ms. */
  readonly notAfterMs: number;
}

/** What the loop remembers between two looks. */
interface Lap {
  readonly attempts: Attempt[];
  cap: Price | null;
  reprices: number;
  unfilled: number;
  notBeforeMs: number;
}

/** Holds the permit: looks at the market until an order executes, a rule ends it, or doubt. */
export const raceEntry = async (
  deps: ActivityDeps,
  request: EntryRequest,
  on: Race,
): Promise<EntryResult> => {
  const signal = AbortSignal.any([Context.current().cancellationSignal, deps.stopping]);
  const lap: Lap = { attempts: [], cap: null, reprices: 0, unfilled: 0, notBeforeMs: 0 };
  for (;;) {
    if (signal.aborted) return handBack(deps, request, lap);
    const now = deps.exchange.clock.exchangeNowMs();
    const decision = judgeEntry({
      nowMs: now,
      opensAtMs: request.opensAtMs,
      ...on.watch.facts(),
      cap: lap.cap,
      budget: quoteAmount(request.budget),
      takerFee: fraction(request.takerFee),
      rules: on.rules,
      options: request.options,
    });
    if (decision.kind === 'skip' && decision.final) return endedBy(decision, lap);
    if (decision.kind === 'buy' && now >= lap.notBeforeMs) {
      const result = await attempt(deps, request, { on, lap, decision });
      if (result !== null) return result;
    } else {
      await on.watch.next(Math.max(1, Math.min(lap.notBeforeMs - now, LOOK_MS) || LOOK_MS));
    }
  }
};

/** Without news the rule is asked again this often: time itself ends windows. */
const LOOK_MS = 50;

const endedBy = (decision: EntryDecision & { kind: 'skip' }, lap: Lap): EntryResult => {
  const closedToApi =
    lap.attempts.length > 0 &&
    lap.attempts.every((each) => each.kind === 'refused' && each.refusal === 'notOpenYet');
  const because = `${decision.rule}: ${decision.actual}, allowed ${decision.limit}`;
  if (decision.rule === 'tooLate' && closedToApi) return ended('apiClosed', because, lap.attempts);
  const outcome = decision.rule === 'minNotional' ? 'priceGuard' : decision.rule;
  return ended(outcome, because, lap.attempts);
};

/** Cancelled with the permit: nothing sent gives it back; proven refusals may be armed again too. */
const handBack = async (
  deps: ActivityDeps,
  request: EntryRequest,
  lap: Lap,
): Promise<EntryResult> => {
  if (lap.attempts.length > 0)
    return ended('disarmed', 'disarmed after refused attempts', lap.attempts);
  const back = await handBackPermit(deps.db, { ...request.arming, holder: deps.instance });
  return back
    ? { kind: 'released', because: 'handed back' }
    : { kind: 'unknown', because: 'the permit could not be handed back', attempts: [] };
};

interface Try {
  readonly on: Race;
  readonly lap: Lap;
  readonly decision: EntryDecision & { kind: 'buy' };
}

const attempt = async (
  deps: ActivityDeps,
  request: EntryRequest,
  { on, lap, decision }: Try,
): Promise<EntryResult | null> => {
  const n = lap.attempts.length;
  const clientOrderId = request.clientOrderIds[n];
  if (clientOrderId === undefined)
    return ended('refused', `${n} attempts, none was accepted`, lap.attempts);
  const triggeredAtMs = deps.clock.now();
  const sent = await sendOnce(deps, {
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
  lap.attempts.push(sent);
  lap.notBeforeMs = deps.exchange.clock.exchangeNowMs() + request.options.retryEvery;
  if (sent.kind === 'executed') {
    const times = { ...sent.times, triggeredAtMs };
    return { ...sent, n, attempts: lap.attempts, rules: on.rules, times };
  }
  return afterFailure(request, sent, lap);
};

/** What a definite "no" allows: another attempt within bounds, or the named end. */
const afterFailure = (
  request: EntryRequest,
  sent: Exclude<Attempt, { kind: 'executed' }>,
  lap: Lap,
): EntryResult | null => {
  const { options } = request;
  switch (sent.kind) {
    case 'unknown':
      return { kind: 'unknown', because: sent.because, attempts: lap.attempts };
    case 'notSent':
      return null;
    case 'unfilled':
      lap.unfilled += 1;
      return lap.unfilled < options.maxUnfilled
        ? null
        : ended('unfilled', `${lap.unfilled} orders filled nothing`, lap.attempts);
    case 'refused':
      if (sent.refusal === 'notOpenYet' || sent.refusal === 'noCounterparty') return null;
      if (sent.refusal !== 'priceCap' && sent.refusal !== 'priceBand')
        return ended('refused', `${sent.code} ${sent.reason}`, lap.attempts);
      lap.cap = sent.cap ?? lap.cap;
      lap.reprices += 1;
      return lap.reprices <= options.maxReprices
        ? null
        : ended('priceGuard', `${sent.code} ${sent.reason}`, lap.attempts);
  }
};
