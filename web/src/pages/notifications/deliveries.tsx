import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { DeliveryView } from '#api/notifications/schemas.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { DeliveryBadge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Ago } from '../../components/times.tsx';
import { wordsOf } from '../../lib/format.ts';

const columns: readonly Column<DeliveryView>[] = [
  { name: 'When', cell: (row) => <Ago at={row.createdAt} /> },
  {
    name: 'Message',
    cell: (row) =>
      row.tradeId === null ? (
        row.title
      ) : (
        <Link
          to="/trades/$id"
          params={{ id: row.tradeId }}
          className="font-medium underline-offset-4 hover:underline"
        >
          {row.title}
        </Link>
      ),
  },
  { name: 'State', cell: (row) => <DeliveryBadge state={row.state} /> },
  { name: 'Event', cell: (row) => wordsOf(row.event), from: 'md' },
  { name: 'Channel', cell: (row) => row.channelName, from: 'sm' },
  { name: 'Tries', cell: (row) => row.attempts, numeric: true, from: 'lg' },
  { name: 'Problem', cell: (row) => <span className="text-muted">{row.problem}</span>, from: 'lg' },
];

/** Every message, and what became of it. */
export const Deliveries = () => {
  const deliveries = useInfiniteQuery(recordQueries.deliveries);
  const rows = deliveries.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="What was sent">
      <QueryState
        query={deliveries}
        rows={4}
        isEmpty={() => rows.length === 0}
        empty="Nothing was sent yet. Each message stands here with what became of it."
      >
        {() => (
          <DataTable
            caption="Messages, newest first"
            columns={columns}
            rows={rows}
            keyOf={(row) => row.id}
            more={(row) => <p className="text-muted">{row.text}</p>}
          />
        )}
      </QueryState>
      {deliveries.hasNextPage ? (
        <footer className="border-t border-line px-4 py-2">
          <Button
            onClick={() => void deliveries.fetchNextPage()}
            disabled={deliveries.isFetchingNextPage}
          >
            Load older messages
          </Button>
        </footer>
      ) : null}
    </Card>
  );
};
