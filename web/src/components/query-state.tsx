import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { Button } from './button.tsx';

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
  if (query.data !== undefined) {
    if (isEmpty?.(query.data) === true) return <div className="px-4 py-6 text-muted">{empty}</div>;
    return <>{children(query.data)}</>;
  }
  if (query.error !== null)
    return <Problem error={query.error} retry={() => void query.refetch()} />;
  return (
    <div aria-busy="true" className="space-y-2 p-4">
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, n) => (
        <div key={n} className="h-7 rounded bg-raised" />
      ))}
    </div>
  );
};

/** What failed, with the request id, and Retry. */
export const Problem = ({ error, retry }: { error: Error; retry: () => void }) => {
  const requestId = error instanceof ApiError ? (error.envelope?.requestId ?? null) : null;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 px-4 py-5">
      <span className="text-danger">{error.message}</span>
      {requestId === null ? null : <code className="text-2xs text-muted">request {requestId}</code>}
      <Button onClick={retry}>Retry</Button>
    </div>
  );
};
