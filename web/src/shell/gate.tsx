import { useQuery, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { createLiveStream, type LiveStream } from '../api/events.ts';
import { sessionQuery } from '../api/session.ts';
import { Problem } from '../components/query-state.tsx';
import { SignInPage } from '../pages/sign-in-page.tsx';
import { router } from '../routes.tsx';
import { LiveProvider } from './live-context.ts';
import { RoleProvider } from './role.ts';

let stream: LiveStream | null = null;
/** One for as long as the page lives; opened with the first sign-in. */
const liveStream = (client: QueryClient): LiveStream => (stream ??= createLiveStream(client));

/**
 * The pages for who is signed in, the sign-in for everyone else. When a session ends, the pages stay
 * behind the sign-in with all that was typed, and are continued there by the same person.
 */
export const Gate = ({ client }: { client: QueryClient }) => {
  const session = useQuery(sessionQuery);
  const [user, setUser] = useState<string | null>(null);
  const isIn = session.data !== undefined && session.data !== null;
  const name = session.data?.name ?? null;
  if (name !== null && name !== user) setUser(name);
  useLeaveSignIn(isIn);
  useAskAgain(client, user !== null && session.data === null);
  if (user === null && session.data === undefined)
    return session.error === null ? (
      <p aria-busy="true" className="p-6 text-muted">
        Loading
      </p>
    ) : (
      <Problem error={session.error} retry={() => void session.refetch()} />
    );
  return (
    <>
      {session.data === null ? (
        user === null ? (
          <SignInPage />
        ) : (
          <Above>
            <SignInPage />
          </Above>
        )
      ) : null}
      {user === null ? null : (
        <div key={user} hidden={session.data === null}>
          <RoleProvider value={session.data?.role ?? 'viewer'}>
            <LiveProvider value={liveStream(client)}>
              <RouterProvider router={router} />
            </LiveProvider>
          </RoleProvider>
        </div>
      )}
    </>
  );
};

/** Above everything, also above a dialog that is open in the pages: nothing else can be reached. */
const Above = ({ children }: { children: ReactNode }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label="Sign in"
      onCancel={(event) => event.preventDefault()}
      className="m-0 h-dvh max-h-none w-full max-w-none bg-bg text-text"
    >
      {children}
    </dialog>
  );
};

const useLeaveSignIn = (isIn: boolean): void => {
  useEffect(() => {
    if (isIn && window.location.pathname === '/sign-in')
      void router.navigate({ to: '/', replace: true });
  }, [isIn]);
};

/** What was refused while nobody was signed in is asked for again once somebody is. */
const useAskAgain = (client: QueryClient, isLost: boolean): void => {
  useEffect(() => {
    if (!isLost) return;
    return () =>
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  }, [client, isLost]);
};

/** Asks who is signed in again when an answer says that nobody is. */
export const noticeSignOut = (client: QueryClient, error: Error): void => {
  if (error instanceof ApiError && error.status === 401)
    void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
};
