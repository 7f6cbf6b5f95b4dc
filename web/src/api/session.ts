import { queryOptions } from '@tanstack/react-query';
import { ApiError, call } from './client.ts';

/** Who is signed in; the API's own schema `Session`. */
export interface SessionView {
  readonly name: string;
  readonly role: 'viewer' | 'operator';
  readonly via: 'session' | 'token' | 'tokenFile';
  readonly passwordSet: boolean;
  readonly totp: boolean;
}

/** Asked again now and then, so that a page left open notices that its session ended. */
const AGAIN_MS = 60_000;

/** What a sign-in link carries, if this page was opened by one; it leaves the address at once. */
const takeLinkSecret = (): string | null => {
  const secret = window.location.hash.slice(1);
  if (window.location.pathname !== '/sign-in' || secret === '') return null;
  window.history.replaceState(null, '', '/sign-in');
  return secret;
};
let linkSecret = takeLinkSecret();
/** Why the link that opened this page did not sign in; null when none did not. */
export let linkProblem: Error | null = null;

const useUpLink = async (): Promise<void> => {
  if (linkSecret === null) return;
  const secret = linkSecret;
  linkSecret = null;
  try {
    await call('/auth/link', { method: 'POST', body: { secret } });
  } catch (error) {
    linkProblem = error instanceof Error ? error : new Error(String(error));
  }
};

/** Null when nobody is signed in: an answer, not a failure. */
const whoIsIn = async (): Promise<SessionView | null> => {
  await useUpLink();
  try {
    return await call<SessionView>('/auth/session');
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
};

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: whoIsIn,
  refetchInterval: AGAIN_MS,
});
