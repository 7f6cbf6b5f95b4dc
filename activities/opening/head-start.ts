import { entryRequestOf, entryToken, type Surprise } from '#domain/entry-request.ts';
import { armLeg } from '#prisma/permits.ts';
import { admitTrade } from '../admit-trade.ts';
import type { ActivityDeps } from '../deps.ts';
import { openTradeOf } from '../open-trade.ts';
import { enterOpening, type Leave } from './enter-opening.ts';
import { released, type EntryResult } from './entry-types.ts';

/**
 * Begins the first entry of a trade while its workflow is being started: opens, judges, reserves and
 * arms as the workflow would, under the token of its first arming, and leaves the result for its
 * `buyAtOpen`. Each of these steps may repeat, so the workflow finds its own done. When this process
 * dies, the permit says whether an order may have been sent, as for any entry (docs/adr/0016).
 * Returns at once.
 */
export const beginEntry = (deps: ActivityDeps, surprise: Surprise): void => {
  const { workflowId, input } = surprise;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, deps.stopping]);
  const result = enterAhead(deps, surprise, signal);
  deps.headStarts.add(entryToken(workflowId, 1), { result, stop: () => stop.abort() });
  result.catch((error: unknown) =>
    deps.log.warn({ error, workflowId, symbol: input.symbol }, 'The head start came to nothing'),
  );
};

const enterAhead = async (
  deps: ActivityDeps,
  { input, workflowId, isOwned }: Surprise,
  signal: AbortSignal,
): Promise<EntryResult> => {
  const { opensAtMs } = input;
  const { options } = await openTradeOf(deps, input, workflowId);
  const token = entryToken(workflowId, 1);
  const request = entryRequestOf(input, { workflowId, token, opensAtMs, options });
  const times = { verdictAtMs: 0, armedAtMs: 0 };
  const judged = admitTrade(deps)({ input, workflowId, options, opensAtMs });
  const leave = async (): Promise<Leave> => {
    const { verdict, takerFee, budget = options.quoteAmount } = await judged;
    times.verdictAtMs = deps.clock.now();
    if (!verdict.allowed) return released('the risk rules say no');
    const { kind } = await armLeg(deps.db, { ...request.arming, workflowId, quantity: null });
    if (kind !== 'armed') return released(`the entry is ${kind}`);
    times.armedAtMs = deps.clock.now();
    return (await isOwned)
      ? { kind: 'leave', takerFee, budget }
      : released('its workflow did not start here');
  };
  const result = await enterOpening(deps, request, { signal, leave });
  return result.kind === 'executed' ? { ...result, times: { ...result.times, ...times } } : result;
};
