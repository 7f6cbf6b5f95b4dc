import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { tradeAllows, type Phase } from '#domain/trade.ts';
import {
  openingCancelled,
  runSnapshot,
  stopRun,
  type BotRunInput,
  type RunSnapshot,
  type StopRun,
} from './messages.ts';
import { records, watchers } from './proxies.ts';

/** While a stop closes positions, what is left is looked at this often. */
const CLOSING_LOOK_MS = 2000;
/** Closing positions is waited for at most this long; the guards go on after it. */
const CLOSING_MAX_MS = 3_600_000;

/** One run of the bot: keeps the sources watched until it is asked to stop, then stops gracefully. */
export async function BotRunWorkflow(input: BotRunInput): Promise<RunSnapshot> {
  const run: { state: RunSnapshot['state']; progress: string | null; stop: StopRun | null } = {
    state: 'starting',
    progress: null,
    stop: null,
  };
  setHandler(runSnapshot, () => ({ state: run.state, progress: run.progress }));
  setHandler(stopRun, (stop) => {
    run.stop ??= stop;
    if (run.state !== 'stopped') run.state = 'stopping';
    return { state: run.state, progress: run.progress };
  });
  const record = (state: RunSnapshot['state'], progress: string | null) => {
    run.state = state;
    run.progress = progress;
    const { workflowId } = workflowInfo();
    const positions = run.stop?.positions ?? null;
    return records.recordRun({ ...input, workflowId, state, positions, progress });
  };

  if (run.stop === null) await record('running', null);
  await watchUntilStopped(input, () => run.stop !== null);
  await condition(allHandlersFinished);
  if (run.stop === null) return continueAsNew<typeof BotRunWorkflow>(input);
  await record('stopping', 'No new listings are looked for; armed entries are released');
  await releaseEntries();
  if (run.stop?.positions === 'close') await closePositions((text) => record('stopping', text));
  await record('stopped', null);
  return { state: run.state, progress: run.progress };
}

/** Keeps `watchListings` alive in one of the monitors. */
const watchUntilStopped = async (input: BotRunInput, stopped: () => boolean): Promise<void> => {
  const scope = new CancellationScope({ cancellable: true });
  const watching = scope.run(async () => {
    while (!workflowInfo().continueAsNewSuggested)
      await watchers.watchListings({ runId: input.runId });
  });
  const ended = watching.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
  await Promise.race([condition(stopped), ended]);
  scope.cancel();
  await ended;
};

/** Tells every trade that has not bought yet that its entry is off. */
const releaseEntries = async (): Promise<void> => {
  for (const trade of await records.listOpenTrades()) {
    if (!tradeAllows.disarm(trade.phase as Phase)) continue;
    // The trade may have ended meanwhile: then there is nothing to tell.
    await getExternalWorkflowHandle(trade.workflowId)
      .signal(openingCancelled, { reason: 'the run was stopped' })
      .catch(() => undefined);
  }
};

/** Asks every guard to sell, and waits until nothing is open or the time is up. */
const closePositions = async (say: (text: string) => Promise<void>): Promise<void> => {
  const looks = Math.ceil(CLOSING_MAX_MS / CLOSING_LOOK_MS);
  for (let look = 0; look < looks; look += 1) {
    const open = await records.listOpenTrades();
    if (open.length === 0) return;
    for (const trade of open)
      await records.requestSale({ listingId: trade.id, reason: 'the run was stopped' });
    await say(`Waiting for ${open.length} open trades: ${open.map((t) => t.symbol).join(', ')}`);
    await sleep(CLOSING_LOOK_MS);
  }
};
