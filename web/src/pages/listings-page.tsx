import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ListingView } from '#api/schemas/listing.ts';
import { queries } from '../api/queries.ts';
import { Missing, Profit } from '../components/amount.tsx';
import { OutcomeBadge, PhaseBadge } from '../components/badges.tsx';
import { Card } from '../components/card.tsx';
import { DataTable, type Column } from '../components/data-table.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Ago, Countdown } from '../components/times.tsx';
import { wordsOf } from '../lib/format.ts';
import { usePageTitle } from './use-page-title.ts';

const columns: readonly Column<ListingView>[] = [
  {
    name: 'Pair',
    cell: (row) =>
      row.trade === null ? (
        row.symbol
      ) : (
        <Link
          to="/trades/$id"
          params={{ id: row.id }}
          className="font-medium underline-offset-4 hover:underline"
        >
          {row.symbol}
        </Link>
      ),
  },
  { name: 'Name', cell: (row) => row.name ?? <Missing />, from: 'lg' },
  { name: 'Opens in', cell: (row) => <Countdown to={row.opensAt} />, numeric: true },
  {
    name: 'Confidence',
    cell: (row) => (
      <span title={row.reasons.map((each) => `${each.points}: ${each.because}`).join('\n')}>
        {row.confidence}
      </span>
    ),
    numeric: true,
    from: 'sm',
  },
  {
    name: 'State',
    cell: (row) =>
      row.trade === null ? wordsOf(row.state) : <PhaseBadge phase={row.trade.phase} />,
  },
  {
    name: 'Result',
    cell: (row) => <OutcomeBadge outcome={row.trade?.outcome ?? null} />,
    from: 'sm',
  },
  {
    name: 'Why',
    cell: (row) => <span className="text-muted">{row.trade?.summary ?? row.endReason}</span>,
    from: 'xl',
  },
  {
    name: 'Profit',
    cell: (row) => <Profit value={row.trade?.profit ?? null} />,
    numeric: true,
    from: 'md',
  },
  { name: 'Seen', cell: (row) => <Ago at={row.firstSeenAt} />, numeric: true, from: 'md' },
];

/** Every listing that was seen, and what became of it. */
export const ListingsPage = () => {
  usePageTitle('Listings');
  const listings = useQuery(queries.listings);
  return (
    <Card title="Listings">
      <h1 className="sr-only">Listings</h1>
      <QueryState
        query={listings}
        rows={8}
        isEmpty={(data) => data.items.length === 0}
        empty="No new pair has been seen since the first look. Pairs that traded before are not listings."
      >
        {(data) => (
          <DataTable
            caption="Listings, newest first"
            columns={columns}
            rows={data.items}
            keyOf={(row) => row.id}
            attributesOf={(row) => ({
              'data-symbol': row.symbol,
              'data-phase': row.trade?.phase ?? row.state,
            })}
          />
        )}
      </QueryState>
    </Card>
  );
};
