import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowSignalWithStartOptions,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Source } from '#domain/listing.ts';
import type { SniperInput } from '#domain/trade.ts';
import { markHandled, type pendingSightings } from '#prisma/seen-coins.ts';
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
import type { MonitorDeps } from './deps.ts';

type Pending = Awaited<ReturnType<typeof pendingSightings>>[number];

/**
 * Starts the workflow of a sighting's listing, or tells the one that runs, then marks the sighting
 * as handed over. May repeat: the workflow's id is the listing's, and a closed one is not reopened.
 */
export const startTrade = async (
  deps: MonitorDeps,
  pending: Pending,
  configurationId: string,
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
    configurationId,
  };
  const sighting: Sighted = {
    source: input.source,
    // What all sources together say: a hint does not overrule the exchange's own record.
    opensAtMs: pending.opensAt === null ? null : input.opensAtMs,
    trading: pending.trading,
  };
  const isSurprise = sighting.trading && listing.state === 'seen';
  await startOrTell(deps, input, { sighting, isSurprise }).catch((error: unknown) => {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    deps.log.info({ symbol: input.symbol, listingId: listing.id }, 'Sighted again after its end');
  });
  await markHandled(deps.db, pending, deps.clock.now());
};

/** An opening fell away: the one that runs is told; one that has ended or never began needs nothing. */
const tellTakenBack = async (
  temporal: Client,
  { reason, source }: Pending,
  listing: NonNullable<Pending['listing']>,
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

/** A pair that trades already is started eagerly, in this process; others may wait for a poller. */
const startOrTell = async (
  deps: Pick<MonitorDeps, 'temporal' | 'beginEntry'>,
  input: SniperInput,
  { sighting, isSurprise }: { sighting: Sighted; isSurprise: boolean },
): Promise<void> => {
  if (isSurprise) await startAtOnce(deps, input);
  const options: WorkflowSignalWithStartOptions<[Sighted]> & WorkflowStartOptions = {
    ...startOptions(input),
    signal: sighted,
    signalArgs: [sighting],
  };
  await deps.temporal.workflow.signalWithStart('SniperWorkflow', options);
};

/** Starts the workflow and, beside it, its purchase: only who could start it may send. */
const startAtOnce = async (
  { temporal, beginEntry }: Pick<MonitorDeps, 'temporal' | 'beginEntry'>,
  input: SniperInput,
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
  beginEntry({ input, workflowId, isOwned });
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
