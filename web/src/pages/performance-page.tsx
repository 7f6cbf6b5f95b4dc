import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { queries } from '../api/queries.ts';
import { Profit } from '../components/amount.tsx';
import { OutcomeBadge } from '../components/badges.tsx';
import { Card, Fact } from '../components/card.tsx';
import { DataTable, type Column } from '../components/data-table.tsx';
import { EquityChart } from '../components/charts/equity-chart.tsx';
import { Choice } from '../components/field.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Ago } from '../components/times.tsx';
import { wordsOf } from '../lib/format.ts';
import { Calendar } from './performance/calendar.tsx';
import { EntryCost } from './performance/entry-cost.tsx';
import { LatencyDistribution } from './performance/latency.tsx';
import {
  byDay,
  byHour,
  byReason,
  bySource,
  curveOf,
  latencyOf,
  missedBy,
  totalOf,
  worstDrawdown,
  type ClosedTrade,
  type Group,
} from './performance/performance.ts';
import { usePageTitle } from './use-page-title.ts';

/** What closed trades added up to, and where it came from. */
export const PerformancePage = () => {
  usePageTitle('Performance');
  const performance = useQuery(queries.performance);
  const trades = performance.data?.trades ?? [];
  const quotes = [...new Set(trades.map((trade) => trade.quote))].toSorted();
  const [chosen, choose] = useState<string | null>(null);
  const quote = chosen ?? quotes[0] ?? '';
  return (
    <>
      <h1 className="sr-only">Performance</h1>
      {quotes.length < 2 ? null : (
        <Choice
          label="Quote coin: coins are never added up"
          value={quote}
          options={quotes.map((each) => ({ value: each, text: each }))}
          onChoose={choose}
        />
      )}
      {trades.length === 0 ? (
        <Card title="Performance">
          <QueryState
            query={performance}
            rows={10}
            isEmpty={() => true}
            empty="No trade has ended yet. Profit, drawdown and latency are shown here from the first one on."
          >
            {() => null}
          </QueryState>
        </Card>
      ) : (
        <Numbers trades={trades} quote={quote} key={quote} />
      )}
      {performance.data === undefined ? null : (
        <p className="text-2xs text-muted">
          From the {trades.length} newest of {performance.data.total} closed trades, asked for{' '}
          <Ago at={new Date(performance.dataUpdatedAt).toISOString()} />. Days and hours are UTC.
        </p>
      )}
    </>
  );
};

const Numbers = ({ trades, quote }: { trades: readonly ClosedTrade[]; quote: string }) => {
  const found = useMemo(() => {
    const own = trades.filter((trade) => trade.quote === quote);
    const curve = curveOf(own);
    return {
      curve,
      worst: worstDrawdown(curve),
      total: totalOf(own),
      latency: latencyOf(own),
      missed: missedBy(own),
      groups: { reason: byReason(own), source: bySource(own), hour: byHour(own), day: byDay(own) },
    };
  }, [trades, quote]);
  const { groups } = found;
  return (
    <>
      <Card title={`Profit and drawdown, ${quote}`}>
        <Totals total={found.total} worst={found.worst} />
        {found.curve.length === 0 ? (
          <p className="px-4 pb-6 text-muted">
            No bought trade has ended yet; the curve begins with the first.
          </p>
        ) : (
          <EquityChart points={found.curve} quote={quote} />
        )}
      </Card>
      <Card title="Day by day" unit="UTC">
        <Calendar days={groups.day} quote={quote} />
      </Card>
      <div className="grid items-start gap-4 xl:grid-cols-2 2xl:grid-cols-3">
        <Groups title="By exit reason" groups={groups.reason} nameOf={wordsOf} />
        <Groups title="By source" groups={groups.source} nameOf={wordsOf} />
        <Card title="Latency, trigger to answer">
          <LatencyDistribution latency={found.latency} />
        </Card>
        <EntryCost />
        <Groups title="By hour of opening" groups={groups.hour} nameOf={(hour) => `${hour}:00`} />
        <Groups title="By day" groups={groups.day} nameOf={(day) => day} />
        <Missed missed={found.missed} />
      </div>
    </>
  );
};

const Totals = ({ total, worst }: { total: Group; worst: string }) => (
  <dl className="grid grid-cols-2 gap-3 p-4 sm:grid-cols-5" data-testid="totals">
    <Fact name="Profit, after fees">
      <Profit value={total.profit} testId="total-profit" />
    </Fact>
    <Fact name="Worst drawdown">
      <Profit value={worst} />
    </Fact>
    <Fact name="Trades">{total.count}</Fact>
    <Fact name="Won">
      {total.wins}
      {total.count === 0 ? '' : ` (${Math.round((total.wins / total.count) * 100)} %)`}
    </Fact>
    <Fact name="Average">
      <Profit value={total.average} />
    </Fact>
  </dl>
);

const Groups = ({
  title,
  groups,
  nameOf,
}: {
  title: string;
  groups: readonly Group[];
  nameOf: (name: string) => string;
}) => {
  const columns: readonly Column<Group>[] = [
    {
      name: wordsOf(title.replace(/^By /, '')),
      cell: (row) => <span className="whitespace-nowrap">{nameOf(row.name)}</span>,
    },
    { name: 'Trades', cell: (row) => row.count, numeric: true },
    { name: 'Won', cell: (row) => row.wins, numeric: true },
    { name: 'Average', cell: (row) => <Profit value={row.average} />, numeric: true, from: 'sm' },
    { name: 'Profit', cell: (row) => <Profit value={row.profit} />, numeric: true },
  ];
  return (
    <Card title={title}>
      {groups.length === 0 ? (
        <p className="px-4 py-6 text-muted">No bought trade has ended yet.</p>
      ) : (
        <DataTable caption={title} columns={columns} rows={groups} keyOf={(row) => row.name} />
      )}
    </Card>
  );
};

const Missed = ({ missed }: { missed: ReturnType<typeof missedBy> }) => (
  <Card title="Not bought">
    {missed.length === 0 ? (
      <p className="px-4 py-6 text-muted">Every listing so far was bought.</p>
    ) : (
      <ul className="divide-y divide-line">
        {missed.map(({ outcome, count }) => (
          <li key={outcome} className="flex items-center justify-between gap-3 px-4 py-2">
            <OutcomeBadge outcome={outcome} />
            {count}
          </li>
        ))}
      </ul>
    )}
  </Card>
);
