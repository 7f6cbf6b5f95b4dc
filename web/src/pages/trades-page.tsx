import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ToggleGroup } from 'radix-ui';
import { useState } from 'react';
import type { TradeView } from '#api/schemas/trade.ts';
import { queries } from '../api/queries.ts';
import { Price, Profit, Quote } from '../components/amount.tsx';
import { LatencyBadge, OutcomeBadge, PhaseBadge } from '../components/badges.tsx';
import { Card } from '../components/card.tsx';
import { DataTable, type Column } from '../components/data-table.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Ago } from '../components/times.tsx';
import { formatPercent, wordsOf } from '../lib/format.ts';
import { usePageTitle } from './use-page-title.ts';

const columns: readonly Column<TradeView>[] = [
  {
    name: 'Pair',
    cell: (row) => (
      <Link
        to="/trades/$id"
        params={{ id: row.id }}
        className="font-medium underline-offset-4 hover:underline"
      >
        {row.symbol}
      </Link>
    ),
  },
  {
    name: 'Result',
    cell: (row) =>
      row.outcome === null ? (
        <PhaseBadge phase={row.phase} />
      ) : (
        <OutcomeBadge outcome={row.outcome} />
      ),
  },
  { name: 'Profit', cell: (row) => <Profit value={row.profit} />, numeric: true },
  {
    name: 'Percent',
    cell: (row) => (row.profitPercent === null ? '' : formatPercent(row.profitPercent)),
    numeric: true,
    from: 'md',
  },
  { name: 'Spent', cell: (row) => <Quote value={row.spent} />, numeric: true, from: 'lg' },
  { name: 'Fees', cell: (row) => <Quote value={row.fees} />, numeric: true, from: 'xl' },
  { name: 'Entry', cell: (row) => <Price value={row.entryPrice} />, numeric: true, from: 'lg' },
  {
    name: 'Exit',
    cell: (row) => (row.exitReason === null ? '' : wordsOf(row.exitReason)),
    from: 'md',
  },
  { name: 'Latency', cell: (row) => <LatencyBadge stages={row.stages} />, from: 'md' },
  { name: 'Ended', cell: (row) => <Ago at={row.closedAt} />, numeric: true, from: 'sm' },
];

const FILTERS = ['all', 'bought', 'not bought'] as const;
type Filter = (typeof FILTERS)[number];

const passes = (trade: TradeView, filter: Filter): boolean =>
  filter === 'all' || (filter === 'bought') === (trade.profit !== null);

/** Trades that have ended. */
export const TradesPage = () => {
  usePageTitle('Trades');
  const closed = useQuery(queries.closedTrades);
  const [filter, setFilter] = useState<Filter>('all');
  return (
    <Card title="Trades" aside={<FilterButtons value={filter} choose={setFilter} />}>
      <h1 className="sr-only">Trades</h1>
      <QueryState
        query={closed}
        rows={8}
        isEmpty={(data) => !data.items.some((trade) => passes(trade, filter))}
        empty={
          filter === 'all' ? 'No trade has ended yet.' : `None of the ended trades is "${filter}".`
        }
      >
        {(data) => (
          <DataTable
            caption="Ended trades, newest first"
            columns={columns}
            rows={data.items.filter((trade) => passes(trade, filter))}
            keyOf={(row) => row.id}
            attributesOf={(row) => ({ 'data-symbol': row.symbol, 'data-phase': row.phase })}
          />
        )}
      </QueryState>
    </Card>
  );
};

const FilterButtons = ({ value, choose }: { value: Filter; choose: (filter: Filter) => void }) => (
  <ToggleGroup.Root
    type="single"
    aria-label="Show"
    value={value}
    onValueChange={(next) => {
      const chosen = FILTERS.find((filter) => filter === next);
      if (chosen !== undefined) choose(chosen);
    }}
    className="flex gap-1"
  >
    {FILTERS.map((filter) => (
      <ToggleGroup.Item
        key={filter}
        value={filter}
        className="min-h-9 rounded px-2 text-2xs text-muted hover:bg-raised data-[state=on]:bg-raised data-[state=on]:font-semibold data-[state=on]:text-text"
      >
        {wordsOf(filter)}
      </ToggleGroup.Item>
    ))}
  </ToggleGroup.Root>
);
