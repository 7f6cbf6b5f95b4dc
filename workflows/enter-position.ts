import { ActivityFailure, CancellationScope, sleep, TimeoutFailure } from '@temporalio/workflow';
import type { Activities } from '#activities/index.ts';
import type { TradingOptions } from '#domain/configuration.ts';
import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import {
  entryOrderIds,
  entryRequestOf,
  entryToken,
  type EntryRequest,
} from '#domain/entry-request.ts';
import type { OrderReport } from '#domain/order.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import type { Outcome } from '#domain/trade.ts';
import { entryOrders, questions, records, settling } from './proxies.ts';
import type { TradeState } from './trade-state.ts';

type EntryResult = Awaited<ReturnType<Activities['buyAtOpen']>>;
export type Position = Awaited<ReturnType<Activities['settleLeg']>>;

/** What an entry came to. */
export type Entry =
  | {
      readonly kind: 'bought';
      readonly position: Position;
      /** Null when the purchase was found by asking. */
      readonly rules: SymbolRules | null;
    }
  | { readonly kind: 'nothing'; readonly outcome: Outcome; readonly because: string };

export interface EntryTerms {
  readonly options: TradingOptions;
}

/** Arms again at most this often: workers that stop, openings that move. */
const ARMINGS_MAX = 200;
/** The first are tried at once: the opening may be near. More than these mean that something is wrong. */
const ARMINGS_AT_ONCE = 3;
const ARMING_PAUSE_MS = 1000;
/** An entry without a known opening is watched this long, then armed again. */
const UNTIMED_MS = 3_700_000;
/** Room around the window: rules, permit, the last order and asking for it. */
const ROOM_MS = 60_000;
/** Orders of this trade are looked for from this long before it started. */
const LOOK_BACK_MS = 60_000;

/** Arms the entry until it is bought, ended by a rule, or given up. Doubt is asked about. */
export const enterPosition = async (trade: TradeState, terms: EntryTerms): Promise<Entry> => {
  for (let n = 1; n <= ARMINGS_MAX; n += 1) {
    if (trade.giveUp !== null) return givenUp(trade, trade.giveUp);
    const token = entryToken(trade.workflowId, n);
    const armed = await arm(trade, token);
    if (armed.kind === 'closed') return closedBefore(trade, CLOSED_BEFORE);
    if (armed.kind === 'taken') return askForEntry(trade, terms.options.recvWindow.entry, armed);
    trade.recorder.record({
      kind: 'phase',
      text: armedText(trade, terms),
      phase: 'armed',
      times: { armedAt: Date.now() },
    });
    const result = await runArmed(trade, requestOf(trade, terms, token));
    const entry = await entryOf(trade, result);
    if (entry !== null) return entry;
    if (n >= ARMINGS_AT_ONCE) await sleep(ARMING_PAUSE_MS);
  }
  return givenUp(trade, { outcome: 'cancelled', reason: `armed ${ARMINGS_MAX} times in vain` });
};

interface End {
  readonly outcome: Outcome;
  readonly reason: string;
}

const CLOSED_BEFORE: End = { outcome: 'unfilled', reason: 'the entry was closed before' };

/** A run of this workflow that Temporal no longer knows has settled the entry: the record has it. */
const closedBefore = async (trade: TradeState, otherwise: End): Promise<Entry> => {
  const position = await settle(trade, []);
  return position.entryPrice === null
    ? nothing(otherwise.outcome, otherwise.reason)
    : { kind: 'bought', position, rules: null };
};

/** What a lost workflow's entry came to; null when it bought nothing, which is then final. */
export const recoverEntry = async (
  trade: TradeState,
  options: TradingOptions,
): Promise<Position | null> => {
  const armed = await arm(trade, entryToken(trade.workflowId, 'recovered'));
  const entry =
    armed.kind === 'closed'
      ? await closedBefore(trade, CLOSED_BEFORE)
      : armed.kind === 'taken'
        ? await askForEntry(trade, options.recvWindow.entry, armed)
        : await givenUp(trade, { outcome: 'cancelled', reason: 'its workflow was lost' });
  return entry.kind === 'bought' ? entry.position : null;
};

const nothing = (outcome: Outcome, because: string): Entry => ({
  kind: 'nothing',
  outcome,
  because,
});

const arm = (trade: TradeState, token: string) =>
  records.armLeg({
    listingId: trade.input.listingId,
    leg: 'entry',
    token,
    workflowId: trade.workflowId,
    quantity: null,
  });

const armedText = (trade: TradeState, { options }: EntryTerms): string =>
  `Armed with ${options.quoteAmount} ${trade.input.quote}, waiting for ${
    options.entry.mode === 'firstPrint' ? 'the first trade' : 'the opening'
  }`;

const requestOf = (
  { input, workflowId, opensAtMs }: TradeState,
  { options }: EntryTerms,
  token: string,
): EntryRequest => ({
  ...entryRequestOf(input, { workflowId, token, opensAtMs, options }),
  budget: options.quoteAmount,
});

/** Runs the armed activity; a moved or given-up opening takes it back. */
const runArmed = async (
  trade: TradeState,
  request: EntryRequest,
): Promise<EntryResult | { readonly kind: 'failed'; readonly because: string }> => {
  const waitMs =
    request.opensAtMs === null ? UNTIMED_MS : Math.max(0, request.opensAtMs - Date.now());
  const lastsMs = waitMs + request.options.window * 1000 + ROOM_MS;
  const scope = new CancellationScope({ cancellable: true });
  trade.onChange = () => scope.cancel();
  try {
    return await scope.run(() => buyWhereHeard(request, lastsMs));
  } catch (error) {
    // The process may have died, stalled or been stopped: its permit says whether that is doubt.
    if (error instanceof ActivityFailure) return { kind: 'failed', because: error.message };
    throw error;
  } finally {
    trade.onChange = null;
  }
};

/** In a monitor, which hears the market; in a worker when no monitor takes it. */
const buyWhereHeard = async (request: EntryRequest, lastsMs: number): Promise<EntryResult> => {
  try {
    return await entryOrders('openings', lastsMs).buyAtOpen(request);
  } catch (error) {
    if (!neverStarted(error)) throw error;
    return entryOrders('sniper', lastsMs).buyAtOpen(request);
  }
};

const neverStarted = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START';

/** Null means: arm again. */
const entryOf = async (
  trade: TradeState,
  result: Awaited<ReturnType<typeof runArmed>>,
): Promise<Entry | null> => {
  switch (result.kind) {
    case 'released':
    case 'failed':
      trade.recorder.record({ kind: 'note', text: `Not bought yet: ${result.because}` });
      return null;
    case 'executed':
      return bought(trade, result);
    case 'notEntered':
      return givenUp(trade, { outcome: result.outcome, reason: result.because });
    case 'ended':
      await settle(trade, result.attempts);
      return nothing(result.outcome, result.because);
    case 'unknown':
      trade.recorder.record({
        kind: 'doubt',
        text: `Unresolved: ${result.because}`,
        phase: 'unresolved',
      });
      return null; // arming again finds the permit taken, with the time to wait for
  }
};

const bought = async (
  trade: TradeState,
  result: EntryResult & { kind: 'executed' },
): Promise<Entry> => {
  const position = await settle(trade, result.attempts);
  const { times } = result;
  trade.recorder.record({
    kind: 'order',
    text: boughtText(trade, position),
    phase: 'holding',
    detail: { report: result.report, attempts: result.attempts.length },
    times: {
      // Of a head start these were before the workflow wrote its own.
      verdictAt: times.judgedAtMs ?? null,
      armedAt: times.judgedAtMs ?? null,
      triggeredAt: times.triggeredAtMs,
      sentAt: times.sentAtMs,
      acknowledgedAt: times.acknowledgedAtMs,
      filledAt: times.filledAtMs,
    },
  });
  return { kind: 'bought', position, rules: result.rules };
};

const boughtText = (trade: TradeState, position: Position): string =>
  `Bought ${position.bought.size} ${trade.input.base} at ${position.entryPrice ?? '?'} for ${position.bought.quote} ${trade.input.quote}`;

type Attempts = Extract<EntryResult, { kind: 'ended' }>['attempts'];

const settle = (trade: TradeState, attempts: Attempts): Promise<Position> =>
  settling.settleLeg({
    ...leg(trade),
    reports: attempts.flatMap((each) => ('report' in each ? [each.report] : [])),
    refusals: attempts.flatMap((each) =>
      each.kind === 'refused'
        ? [{ clientOrderId: each.clientOrderId, code: each.code, reason: each.reason }]
        : [],
    ),
  });

const leg = (trade: TradeState) => ({
  listingId: trade.input.listingId,
  workflowId: trade.workflowId,
  leg: 'entry' as const,
  symbol: trade.input.symbol as MarketSymbol,
  pair: { base: trade.input.base as Asset, quote: trade.input.quote as Asset },
  clientOrderIds: entryOrderIds(trade.input),
});

/** Somebody may have sent: asks for every id, and never sends this entry again. */
const askForEntry = async (
  trade: TradeState,
  recvWindowMs: number,
  { notAfterMs }: { readonly notAfterMs: number },
): Promise<Entry> => {
  trade.recorder.record({
    kind: 'doubt',
    text: 'Unresolved: an order may have been sent; the exchange is asked',
    phase: 'unresolved',
  });
  const { reports } = await questions.resolveOrder({
    listingId: trade.input.listingId,
    symbol: trade.input.symbol as MarketSymbol,
    clientOrderIds: entryOrderIds(trade.input),
    notAfterMs,
    recvWindowMs,
    sinceMs: trade.startedAtMs - LOOK_BACK_MS,
  });
  return resolved(trade, reports);
};

const resolved = async (trade: TradeState, reports: readonly OrderReport[]): Promise<Entry> => {
  const position = await settling.settleLeg({ ...leg(trade), reports, refusals: [] });
  if (position.entryPrice === null) return nothing('unfilled', 'asked: no order executed');
  trade.recorder.record({
    kind: 'order',
    text: `Asked: ${boughtText(trade, position)}`,
    phase: 'holding',
    detail: { reports },
    times: { filledAt: Date.now() },
  });
  return { kind: 'bought', position, rules: null };
};

/** A holder may hand the permit back between two questions; then it is asked to release again. */
const RELEASES_MAX = 3;

/** Nothing was sent, unless the permit or the record says otherwise. */
const givenUp = async (trade: TradeState, end: End): Promise<Entry> => {
  const { workflowId } = trade;
  for (let n = 0; n < RELEASES_MAX; n += 1) {
    const release = await records.releaseEntry({ listingId: trade.input.listingId, workflowId });
    if (release === 'released') return nothing(end.outcome, end.reason);
    if (release === 'closedBefore') return closedBefore(trade, end);
    const armed = await arm(trade, entryToken(workflowId, 'given-up'));
    if (armed.kind === 'taken') return askForEntry(trade, MAX_RECV_WINDOW_MS, armed);
  }
  throw new Error('the permit of an entry that was given up is taken again and again');
};

/** The largest receive window that a configuration allows (DESIGN §11). */
const MAX_RECV_WINDOW_MS = 1000;
