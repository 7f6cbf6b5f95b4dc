import { upsertSearchAttributes, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '#activities/index.ts';
import type { Phase } from '#domain/trade.ts';
import { records } from './proxies.ts';
import { searchAttributes } from './search-attributes.ts';

type TradeEvent = Parameters<Activities['recordEvent']>[0];
type Step = Pick<TradeEvent, 'kind' | 'text'> &
  Partial<Pick<TradeEvent, 'detail' | 'phase' | 'exitReason' | 'opensAtMs' | 'times'>>;

/** What a run that continues as new begins with. */
export interface RecorderState {
  readonly phase: Phase;
  readonly summary: string;
  /** Number of the last step. */
  readonly sequence: number;
}

/** Tells the record what happened, in order, without making the trade wait for it. */
export interface Recorder {
  readonly state: () => RecorderState;
  readonly phase: () => Phase;
  readonly summary: () => string;
  /** Numbers the step and queues it. A step is written once, whatever is repeated. */
  record(step: Step): void;
  /** Resolves when all that was recorded so far is written. */
  written(): Promise<void>;
}

/** Steps are written one after the other; an exit never waits for the one before it. */
export const createRecorder = (tradeId: string, from: RecorderState | null): Recorder => {
  const { workflowId } = workflowInfo();
  let phase: Phase = from?.phase ?? 'waiting';
  let summary = from?.summary ?? 'Seen';
  let sequence = from?.sequence ?? 0;
  let tail: Promise<void> = Promise.resolve();
  return {
    state: () => ({ phase, summary, sequence }),
    phase: () => phase,
    summary: () => summary,
    record: (step) => {
      sequence += 1;
      summary = step.text;
      setCurrentDetails(step.text);
      if (step.phase !== undefined && step.phase !== phase) {
        phase = step.phase;
        upsertSearchAttributes([{ key: searchAttributes.phase, value: phase }]);
      }
      const event = { ...step, workflowId, tradeId, sequence, atMs: Date.now() };
      tail = tail.then(() => records.recordEvent(event));
    },
    written: () => tail,
  };
};
