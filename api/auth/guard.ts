import type { Context, MiddlewareHandler } from 'hono';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import type { ApiEnv } from '../router.ts';
import type { Caller } from './caller.ts';
import { includes } from './caller.ts';
import { requiredRole } from './required-role.ts';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** What is not the API itself: the dashboard's own files, which hold nothing of anybody. */
const isGuarded = (path: string): boolean => /^\/(?:api|health)(?:\/|$)/.test(path);

/** Names who calls, and refuses nobody's calls where a role is needed. Counts the calls of each. */
export const identified =
  (deps: ApiDeps): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    if (!isGuarded(c.req.path)) return next();
    const needed = requiredRole(c.req.method, c.req.path);
    const change = !READS.has(c.req.method) && c.req.path !== '/api/codec/decode';
    const caller = needed === null ? null : await callerOf(deps, c, change);
    limit(deps, c, { caller, change });
    if (needed !== null && caller === null)
      throw new ApiProblem('UNAUTHENTICATED', 'Sign in first, or send a token.');
    if (caller !== null) c.set('caller', caller);
    c.set('mayCall', needed === null || (caller !== null && includes(caller.role, needed)));
    await next();
  };

/** Refuses what the caller's role does not include. After the audit, which keeps that it was asked. */
export const authorized: MiddlewareHandler<ApiEnv> = (c, next) => {
  if (c.get('mayCall') === false)
    throw new ApiProblem('FORBIDDEN', 'Only an operator may do that; you are signed in as viewer.');
  return next();
};

const callerOf = async (
  deps: ApiDeps,
  c: Context<ApiEnv>,
  change: boolean,
): Promise<Caller | null> => {
  if (c.env.caller !== undefined) return c.env.caller;
  const authorization = c.req.header('authorization');
  const caller = await deps.auth.identify(
    { authorization, cookie: c.req.header('cookie') },
    change,
  );
  // Browsers name the page that a change comes from; what carries a cookie and names none is odd.
  if (caller?.via === 'session' && change && c.req.header('origin') === undefined)
    throw new ApiProblem(
      'FORBIDDEN',
      'A browser says which page it calls from; this call did not.',
    );
  return caller;
};

const limit = (
  { auth, publicUrl }: ApiDeps,
  c: Context<ApiEnv>,
  { caller, change }: { caller: Caller | null; change: boolean },
): void => {
  const seconds =
    caller === null
      ? auth.wait.strangers(addressOf(c, publicUrl !== null))
      : auth.wait[change ? 'changes' : 'reads'](caller.id);
  if (seconds === 0) return;
  throw new ApiProblem('RATE_LIMITED', `Too many calls; try again in ${seconds} s.`, {
    retryAfterSeconds: seconds,
  });
};

/** Where a call comes from; behind a proxy the proxy says it, last. */
export const addressOf = (c: Context<ApiEnv>, proxied: boolean): string => {
  const said = proxied ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  return said ?? c.env.incoming?.socket.remoteAddress ?? 'none';
};
