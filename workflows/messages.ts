import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ExitOptions } from '#domain/configuration.ts';
import type { Source } from '#domain/listing.ts';
import type { Phase, SniperInput, TradeResult } from '#domain/trade.ts';

// Names, ids and messages of the workflows: all that the monitor and the API need to reach them.

/** Task queues; DESIGN §3 says who polls which. */
export const taskQueues = {
  sniper: 'sniper',
  openings: 'openings',
  detect: 'detect',
  holding: 'holding',
  ops: 'ops',
} as const;

/** One run at a time: the id is constant and a second start is refused. */
export const botRunWorkflowId = 'bot-run';
/** The workflow of a listing. A closed id answers AlreadyStarted: a listing is traded once. */
export const sniperWorkflowId = (listingId: string): string => `sniper:${listingId}`;

/** Set in the memo of a trade that was started eagerly because its pair traded already. */
export const surpriseMemo = 'surprise';

/** The next owner of a trade whose workflow was lost. */
export const ownerWorkflowId = (lost: string): string => {
  const [, listing = lost, n = '0'] = /^(.*?)(?::own-(\d+))?$/.exec(lost) ?? [];
  return `${listing}:own-${Number(n) + 1}`;
};

/** Start of AccountTaskWorkflow. */
export type AccountTask =
  /** Asks the exchange what a key may do. */
  | { readonly kind: 'checkCredential'; readonly credentialId: string }
  /** What a person wants of an orphan. */
  | {
      readonly kind: 'adoptOrphan' | 'cancelOrphan';
      readonly orphanId: string;
      readonly by: string;
    }
  /** Holds the record against Temporal and the exchange now. */
  | { readonly kind: 'reconcile' }
  /** Puts the key in use to the test, before real orders. */
  | { readonly kind: 'preflight' };

/** One of a kind at a time about one thing: who asks meanwhile gets the same answer. */
export const accountTaskWorkflowId = (task: AccountTask): string => {
  switch (task.kind) {
    case 'checkCredential':
      return `task:${task.kind}:${task.credentialId}`;
    case 'adoptOrphan':
    case 'cancelOrphan':
      return `task:${task.kind}:${task.orphanId}`;
    case 'reconcile':
    case 'preflight':
      return `task:${task.kind}:now`;
  }
};

/** Start of BotRunWorkflow. */
export interface BotRunInput {
  readonly runId: string;
  readonly installationId: string;
  readonly configurationId: string;
}

export interface StopRun {
  readonly positions: 'keep' | 'close';
}

export interface RunSnapshot {
  readonly state: 'starting' | 'running' | 'stopping' | 'stopped';
  readonly progress: string | null;
}

/** Asks the run to stop; answered at once, the rest is seen as progress. Repeating it is harmless. */
export const stopRun = defineUpdate<RunSnapshot, [StopRun]>('stopRun');
export const runSnapshot = defineQuery<RunSnapshot>('runSnapshot');

export interface Sighted {
  readonly source: Source;
  readonly opensAtMs: number | null;
  readonly trading: boolean;
}

/** Another source reported this listing. */
export const sighted = defineSignal<[Sighted]>('sighted');
/** The announced opening moved; an armed entry is armed again. */
export const openingMoved =
  defineSignal<[{ readonly opensAtMs: number | null; readonly by: string }]>('openingMoved');
/** The listing was called off; an armed entry is disarmed and its money released. */
export const openingCancelled = defineSignal<[{ readonly reason: string }]>('openingCancelled');

/** What a command came to. `tooLate` names the phase it met. */
export type CommandAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'tooLate'; readonly phase: Phase };

/** Gives up an entry that has not been sent. */
export const disarm = defineUpdate<CommandAnswer, [{ readonly reason: string }]>('disarm');
/** Sells all that is held, now. */
export const sellNow = defineUpdate<CommandAnswer, [{ readonly reason: string }]>('sellNow');
/** Replaces the exits of a trade that is not closed. */
export const editExits = defineUpdate<CommandAnswer, [{ readonly exits: ExitOptions }]>(
  'editExits',
);

export interface TradeSnapshot {
  readonly input: SniperInput;
  readonly phase: Phase;
  readonly opensAtMs: number | null;
  readonly summary: string;
  readonly result: TradeResult | null;
}

export const snapshot = defineQuery<TradeSnapshot>('snapshot');
