import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { OrderView } from '#api/schemas/order.ts';
import { queries } from '../api/queries.ts';
import { Price, Quantity } from '../components/amount.tsx';
import { OrderBadge } from '../components/badges.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { DataTable, type Column } from '../components/data-table.tsx';
import { HeadChoice } from '../components/field.tsx';
import { OrderProof } from '../components/order-proof.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Ago } from '../components/times.tsx';
import { wordsOf } from '../lib/format.ts';
import { ORDER_STATES } from '../lib/order-filter.ts';
import { durationText } from '../lib/time.ts';
import { usePageTitle } from './use-page-title.ts';

const columns: readonly Column<OrderView>[] = [
  {
    name: 'Pair',
    cell: (row) => (
      <Link
        to="/trades/$id"
        params={{ id: row.listingId }}
        className="font-medium underline-offset-4 hover:underline"
      >
        {row.symbol}
      </Link>
    ),
  },
  { name: 'Side', cell: (row) => wordsOf(row.side), from: 'sm' },
  {
    name: 'Leg',
    cell: (row) => `${wordsOf(row.leg)}${row.n === 0 ? '' : ` (${row.n + 1})`}`,
    from: 'md',
  },
  { name: 'State', cell: (row) => <OrderBadge state={row.state} /> },
  { name: 'Limit', cell: (row) => <Price value={row.price} />, numeric: true, from: 'lg' },
  { name: 'Executed', cell: (row) => <Quantity value={row.executed} />, numeric: true, from: 'sm' },
  {
    name: 'Of',
    cell: (row) => (row.quantity === null ? '' : <Quantity value={row.quantity} />),
    numeric: true,
    from: 'lg',
  },
  { name: 'Average', cell: (row) => <Price value={row.averagePrice} />, numeric: true, from: 'md' },
  {
    name: 'Answered in',
    cell: (row) => (row.latencyMs === null ? 'not answered' : durationText(row.latencyMs)),
    numeric: true,
    from: 'lg',
  },
  { name: 'Written', cell: (row) => <Ago at={row.createdAt} />, numeric: true, from: 'sm' },
];

const OrderTable = ({ caption, rows }: { caption: string; rows: readonly OrderView[] }) => (
  <DataTable
    caption={caption}
    columns={columns}
    rows={rows}
    keyOf={(row) => row.clientOrderId}
    more={(row) => <OrderProof order={row} />}
    startsOpen={(row) => row.state === 'unknown'}
    attributesOf={(row) => ({ 'data-order': row.clientOrderId, 'data-state': row.state })}
  />
);

/** Orders: first those of which nobody knows what became of them. */
export const OrdersPage = () => {
  usePageTitle('Orders');
  return (
    <>
      <h1 className="sr-only">Orders</h1>
      <InDoubt />
      <AllOrders />
    </>
  );
};

const InDoubt = () => {
  const doubtful = useQuery(queries.doubtfulOrders);
  return (
    <Card title="In doubt">
      <QueryState
        query={doubtful}
        rows={1}
        isEmpty={(data) => data.items.length === 0}
        empty="No order is in doubt. When an answer is lost, its order stands here until the exchange has said what became of it; it is never sent again."
      >
        {(data) => <OrderTable caption="Orders in doubt" rows={data.items} />}
      </QueryState>
    </Card>
  );
};

const AllOrders = () => {
  const { state } = useSearch({ from: '/orders' });
  const orders = useInfiniteQuery(queries.orders(state ?? null));
  const rows = orders.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="All orders" aside={<StateFilter />}>
      <QueryState
        query={orders}
        rows={8}
        isEmpty={() => rows.length === 0}
        empty={
          state === undefined
            ? 'No order was written down yet. Each one is, with its client id, before it is sent.'
            : `No order is in the state "${wordsOf(state).toLowerCase()}". Choose another.`
        }
      >
        {() => <OrderTable caption="Orders, newest first" rows={rows} />}
      </QueryState>
      {orders.hasNextPage ? (
        <footer className="border-t border-line px-4 py-2">
          <Button onClick={() => void orders.fetchNextPage()} disabled={orders.isFetchingNextPage}>
            Load older orders
          </Button>
        </footer>
      ) : null}
    </Card>
  );
};

const StateFilter = () => {
  const { state } = useSearch({ from: '/orders' });
  const navigate = useNavigate({ from: '/orders' });
  return (
    <HeadChoice
      label="State"
      value={state ?? ''}
      options={[
        { value: '', text: 'any' },
        ...ORDER_STATES.map((each) => ({ value: each, text: wordsOf(each) })),
      ]}
      onChoose={(chosen) => {
        const next = ORDER_STATES.find((each) => each === chosen);
        void navigate({ search: next === undefined ? {} : { state: next }, replace: true });
      }}
    />
  );
};
