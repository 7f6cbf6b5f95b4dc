import { entryRequestOf, entryToken, type Surprise } from '#domain/entry-request.ts';
import { openTrade } from '#prisma/trades.ts';
import { admitWith } from '../admit-trade.ts';
import type { ActivityDeps } from '../deps.ts';
import { enterOpening, type Entering, type Leave } from './enter-opening.ts';
import { released, type EntryResult } from './entry-types.ts';

/**
 * Begins the first entry of a trade while its workflow is being started: opens, judges, reserves and
 * arms as the workflow would, under the token of its first arming, and leaves the result for its
 * `buyAtOpen`. Each of these steps may repeat, so the workflow finds its own done. When this process
 * dies, the permit says whether an order may have been sent, as for any entry (docs/adr/0016).
 * Resolves when what can wait for the order need not wait any more.
 */
export const beginEntry = (deps: ActivityDeps, surprise: Surprise): Promise<void> => {
  const token = entryToken(surprise.workflowId, 1);
  // Two sources may report one pair at one instant: it is one entry.
  if (!deps.headStarts.has(token)) begin(deps, surprise, token);
  return deps.headStarts.leftOf(token);
};

const begin = (deps: ActivityDeps, surprise: Surprise, token: string): void => {
  const { workflowId, input } = surprise;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, deps.stopping]);
  let onLeft = () => {};
  const left = new Promise<void>((resolve) => {
    onLeft = resolve;
  });
  const result = enterAhead(deps, surprise, { signal, onLeft });
  result.catch((error: unknown) =>
    deps.log.warn({ error, workflowId, symbol: input.symbol }, 'The head start came to nothing'),
  );
  deps.headStarts.add(token, { result, left, stop: () => stop.abort() });
};

const enterAhead = async (
  deps: ActivityDeps,
  { input, workflowId, options, isOwned }: Surprise,
  { signal, onLeft }: Required<Pick<Entering, 'signal' | 'onLeft'>>,
): Promise<EntryResult> => {
  const { mode, clock } = deps;
  const { opensAtMs } = input;
  const token = entryToken(workflowId, 1);
  const request = entryRequestOf(input, { workflowId, token, opensAtMs, options });
  let judgedAtMs: number | undefined;
  const leave = async (): Promise<Leave> => {
    const asked = { input, workflowId, options, opensAtMs };
    const admission = await admitWith(deps, asked, {
      armsWith: token,
      before: (tx) => openTrade(tx, { input, workflowId, mode, nowMs: clock.now() }),
    });
    const { verdict, budget = options.quoteAmount, listed } = admission;
    judgedAtMs = clock.now();
    if (!verdict.allowed) return released('the risk rules say no');
    return { kind: 'leave', budget, listed };
  };
  const veto = isOwned.then((yes) => (yes ? null : 'its workflow did not start here'));
  const result = await enterOpening(deps, request, { signal, leave, veto, onLeft });
  return result.kind === 'executed' && judgedAtMs !== undefined
    ? { ...result, times: { ...result.times, judgedAtMs } }
    : result;
};
