import { Context } from '@temporalio/activity';
import type { EntryRequest } from '#domain/entry-request.ts';
import type { ActivityDeps } from '../deps.ts';
import { enterOpening } from './enter-opening.ts';
import type { EntryResult } from './entry-types.ts';

/**
 * Waits for a pair's opening and buys it: the race itself, in a process that hears the market.
 * Never repeated by Temporal. Before it holds the permit it may be released and armed again; from
 * then on whatever is not proven is `unknown`, and the workflow asks. An entry that this process
 * began ahead of its workflow is joined.
 */
export const buyAtOpen =
  (deps: ActivityDeps) =>
  async (request: EntryRequest): Promise<EntryResult> => {
    const { cancellationSignal } = Context.current();
    const ahead = deps.headStarts.take(request.arming.token);
    if (ahead !== null) {
      if (cancellationSignal.aborted) ahead.stop();
      cancellationSignal.addEventListener('abort', ahead.stop);
      return ahead.result;
    }
    const { budget, ...asked } = request;
    return enterOpening(deps, asked, {
      signal: AbortSignal.any([cancellationSignal, deps.stopping]),
      leave: () => Promise.resolve({ kind: 'leave', budget }),
    });
  };
