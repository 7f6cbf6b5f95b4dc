import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import type { TradingOptions } from '#domain/configuration.ts';
import type { Verdict } from '#domain/risk.ts';
import type { Outcome, SniperInput, TradeResult } from '#domain/trade.ts';
import { enterPosition } from './enter-position.ts';
import { exitPosition, guardedFrom, type Guarded } from './exit-position.ts';
import { notices, reads, records } from './proxies.ts';
import { recoverPosition } from './recover-position.ts';
import { listen, type CarriedState, type TradeState } from './trade-state.ts';

/** The risk rules are asked this long before an announced opening. */
const ADMISSION_LEAD_MS = 90_000;
/** A listing that nobody sees open is given up after this long. */
const PATIENCE_MS = 30 * 24 * 3_600_000;

/** Why this is not the first run of a trade. */
export type Carried =
  /** The history of the former run had grown long; this one goes on with its position. */
  | {
      readonly kind: 'position';
      readonly state: CarriedState;
      readonly options: TradingOptions;
      readonly guarded: Guarded;
    }
  /** The former workflow was lost; what it did is asked for. */
  | { readonly kind: 'recover' };

// Where workers have versions, a trade stays on the build that began it (docs/operations.md). From a
// worker without one the server takes no such answer.
setWorkflowOptions(
  () =>
    workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {},
  SniperWorkflow,
);

/** The life of one listing: waits, asks the risk rules, buys once, guards, sells, books. */
export async function SniperWorkflow(input: SniperInput, carried?: Carried): Promise<TradeResult> {
  const trade = listen(input, carried?.kind === 'position' ? carried.state : null);
  if (carried?.kind === 'position') return guardAndSell(trade, carried.options, carried.guarded);
  if (carried?.kind === 'recover') return recover(trade);

  const { options } = await reads.openTrade(input);
  trade.recorder.record({ kind: 'phase', text: seenText(trade), phase: 'waiting' });

  await dueForAdmission(trade);
  if (trade.giveUp !== null) return close(trade, trade.giveUp.outcome, trade.giveUp.reason);

  const admission = await admitted(trade, options);
  if (!admission.verdict.allowed) return close(trade, 'denied', denialOf(admission.verdict));

  const entry = await enterPosition(trade, admission);
  if (entry.kind === 'nothing') return close(trade, entry.outcome, entry.because);

  return guardAndSell(trade, options, guardedFrom(entry.position, entry.rules, options.exit));
}

const recover = async (trade: TradeState): Promise<TradeResult> => {
  const { listingId, symbol } = trade.input;
  const { workflowId } = trade;
  trade.recovering = true;
  const recovery = await records.takeOverTrade({ listingId, workflowId });
  trade.startedAtMs = recovery.startedAtMs;
  trade.recorder.record({
    kind: 'note',
    text: 'The workflow of this trade was lost; a new one owns it',
  });
  notices
    .raiseAlert({
      severity: 'warning',
      episodeKey: `recovered:${workflowId}`,
      title: `${symbol} has a new owner`,
      text: `The workflow of ${symbol} was lost or could not go on. Its orders were asked for, and a new workflow guards what is left.`,
      listingId,
    })
    .catch(() => undefined); // people are told by the log too; trading never waits for it
  const guarded = await recoverPosition(trade, recovery);
  trade.recovering = false;
  if (guarded === null) return close(trade, 'cancelled', 'its workflow was lost before it bought');
  trade.recorder.record({ kind: 'phase', text: 'Guarded again', phase: 'holding' });
  return guardAndSell(trade, recovery.options, guarded);
};

/** Until nothing is left; in a new run when the history has grown long. */
const guardAndSell = async (
  trade: TradeState,
  options: TradingOptions,
  guarded: Guarded,
): Promise<TradeResult> => {
  const exit = await exitPosition(trade, options, guarded);
  if (exit.kind === 'ended') return close(trade, exit.outcome, exit.because);
  await trade.recorder.written();
  await condition(allHandlersFinished);
  const state = {
    startedAtMs: trade.startedAtMs,
    opensAtMs: trade.opensAtMs,
    recorder: trade.recorder.state(),
  };
  return continueAsNew<typeof SniperWorkflow>(trade.input, {
    kind: 'position',
    state,
    options,
    guarded,
  });
};

const seenText = (trade: TradeState): string =>
  trade.opensAtMs === null
    ? `Seen by ${trade.input.source}; the opening is not known`
    : `Seen by ${trade.input.source}; opens at ${new Date(trade.opensAtMs).toISOString()}`;

/** Resolves shortly before the opening, at once for what trades already, or when given up. */
const dueForAdmission = async (trade: TradeState): Promise<void> => {
  const deadline = trade.startedAtMs + PATIENCE_MS;
  while (Date.now() < deadline && trade.giveUp === null && !trade.trading) {
    const { opensAtMs } = trade;
    const dueMs = (opensAtMs === null ? deadline : opensAtMs - ADMISSION_LEAD_MS) - Date.now();
    if (dueMs <= 0) return;
    await condition(
      () => trade.giveUp !== null || trade.trading || trade.opensAtMs !== opensAtMs,
      dueMs,
    );
  }
  if (!trade.trading && trade.opensAtMs === null)
    trade.giveUp ??= { outcome: 'cancelled', reason: 'nobody saw it open' };
};

const admitted = async (trade: TradeState, options: TradingOptions) => {
  const { input, workflowId, opensAtMs } = trade;
  const admission = await reads.admitTrade({ input, workflowId, options, opensAtMs });
  // Absent in histories of older builds, in which nobody could set another one meanwhile.
  const { verdict, budget = options.quoteAmount } = admission;
  trade.recorder.record({
    kind: 'verdict',
    text: verdict.allowed
      ? `Allowed: ${budget} ${input.quote} reserved`
      : `Denied: ${denialOf(verdict)}`,
    detail: verdict,
    times: { verdictAt: Date.now() },
    ...(verdict.allowed ? { phase: 'admitted' } : {}),
  });
  return { verdict, options: { ...options, quoteAmount: budget } };
};

const denialOf = (verdict: Verdict): string =>
  verdict.rules
    .filter((rule) => !rule.passed)
    .map((rule) => `${rule.rule} ${rule.actual}, allowed ${rule.limit}`)
    .join('; ');

const close = async (
  trade: TradeState,
  outcome: Outcome,
  because: string,
): Promise<TradeResult> => {
  await trade.recorder.written();
  const { profit } = await records.closeTrade({ tradeId: trade.input.listingId, outcome });
  const summary = profit === null ? because : `${because}; ${profit} ${trade.input.quote}`;
  trade.result = { outcome, summary, profit };
  trade.recorder.record({
    kind: 'phase',
    text: summary,
    phase: 'closed',
    times: { closedAt: Date.now() },
  });
  await trade.recorder.written();
  await condition(allHandlersFinished);
  return trade.result;
};
