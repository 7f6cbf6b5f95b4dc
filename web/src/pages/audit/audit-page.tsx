import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { AuditEntryView } from '#api/schemas/audit.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { StateBadge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Json } from '../../components/json.tsx';
import { Changes } from '../../components/changes.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Ago } from '../../components/times.tsx';
import { changesOf, type Change } from '../../lib/changes.ts';
import { usePageTitle } from '../use-page-title.ts';
import { RecordTabs } from './record-tabs.tsx';

/** Who did what: everything that meant to change something, done or refused. */
export const AuditPage = () => {
  usePageTitle('Audit');
  const { since } = useSearch({ from: '/audit' });
  const audit = useInfiniteQuery(recordQueries.audit(since ?? null));
  const rows = audit.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="Audit" aside={<RecordTabs />}>
      <h1 className="sr-only">Audit</h1>
      <div className="border-b border-line px-4 py-2">
        <Since />
      </div>
      <QueryState
        query={audit}
        rows={8}
        isEmpty={() => rows.length === 0}
        empty={
          since === undefined
            ? 'Nobody has changed anything yet. Every call that means to, done or refused, is kept here with what was there before and after.'
            : `Nobody has changed anything since ${since}. Choose an earlier day.`
        }
      >
        {() => (
          <DataTable
            caption="Calls that meant to change something, newest first"
            columns={columns}
            rows={rows}
            keyOf={(row) => row.id}
            more={(row) => <Entry entry={row} />}
            attributesOf={(row) => ({ 'data-path': row.path, 'data-status': String(row.status) })}
          />
        )}
      </QueryState>
      {audit.hasNextPage ? (
        <footer className="border-t border-line px-4 py-2">
          <Button onClick={() => void audit.fetchNextPage()} disabled={audit.isFetchingNextPage}>
            Load older entries
          </Button>
        </footer>
      ) : null}
    </Card>
  );
};

const Since = () => {
  const { since } = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  return (
    <label className="flex items-center gap-2 text-2xs text-muted">
      Since (UTC)
      <input
        type="date"
        value={since ?? ''}
        onChange={(event) =>
          void navigate({
            search: event.target.value === '' ? {} : { since: event.target.value },
            replace: true,
          })
        }
        className="min-h-9 rounded-md border border-control bg-bg px-2 text-sm text-text max-md:min-h-11"
      />
    </label>
  );
};

/** Whether a status says that the call was answered as asked. */
const isDone = (status: number): boolean => status < 400;

const columns: readonly Column<AuditEntryView>[] = [
  { name: 'When', cell: (row) => <Ago at={row.at} /> },
  { name: 'Who', cell: (row) => row.actor, from: 'sm' },
  {
    name: 'What',
    cell: (row) => (
      <code className="text-xs break-all">
        {row.method} {row.path}
      </code>
    ),
  },
  {
    name: 'Answer',
    cell: (row) => (
      <StateBadge
        ok={isDone(row.status)}
        text={`${row.status} ${isDone(row.status) ? 'done' : 'refused'}`}
      />
    ),
  },
  {
    name: 'Changed',
    cell: (row) => (
      <span className="text-muted">{changedText(changesOf(row.before, row.after))}</span>
    ),
    from: 'lg',
  },
];

const changedText = (changes: readonly Change[]): string => {
  const names = changes.map(({ path }) => path);
  return names.length > 3
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
    : names.join(', ');
};

/** What was there before and after, what was sent, and under which id the log has it. */
const Entry = ({ entry }: { entry: AuditEntryView }) => {
  const changes = changesOf(entry.before, entry.after);
  return (
    <div className="space-y-3">
      <Changes changes={changes} before="Before" after="After" none="Nothing was changed." />
      <p className="text-2xs text-muted">
        request <code>{entry.requestId}</code>
        {entry.key === null ? null : (
          <>
            , key <code className="break-all">{entry.key}</code>
          </>
        )}
      </p>
      {entry.input === null ? null : <Json label="What was sent" value={entry.input} />}
    </div>
  );
};
