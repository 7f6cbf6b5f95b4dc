import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowSignalWithStartOptions,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { TradingOptions } from '#domain/configuration.ts';
import type { Source } from '#domain/listing.ts';
import type { SniperInput } from '#domain/trade.ts';
import type { PendingSighting } from '#prisma/listings.ts';
import { markHandled } from '#prisma/seen-coins.ts';
import {
  openingCancelled,
  openingMoved,
  sighted,
  sniperWorkflowId,
  surpriseMemo,
  taskQueues,
  type Sighted,
} from '#workflows/messages.ts';
import { searchAttributes } from '#workflows/search-attributes.ts';
import type { SniperWorkflow } from '#workflows/sniper-workflow.ts';
import type { Run } from './commit-sightings.ts';
import type { MonitorDeps } from './deps.ts';

/**
 * Starts the workflow of a sighting's listing, or tells the one that runs, then marks the sighting
 * as handed over. May repeat: the workflow's id is the listing's, and a closed one is not reopened.
 */
export const startTrade = async (
  deps: MonitorDeps,
  pending: PendingSighting,
  run: Run,
): Promise<void> => {
  const { listing } = pending;
  if (listing === null) throw new Error(`the sighting ${pending.id} has no listing to start`);
  if (pending.reason !== null) {
    await tellTakenBack(deps.temporal, pending, listing);
    await markHandled(deps.db, pending, deps.clock.now());
    return;
  }
  const input: SniperInput = {
    installationId: pending.installationId,
    listingId: listing.id,
    symbol: listing.symbol,
    base: listing.base,
    quote: listing.quote,
    source: pending.source as Source, // written by recordSighting from a Source
    opensAtMs: listing.opensAt?.getTime() ?? null,
    configurationId: run.configurationId,
  };
  const sighting: Sighted = {
    source: input.source,
    // What all sources together say: a hint does not overrule the exchange's own record.
    opensAtMs: pending.opensAt === null ? null : input.opensAtMs,
    trading: pending.trading,
  };
  const isSurprise = sighting.trading && listing.state === 'seen';
  if (isSurprise) await startAtOnce(deps, input, run.options);
  await startOrTell(deps, input, sighting);
  await markHandled(deps.db, pending, deps.clock.now());
};

/** An opening fell away: the one that runs is told; one that has ended or never began needs nothing. */
const tellTakenBack = async (
  temporal: Client,
  { reason, source }: PendingSighting,
  listing: NonNullable<PendingSighting['listing']>,
): Promise<void> => {
  const workflow = temporal.workflow.getHandle(sniperWorkflowId(listing.id));
  const told =
    reason === 'calledOff'
      ? workflow.signal(openingCancelled, { reason: `called off, says ${source}` })
      : workflow.signal(openingMoved, {
          opensAtMs: listing.opensAt?.getTime() ?? null,
          by: source,
        });
  await told.catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
};

/** Starts the workflow of a listing, or tells the one that runs. */
const startOrTell = async (
  { temporal, log }: Pick<MonitorDeps, 'temporal' | 'log'>,
  input: SniperInput,
  sighting: Sighted,
): Promise<void> => {
  const options: WorkflowSignalWithStartOptions<[Sighted]> & WorkflowStartOptions = {
    ...startOptions(input),
    signal: sighted,
    signalArgs: [sighting],
  };
  try {
    await temporal.workflow.signalWithStart('SniperWorkflow', options);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { symbol, listingId } = input;
    log.info({ symbol, listingId }, 'Sighted again after its end');
  }
};

/**
 * Starts the workflow of a pair that trades already, eagerly in this process, and beside it its
 * purchase: only who could start it may send.
 */
const startAtOnce = async (
  { temporal, beginEntry }: Pick<MonitorDeps, 'temporal' | 'beginEntry'>,
  input: SniperInput,
  options: TradingOptions,
): Promise<void> => {
  const workflowId = sniperWorkflowId(input.listingId);
  const starting = temporal.workflow.start<typeof SniperWorkflow>('SniperWorkflow', {
    ...startOptions(input),
    memo: { [surpriseMemo]: true },
    workflowIdConflictPolicy: 'FAIL',
    requestEagerStart: true,
  });
  const isOwned = starting.then(
    () => true,
    () => false,
  );
  await beginEntry({ input, workflowId, options, isOwned });
  await starting.catch((error: unknown) => {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    // It runs or has ended; one that runs is told.
  });
};

const startOptions = (input: SniperInput) => ({
  taskQueue: taskQueues.sniper,
  workflowId: sniperWorkflowId(input.listingId),
  args: [input] as [SniperInput],
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  workflowTaskTimeout: '2 s' as const,
  staticSummary: summaryOf(input),
  typedSearchAttributes: new TypedSearchAttributes([
    { key: searchAttributes.symbol, value: input.symbol },
    { key: searchAttributes.phase, value: 'waiting' },
    { key: searchAttributes.source, value: input.source },
    ...(input.opensAtMs === null
      ? []
      : [{ key: searchAttributes.opensAt, value: new Date(input.opensAtMs) }]),
  ]),
});

const summaryOf = (input: SniperInput): string =>
  input.opensAtMs === null
    ? `${input.symbol}, opening unknown`
    : `${input.symbol}, opens ${new Date(input.opensAtMs).toISOString()}`;
