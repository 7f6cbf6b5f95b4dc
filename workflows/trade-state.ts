import { condition, setHandler, workflowInfo } from '@temporalio/workflow';
import type { ExitOptions } from '#domain/configuration.ts';
import { tradeAllows, type Outcome, type SniperInput, type TradeResult } from '#domain/trade.ts';
import {
  disarm,
  editExits,
  openingCancelled,
  openingMoved,
  sellNow,
  sighted,
  snapshot,
  type CommandAnswer,
} from './messages.ts';
import { records } from './proxies.ts';
import { createRecorder, type Recorder, type RecorderState } from './recorder.ts';

/** Why an entry is given up before it was sent. */
export interface GiveUp {
  readonly outcome: Extract<Outcome, 'disarmed' | 'cancelled'>;
  readonly reason: string;
}

/** What one run of SniperWorkflow knows and hears. Handlers are set before the first await. */
export interface TradeState {
  readonly input: SniperInput;
  readonly workflowId: string;
  /** Of the first run; orders of the trade are not older. */
  startedAtMs: number;
  readonly recorder: Recorder;
  /** Announced opening; moves with the sources. */
  opensAtMs: number | null;
  /** Some source shows the pair trading. */
  trading: boolean;
  /** A lost workflow's trade is taken over: it may hold coins, whatever the phase says. */
  recovering: boolean;
  giveUp: GiveUp | null;
  /** Called when the opening moved or was given up, while an entry is armed. */
  onChange: (() => void) | null;
  result: TradeResult | null;
}

/** What a run hands to the one that continues it: only positions are carried. */
export interface CarriedState {
  readonly startedAtMs: number;
  readonly opensAtMs: number | null;
  readonly recorder: RecorderState;
}

/** A disarm that met a running entry waits this long for its end before it answers. */
const DISARM_ANSWER_MS = 4000;

/** Builds the state and registers every message of the trade. */
export const listen = (input: SniperInput, carried: CarriedState | null): TradeState => {
  const info = workflowInfo();
  const trade: TradeState = {
    input,
    workflowId: info.workflowId,
    startedAtMs: carried?.startedAtMs ?? info.startTime.getTime(),
    recorder: createRecorder(input.listingId, carried?.recorder ?? null),
    opensAtMs: carried === null ? input.opensAtMs : carried.opensAtMs,
    trading: carried !== null,
    recovering: false,
    giveUp: null,
    onChange: null,
    result: null,
  };
  setHandler(sighted, (sighting) => {
    if (sighting.trading) trade.trading = true;
    if (sighting.opensAtMs !== null) moveOpening(trade, sighting.opensAtMs, sighting.source);
  });
  setHandler(openingMoved, (moved) => moveOpening(trade, moved.opensAtMs, moved.by));
  setHandler(openingCancelled, ({ reason }) => give(trade, { outcome: 'cancelled', reason }));
  setHandler(disarm, ({ reason }) => disarmed(trade, reason));
  setHandler(sellNow, ({ reason }) => saleAsked(trade, reason));
  setHandler(editExits, ({ exits }) => exitsEdited(trade, exits));
  setHandler(snapshot, () => ({
    input,
    phase: trade.recorder.phase(),
    opensAtMs: trade.opensAtMs,
    summary: trade.recorder.summary(),
    result: trade.result,
  }));
  return trade;
};

const moveOpening = (trade: TradeState, opensAtMs: number | null, by: string): void => {
  if (opensAtMs === trade.opensAtMs) return;
  trade.opensAtMs = opensAtMs;
  if (trade.result !== null) return;
  const text =
    opensAtMs === null
      ? `The opening is unknown again, says ${by}`
      : `The opening is at ${new Date(opensAtMs).toISOString()}, says ${by}`;
  if (tradeAllows.disarm(trade.recorder.phase()))
    trade.recorder.record({ kind: 'note', text, opensAtMs });
  trade.onChange?.();
};

const give = (trade: TradeState, giveUp: GiveUp): void => {
  trade.giveUp ??= giveUp;
  trade.onChange?.();
};

const disarmed = async (trade: TradeState, reason: string): Promise<CommandAnswer> => {
  const phase = trade.recorder.phase();
  if (!tradeAllows.disarm(phase)) return { kind: 'tooLate', phase };
  give(trade, { outcome: 'disarmed', reason });
  await condition(() => !tradeAllows.disarm(trade.recorder.phase()), DISARM_ANSWER_MS);
  const after = trade.recorder.phase();
  return after === 'closed' ? { kind: 'done' } : { kind: 'tooLate', phase: after };
};

const saleAsked = async (trade: TradeState, reason: string): Promise<CommandAnswer> => {
  const phase = trade.recorder.phase();
  if (!trade.recovering && !tradeAllows.sellNow(phase)) return { kind: 'tooLate', phase };
  await records.requestSale({ listingId: trade.input.listingId, reason });
  return { kind: 'done' };
};

const exitsEdited = async (trade: TradeState, exits: ExitOptions): Promise<CommandAnswer> => {
  const phase = trade.recorder.phase();
  if (!tradeAllows.editExits(phase)) return { kind: 'tooLate', phase };
  await records.editExits({ listingId: trade.input.listingId, exits });
  return { kind: 'done' };
};
