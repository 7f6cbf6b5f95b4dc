import type { Context } from 'hono';
import { ApiProblem } from '../../problem.ts';
import type { ApiEnv } from '../../router.ts';

/** Who calls; the guard has proved it. */
export const callerOf = (c: Context<ApiEnv>) => {
  const caller = c.get('caller');
  if (caller === undefined) throw new ApiProblem('UNAUTHENTICATED', 'Sign in first.');
  return caller;
};

/** The cookies of a call, as the library reads them. */
export const cookieOf = (c: Context<ApiEnv>): Headers =>
  new Headers({ cookie: c.req.header('cookie') ?? '' });
