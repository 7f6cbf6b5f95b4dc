import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SourceRaceView } from '#api/schemas/analytics.ts';
import type { SourceView } from '#api/schemas/system.ts';
import { queries } from '../../api/queries.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { StateBadge } from '../../components/badges.tsx';
import { Missing } from '../../components/amount.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { HeadChoice } from '../../components/field.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Ago } from '../../components/times.tsx';
import { wordsOf } from '../../lib/format.ts';
import { durationText } from '../../lib/time.ts';
import { usePageTitle } from '../use-page-title.ts';

type Runner = SourceRaceView['sources'][number];

/** Where listings are heard of: which source is first, and whether each one answers. */
export const SourcesPage = () => {
  usePageTitle('Sources');
  const system = useQuery(queries.system);
  return (
    <>
      <h1 className="sr-only">Sources</h1>
      <Race />
      <Card title="Do they answer?">
        <QueryState
          query={system}
          rows={5}
          isEmpty={(data) => data.exchange.sources.length === 0}
          empty="No monitor has said anything about sources yet. Start the bot; each source appears here with its first answer."
        >
          {(data) => (
            <DataTable
              caption="Sources of listings, and how they answer"
              columns={answerColumns}
              rows={data.exchange.sources}
              keyOf={(row) => row.name}
              attributesOf={(row) => ({ 'data-source': row.name })}
            />
          )}
        </QueryState>
      </Card>
    </>
  );
};

const WINDOWS = [
  { value: '1', text: '24 hours' },
  { value: '7', text: '7 days' },
  { value: '30', text: '30 days' },
  { value: '365', text: '1 year' },
] as const;

const Race = () => {
  const [days, setDays] = useState('30');
  const race = useQuery(recordQueries.sourceRace(Number(days)));
  return (
    <Card
      title="The race"
      aside={<HeadChoice label="Over" value={days} options={WINDOWS} onChoose={setDays} />}
    >
      <QueryState
        query={race}
        rows={5}
        isEmpty={(data) => data.sources.length === 0}
        empty="No source has reported a pair in this time. From the first report on, this shows who is first and how far the others are behind."
      >
        {(data) => (
          <>
            <p className="px-4 pt-3 text-muted">{winnerText(data.sources)}</p>
            <DataTable
              caption="Sources, those that were first most often on top"
              columns={raceColumns(data.sources)}
              rows={data.sources}
              keyOf={(row) => row.source}
              attributesOf={(row) => ({ 'data-runner': row.source })}
            />
          </>
        )}
      </QueryState>
    </Card>
  );
};

const winnerText = (sources: readonly Runner[]): string => {
  const most = Math.max(0, ...sources.map((each) => each.first));
  if (most === 0) return 'No listing was reported yet, only known pairs.';
  const best = sources.filter((each) => each.first === most).map((each) => wordsOf(each.source));
  const all = sources.reduce((sum, each) => sum + each.first, 0);
  return `${best.join(' and ')}: first to report ${most} of ${all} listings${best.length === 1 ? '' : ' each'}.`;
};

const raceColumns = (sources: readonly Runner[]): readonly Column<Runner>[] => {
  const most = Math.max(1, ...sources.map((each) => each.first));
  return [
    { name: 'Source', cell: (row) => <span className="font-medium">{wordsOf(row.source)}</span> },
    {
      name: 'First',
      cell: (row) => (
        <span className="flex items-center gap-2">
          <span className="w-8 text-right">{row.first}</span>
          <span aria-hidden="true" className="h-2 w-24 rounded bg-raised lg:w-48">
            <span
              className="block h-2 rounded bg-accent"
              style={{ width: `${(row.first / most) * 100}%` }}
            />
          </span>
        </span>
      ),
    },
    { name: 'Listings', cell: (row) => row.listings, numeric: true },
    { name: 'Alone', cell: (row) => row.alone, numeric: true, from: 'md' },
    {
      name: 'Behind, median',
      cell: (row) => (row.medianBehindMs === null ? <Missing /> : durationText(row.medianBehindMs)),
      numeric: true,
      from: 'sm',
    },
    { name: 'Reports', cell: (row) => row.reports, numeric: true, from: 'md' },
    { name: 'Set aside', cell: (row) => row.setAside, numeric: true, from: 'lg' },
  ];
};

const answerColumns: readonly Column<SourceView>[] = [
  { name: 'Source', cell: (row) => <span className="font-medium">{wordsOf(row.name)}</span> },
  { name: 'State', cell: (row) => <StateBadge ok={row.ok} text={row.ok ? 'Answers' : 'Silent'} /> },
  { name: 'Last answer', cell: (row) => <Ago at={row.lastOkAt} />, numeric: true },
  { name: 'Every', cell: (row) => durationText(row.everyMs), numeric: true, from: 'sm' },
  {
    name: 'A look takes',
    cell: (row) => (row.tookMs === null ? <Missing /> : durationText(row.tookMs)),
    numeric: true,
    from: 'md',
  },
  {
    name: 'Behind the first',
    cell: (row) => (row.lagMs === null ? <Missing /> : durationText(row.lagMs)),
    numeric: true,
    from: 'lg',
  },
  { name: 'Errors', cell: (row) => row.errors, numeric: true, from: 'sm' },
  { name: 'Unreadable', cell: (row) => row.malformed, numeric: true, from: 'lg' },
  {
    name: 'Last error',
    cell: (row) => <span className="text-muted">{row.lastError}</span>,
    from: 'xl',
  },
];
