import { isAPIError } from 'better-auth/api';
import type { Context } from 'hono';
import { ApiProblem } from '../../problem.ts';
import type { ApiEnv } from '../../router.ts';

/** What better-auth's calls answer when they are asked for headers. */
interface Answered<T> {
  readonly headers: Headers;
  readonly response: T;
}

/** Sends the cookies that came with an answer. Throws ApiProblem with `refusal` when it was a no. */
export const withCookies = async <T>(
  c: Context<ApiEnv>,
  refusal: string,
  call: () => Promise<Answered<T>>,
): Promise<T> => {
  const { headers, response } = await refused(refusal, call);
  for (const cookie of headers.getSetCookie()) c.header('Set-Cookie', cookie, { append: true });
  return response;
};

/** Turns the library's refusals into ours; which part was wrong is not said. */
export const refused = async <T>(refusal: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (!isAPIError(error)) throw error;
    if (error.statusCode >= 500) throw new Error('the sign-in failed', { cause: error });
    if (error.statusCode === 429)
      throw new ApiProblem('RATE_LIMITED', 'Too many wrong codes; try again in 15 minutes.');
    throw new ApiProblem('UNAUTHENTICATED', refusal);
  }
};
