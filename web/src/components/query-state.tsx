import type { UseQueryResult } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ApiError, problemText } from '../api/client.ts';
import { Button } from './button.tsx';
import { Ago } from './times.tsx';

/** The four states of a question: asked, failed, empty, answered. */
export const QueryState = <T,>({
  query,
  rows = 3,
  empty,
  isEmpty,
  children,
}: {
  query: UseQueryResult<T>;
  /** Height of the skeleton, in rows of data. */
  rows?: number;
  empty?: ReactNode;
  isEmpty?: (data: T) => boolean;
  children: (data: T) => ReactNode;
}) => {
  const failure = useFailure(query);
  if (query.data !== undefined)
    return (
      <>
        <OldAnswer query={query} />
        {isEmpty?.(query.data) === true ? (
          <div data-query="empty" className="px-4 py-6 text-muted">
            {empty}
          </div>
        ) : (
          children(query.data)
        )}
      </>
    );
  if (failure !== null) return <Problem error={failure} retry={() => void query.refetch()} />;
  return (
    <div aria-busy="true" data-query="pending" className="space-y-2 p-4">
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, n) => (
        <div key={n} className="h-9 rounded bg-raised" />
      ))}
    </div>
  );
};

/** Why there is nothing to show. It stays while it is asked again: a page that fails does not blink. */
const useFailure = ({ error, errorUpdateCount }: UseQueryResult): Error | null => {
  const [last, setLast] = useState(error);
  if (error !== null && error !== last) setLast(error);
  return error ?? (errorUpdateCount > 0 ? last : null);
};

/** Says that an answer could not be asked for again: old numbers must not look fresh. */
const OldAnswer = <T,>({ query }: { query: UseQueryResult<T> }) =>
  query.error === null ? null : (
    <p role="alert" className="border-b border-line bg-warn/15 px-4 py-1.5 text-warn">
      This is of <Ago at={new Date(query.dataUpdatedAt).toISOString()} />: asking again failed.{' '}
      {problemText(query.error)}
    </p>
  );

/** What failed, with the request id, and Retry. */
export const Problem = ({ error, retry }: { error: Error; retry: () => void }) => {
  const requestId = error instanceof ApiError ? (error.envelope?.requestId ?? null) : null;
  return (
    <div role="alert" data-query="error" className="flex flex-wrap items-center gap-3 px-4 py-5">
      <span className="text-danger">{error.message}</span>
      {requestId === null ? null : <code className="text-2xs text-muted">request {requestId}</code>}
      <Button onClick={retry}>Retry</Button>
    </div>
  );
};
