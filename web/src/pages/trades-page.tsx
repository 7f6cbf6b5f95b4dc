import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { TradeView } from '#api/schemas/trade.ts';
import { queries, totalText } from '../api/queries.ts';
import { Pair, Price, Profit, Quote } from '../components/amount.tsx';
import { LatencyBadge, OutcomeBadge, PhaseBadge } from '../components/badges.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { DataTable, type Column } from '../components/data-table.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Ago } from '../components/times.tsx';
import { formatPercent, wordsOf } from '../lib/format.ts';
import { passes, type TradeFilter } from '../lib/trade-filter.ts';
import { Export } from './trades/export.tsx';
import { Filters } from './trades/filters.tsx';
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
        <Pair base={row.base} quote={row.quote} />
      </Link>
    ),
  },
  {
    name: 'Outcome',
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
    name: 'Reason',
    cell: (row) => (
      <span className="text-muted">
        {row.exitReason === null ? row.summary : wordsOf(row.exitReason)}
      </span>
    ),
    from: 'lg',
  },
  { name: 'Latency', cell: (row) => <LatencyBadge stages={row.stages} />, from: 'md' },
  {
    name: 'Ended',
    cell: (row) => <Ago at={row.closedAt} />,
    numeric: true,
    from: 'sm',
  },
];

/** Trades; which of them is in the address, so that it can be kept and sent. */
export const TradesPage = () => {
  usePageTitle('Trades');
  const filter = useSearch({ from: '/trades' });
  const navigate = useNavigate({ from: '/trades' });
  const choose = (next: TradeFilter) => void navigate({ search: next, replace: true });
  const trades = useInfiniteQuery(
    queries.trades(filter.show === 'open' ? 'open' : 'closed', filter.from ?? null),
  );
  const loaded = trades.data?.pages.flatMap((page) => page.items) ?? [];
  const rows = loaded.filter((trade) => passes(trade, filter));
  const first = trades.data?.pages[0];
  return (
    <Card title="Trades" aside={<Export />}>
      <h1 className="sr-only">Trades</h1>
      <Filters value={filter} choose={choose} />
      <QueryState
        query={trades}
        rows={8}
        isEmpty={() => rows.length === 0}
        empty={<NoTrade filter={filter} loaded={loaded.length} />}
      >
        {() => (
          <DataTable
            caption="Trades, newest first"
            columns={columns}
            rows={rows}
            keyOf={(row) => row.id}
            attributesOf={(row) => ({ 'data-symbol': row.symbol, 'data-phase': row.phase })}
          />
        )}
      </QueryState>
      {trades.data === undefined ? null : (
        <footer className="flex min-h-13 flex-wrap items-center justify-between gap-3 border-t border-line px-4 py-2 text-2xs text-muted">
          <span>
            {rows.length} shown, {loaded.length} of {first === undefined ? 0 : totalText(first)}{' '}
            loaded
          </span>
          {trades.hasNextPage ? (
            <Button
              onClick={() => void trades.fetchNextPage()}
              disabled={trades.isFetchingNextPage}
            >
              Load older trades
            </Button>
          ) : null}
        </footer>
      )}
    </Card>
  );
};

const NoTrade = ({ filter, loaded }: { filter: TradeFilter; loaded: number }) => {
  if (loaded > 0) return <>None of the {loaded} loaded trades fits. Choose another filter.</>;
  return filter.show === 'open' ? (
    <>No trade is open. A new listing opens one as soon as it is announced.</>
  ) : (
    <>No trade has ended yet. Each listing ends as one trade here, bought or not.</>
  );
};
