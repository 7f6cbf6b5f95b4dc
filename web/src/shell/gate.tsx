import { useQuery, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiError } from '../api/client.ts';
import { createLiveStream, type LiveStream } from '../api/events.ts';
import { sessionQuery } from '../api/session.ts';
import { Problem } from '../components/query-state.tsx';
import { SignInPage } from '../pages/sign-in-page.tsx';
import { router } from '../routes.tsx';
import { LiveProvider } from './live-context.ts';

let stream: LiveStream | null = null;
/** One for as long as the page lives; opened with the first sign-in. */
const liveStream = (client: QueryClient): LiveStream => (stream ??= createLiveStream(client));

/**
 * The pages for who is signed in, the sign-in for everyone else. The address stays what it was, so
 * that a session that ended is continued at the same place.
 */
export const Gate = ({ client }: { client: QueryClient }) => {
  const session = useQuery(sessionQuery);
  const isIn = session.data !== undefined && session.data !== null;
  useEffect(() => {
    if (isIn && window.location.pathname === '/sign-in')
      void router.navigate({ to: '/', replace: true });
  }, [isIn]);
  if (isIn)
    return (
      <LiveProvider value={liveStream(client)}>
        <RouterProvider router={router} />
      </LiveProvider>
    );
  if (session.data === null) return <SignInPage />;
  if (session.error !== null)
    return <Problem error={session.error} retry={() => void session.refetch()} />;
  return (
    <p aria-busy="true" className="p-6 text-muted">
      Loading
    </p>
  );
};

/** Asks who is signed in again when an answer says that nobody is. */
export const noticeSignOut = (client: QueryClient, error: Error): void => {
  if (error instanceof ApiError && error.status === 401)
    void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
};
