import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { TradeLogEntryView } from '#api/logs/schemas.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Json } from '../../components/json.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Ago, Clock, ZoneName } from '../../components/times.tsx';
import { wordsOf } from '../../lib/format.ts';
import { LOG_KINDS, withPart, type LogFilter } from '../../lib/log-filter.ts';
import { LOG_LOOKS } from '../trade/record.tsx';
import { usePageTitle } from '../use-page-title.ts';
import { RecordTabs } from './record-tabs.tsx';

/** What happened in all trades, step by step. */
export const LogsPage = () => {
  usePageTitle('Logs');
  const filter = useSearch({ from: '/logs' });
  const logs = useInfiniteQuery(recordQueries.logs(filter));
  const rows = logs.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Card title="Logs" aside={<RecordTabs />}>
      <h1 className="sr-only">Logs of all trades</h1>
      <Filters filter={filter} />
      <QueryState
        query={logs}
        rows={8}
        isEmpty={() => rows.length === 0}
        empty={
          isFiltered
            ? 'Nothing that fits was written down. Pairs and coins are found by their whole name, texts by any part.'
            : 'No trade has begun yet. Each step of each trade is kept here, from the first sighting to the last sale.'
        }
      >
        {() => (
          <DataTable
            caption="Steps of all trades, newest first"
            columns={columns}
            rows={rows}
            keyOf={(row) => `${row.workflowId}.${row.sequence}`}
            more={(row) => <Entry entry={row} />}
            attributesOf={(row) => ({ 'data-symbol': row.symbol, 'data-kind': row.kind })}
          />
        )}
      </QueryState>
      {logs.hasNextPage ? (
        <footer className="border-t border-line px-4 py-2">
          <Button onClick={() => void logs.fetchNextPage()} disabled={logs.isFetchingNextPage}>
            Load older steps
          </Button>
        </footer>
      ) : null}
    </Card>
  );
};

const INPUT =
  'min-h-9 rounded-md border border-control bg-bg px-2 text-sm text-text max-md:min-h-11';

const Filters = ({ filter }: { filter: LogFilter }) => {
  const navigate = useNavigate({ from: '/logs' });
  const change = (name: keyof LogFilter, typed: string) =>
    void navigate({ search: (before: LogFilter) => withPart(before, name, typed), replace: true });
  return (
    <div
      role="search"
      aria-label="Logs"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2"
    >
      {(
        [
          ['symbol', 'Pair or coin', 'w-32'],
          ['text', 'Text contains', 'w-44'],
        ] as const
      ).map(([name, label, width]) => (
        <input
          key={name}
          type="search"
          aria-label={label}
          placeholder={label}
          maxLength={80}
          // Not controlled: the address follows later than a person types.
          defaultValue={filter[name] ?? ''}
          onChange={(event) => change(name, event.target.value)}
          className={`${width} ${INPUT}`}
        />
      ))}
      <label className="flex items-center gap-2 text-2xs text-muted">
        Kind
        <select
          value={filter.kind ?? ''}
          onChange={(event) => change('kind', event.target.value)}
          className={INPUT}
        >
          <option value="">Any</option>
          {LOG_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {wordsOf(kind)}
            </option>
          ))}
        </select>
      </label>
      {(['from', 'to'] as const).map((name) => (
        <label key={name} className="flex items-center gap-2 text-2xs text-muted">
          {wordsOf(name)} (UTC)
          <input
            type="date"
            value={filter[name] ?? ''}
            onChange={(event) => change(name, event.target.value)}
            className={INPUT}
          />
        </label>
      ))}
    </div>
  );
};

const Pair = ({ entry }: { entry: TradeLogEntryView }) => (
  <Link
    to="/trades/$id"
    params={{ id: entry.tradeId }}
    className="font-medium underline-offset-4 hover:underline"
  >
    {entry.symbol}
  </Link>
);

const columns: readonly Column<TradeLogEntryView>[] = [
  { name: 'When', cell: (row) => <Ago at={row.at} /> },
  { name: 'Pair', cell: (row) => <Pair entry={row} />, from: 'sm' },
  { name: 'Kind', cell: (row) => wordsOf(row.kind), from: 'md' },
  {
    name: 'What happened',
    cell: (row) => (
      <>
        <span className="block sm:hidden">
          <Pair entry={row} />
        </span>
        <span className={`break-words ${LOG_LOOKS[row.kind]}`}>{row.text}</span>
      </>
    ),
  },
];

/** The exact time, and what the exchange or the rules answered. */
const Entry = ({ entry }: { entry: TradeLogEntryView }) => (
  <div className="space-y-3">
    <p className="text-2xs text-muted">
      <Clock at={entry.at} withMs /> <ZoneName />, step {entry.sequence} of{' '}
      <code className="break-all">{entry.workflowId}</code>
    </p>
    <Json label="Its detail" value={entry.detail} />
  </div>
);
