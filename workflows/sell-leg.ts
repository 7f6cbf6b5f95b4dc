import { ActivityFailure } from '@temporalio/workflow';
import type { Activities } from '#activities/index.ts';
import { isZero, type Price, type Quantity } from '#domain/amount.ts';
import type { TradingOptions } from '#domain/configuration.ts';
import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import { clientOrderIdFor, type Leg, type OrderReport } from '#domain/order.ts';
import type { Position } from './enter-position.ts';
import { exitOrders, questions, records, settling } from './proxies.ts';
import type { TradeState } from './trade-state.ts';

type ExitRequest = Parameters<Activities['submitExit']>[0];
type ExitResult = Awaited<ReturnType<Activities['submitExit']>>;

export interface LegTerms {
  /** Counts the exit legs of the trade from 1. */
  readonly n: number;
  readonly quantity: Quantity;
  readonly slackPercent: number | 'market';
  /** Waits in the book at this price; null: sold now. */
  readonly restAt: Price | null;
  readonly floor: Price | null;
  /** Null: not known yet, they are asked for. */
  readonly rules: SymbolRules | null;
  /** A best bid that is fresh; null: it is asked for. */
  readonly bid: Price | null;
  /** Asks what the account has first: the exchange said that it is too little. */
  readonly checkBalance: boolean;
  readonly options: TradingOptions;
}

/** What one exit leg came to; the leg is settled, and `position` is as the record has it. */
export type LegResult =
  | {
      readonly kind: 'settled';
      readonly position: Position;
      /** Class of the exchange's refusal; null when it did not refuse. */
      readonly refusal: string | null;
    }
  | { readonly kind: 'suspended'; readonly position: Position; readonly because: string }
  | { readonly kind: 'notNow'; readonly position: Position; readonly because: string }
  | {
      readonly kind: 'dust' | 'soldOutside';
      readonly position: Position;
      readonly because: string;
    };

/** Refusals that mean "not now": the market may sell again later. */
const SUSPENDED = new Set(['sellingSuspended', 'notOpenYet']);

/** A leg whose order waits in the book: not settled until `endRest` was asked to. */
export interface Resting {
  readonly kind: 'resting';
  readonly n: number;
  /** Nothing of the leg is signed later than this. */
  readonly notAfterMs: number;
}

/** Sends at most one sell order and does not return before its leg is settled. */
export const sellLeg = async (trade: TradeState, terms: LegTerms): Promise<LegResult> => {
  const result = await sendLeg(trade, terms);
  if (result.kind === 'resting') throw new Error('an order that sells at once cannot rest');
  return result;
};

/** Sends at most one sell order; one with `restAt` may wait in the book. */
export const sendLeg = async (trade: TradeState, terms: LegTerms): Promise<LegResult | Resting> => {
  const { listingId } = trade.input;
  const leg: Leg = `exit-${terms.n}`;
  const arming = { listingId, leg, token: `${trade.workflowId}:${leg}` };
  const { workflowId } = trade;
  await records.armLeg({ ...arming, workflowId, quantity: terms.quantity });
  const result = await exitOrders.submitExit(requestOf(trade, terms, arming)).catch(failureIsDoubt);
  if (result.kind === 'sent') return sentResult(trade, terms, { leg, result });
  return notSent(trade, terms, { leg, result });
};

type Failed = { readonly kind: 'failed'; readonly because: string };

/** The worker may have died or stalled after the send: its permit says whether that is doubt. */
const failureIsDoubt = (error: unknown): Failed => {
  if (error instanceof ActivityFailure) return { kind: 'failed', because: error.message };
  throw error;
};

const requestOf = (
  trade: TradeState,
  terms: LegTerms,
  arming: ExitRequest['arming'],
): ExitRequest => ({
  arming,
  installationId: trade.input.installationId,
  workflowId: trade.workflowId,
  symbol: trade.input.symbol as MarketSymbol,
  pair: pairOf(trade),
  quantity: terms.quantity,
  slackPercent: terms.slackPercent,
  restAt: terms.restAt,
  floor: terms.floor,
  rules: terms.rules,
  bid: terms.bid,
  checkBalance: terms.checkBalance,
  clientOrderId: clientOrderIdFor(trade.input, arming.leg, 0),
  recvWindowMs: terms.options.recvWindow.exit,
});

const pairOf = (trade: TradeState) => ({
  base: trade.input.base as Asset,
  quote: trade.input.quote as Asset,
});

interface SentLeg {
  readonly leg: Leg;
  readonly result: ExitResult & { kind: 'sent' };
}

const sentResult = async (
  trade: TradeState,
  terms: LegTerms,
  { leg, result }: SentLeg,
): Promise<LegResult | Resting> => {
  const { attempt } = result;
  if (attempt.kind === 'unknown')
    return ask(trade, terms, { leg, notAfterMs: result.notAfterMs, because: attempt.because });
  if (attempt.kind === 'resting')
    return { kind: 'resting', n: terms.n, notAfterMs: result.notAfterMs };
  const position = await settleExit(trade, leg, {
    reports: 'report' in attempt ? [attempt.report] : [],
    refusals: attempt.kind === 'refused' ? [attempt] : [],
  });
  if (attempt.kind === 'refused') {
    const because = `${attempt.code} ${attempt.reason}`;
    trade.recorder.record({ kind: 'order', text: `Refused: ${because}`, detail: attempt });
    if (SUSPENDED.has(attempt.refusal)) return { kind: 'suspended', position, because };
  }
  if (attempt.kind === 'executed') recordSold(trade, attempt.report);
  const refusal = attempt.kind === 'refused' ? attempt.refusal : null;
  return { kind: 'settled', position, refusal };
};

const recordSold = (trade: TradeState, report: OrderReport): void => {
  trade.recorder.record({
    kind: 'order',
    text: `Sold ${report.executed} ${trade.input.base} for ${report.executedQuote} ${trade.input.quote}`,
    detail: report,
  });
};

interface UnsentLeg {
  readonly leg: Leg;
  readonly result: Exclude<ExitResult, { kind: 'sent' }> | Failed;
}

/**
 * This sender says that it sent nothing, or nothing at all. A new token shuts every other one out
 * if the permit is free; if it is taken, that is doubt.
 */
const notSent = async (
  trade: TradeState,
  terms: LegTerms,
  { leg, result }: UnsentLeg,
): Promise<LegResult> => {
  const { listingId } = trade.input;
  const { because } = result;
  const armed = await records.armLeg({
    listingId,
    leg,
    token: `${trade.workflowId}:${leg}:closed`,
    workflowId: trade.workflowId,
    quantity: terms.quantity,
  });
  if (armed.kind === 'taken')
    return ask(trade, terms, { leg, notAfterMs: armed.notAfterMs, because });
  const position = await settleExit(trade, leg, { reports: [], refusals: [] });
  return { kind: result.kind === 'failed' ? 'notNow' : result.kind, position, because };
};

const ask = async (
  trade: TradeState,
  terms: LegTerms,
  doubt: { leg: Leg; notAfterMs: number; because: string },
): Promise<LegResult> => {
  trade.recorder.record({
    kind: 'doubt',
    text: `Unresolved sale: ${doubt.because}; the exchange is asked`,
    phase: 'unresolved',
  });
  const { reports } = await askForExit(trade, terms.options, doubt);
  const position = await settleExit(trade, doubt.leg, { reports, refusals: [] });
  trade.recorder.record({ kind: 'phase', text: 'Asked: the sale is resolved', phase: 'selling' });
  for (const report of reports) recordSold(trade, report);
  return { kind: 'settled', position, refusal: null };
};

/** Takes an order out of the book and settles its leg, whatever became of it. */
export const endRest = async (
  trade: TradeState,
  options: TradingOptions,
  { n, notAfterMs }: Resting,
): Promise<Position> => {
  const leg: Leg = `exit-${n}`;
  const { reports } = await askForExit(trade, options, { leg, notAfterMs });
  for (const report of reports) if (!isZero(report.executed)) recordSold(trade, report);
  return settleExit(trade, leg, { reports, refusals: [] });
};

/** What became of the one order of an exit leg; one that still rests is taken out of the book. */
export const askForExit = (
  trade: TradeState,
  { recvWindow }: Pick<TradingOptions, 'recvWindow'>,
  { leg, notAfterMs }: { readonly leg: Leg; readonly notAfterMs: number },
) =>
  questions.resolveOrder({
    listingId: trade.input.listingId,
    symbol: trade.input.symbol as MarketSymbol,
    clientOrderIds: [clientOrderIdFor(trade.input, leg, 0)],
    notAfterMs,
    recvWindowMs: recvWindow.exit,
    sinceMs: trade.startedAtMs,
  });

type Proof = Pick<Parameters<Activities['settleLeg']>[0], 'reports' | 'refusals'>;

/** Ends an exit leg in the record, with what is proven of its one order. May repeat. */
export const settleExit = (trade: TradeState, leg: Leg, proof: Proof): Promise<Position> =>
  settling.settleLeg({
    listingId: trade.input.listingId,
    workflowId: trade.workflowId,
    leg,
    symbol: trade.input.symbol as MarketSymbol,
    pair: pairOf(trade),
    clientOrderIds: [clientOrderIdFor(trade.input, leg, 0)],
    ...proof,
  });
