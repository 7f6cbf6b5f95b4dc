import { Context } from '@temporalio/activity';
import { isOrderIdOf } from '#domain/order.ts';
import type { ActivityDeps } from './deps.ts';

/** What names the installation that a request is about. */
type Named =
  | { readonly installationId: string }
  | { readonly input: { readonly installationId: string } }
  | { readonly clientOrderIds: readonly string[] };

/** A process that acts for another installation meets this again and again: not too often. */
const AGAIN_AFTER_MS = 2000;

/**
 * Refuses what belongs to another mode or account: asked at the wrong venue, a live order would
 * seem never to have been. Such a request fails, and waits for a process that acts for its own.
 */
export const ofThisInstallation =
  <R extends Named, A>(
    deps: Pick<ActivityDeps, 'installationId' | 'mode' | 'log'>,
    activity: (request: R) => Promise<A>,
  ) =>
  async (request: R): Promise<A> => {
    if (belongs(request, deps.installationId)) return activity(request);
    deps.log.error({ installationId: deps.installationId }, 'A trade of another mode was refused');
    await Context.current().sleep(AGAIN_AFTER_MS);
    throw new Error(
      `This trade belongs to another mode or account; this process acts for ${deps.mode} (${deps.installationId}). Start it in the trade's own mode.`,
    );
  };

/** Client order ids begin with their installation. */
const belongs = (request: Named, installationId: string): boolean => {
  if ('installationId' in request) return request.installationId === installationId;
  if ('input' in request) return request.input.installationId === installationId;
  return request.clientOrderIds.every((id) => isOrderIdOf(installationId, id));
};
