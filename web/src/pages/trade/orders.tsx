import type { OrderView } from '#api/schemas/order.ts';
import { Price, Quantity } from '../../components/amount.tsx';
import { OrderBadge } from '../../components/badges.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { OrderProof } from '../../components/order-proof.tsx';
import { wordsOf } from '../../lib/format.ts';
import { durationText } from '../../lib/time.ts';

const columns: readonly Column<OrderView>[] = [
  {
    name: 'Leg',
    cell: (row) => (
      <span className="whitespace-nowrap">
        {wordsOf(row.leg)}
        {row.n === 0 ? '' : ` (${row.n + 1})`}
      </span>
    ),
  },
  { name: 'State', cell: (row) => <OrderBadge state={row.state} /> },
  { name: 'Limit', cell: (row) => <Price value={row.price} />, numeric: true, from: 'md' },
  { name: 'Executed', cell: (row) => <Quantity value={row.executed} />, numeric: true },
  {
    name: 'Of',
    cell: (row) => (row.quantity === null ? '' : <Quantity value={row.quantity} />),
    numeric: true,
    from: 'md',
  },
  { name: 'Average', cell: (row) => <Price value={row.averagePrice} />, numeric: true, from: 'sm' },
  {
    name: 'Answered in',
    cell: (row) => (row.latencyMs === null ? 'not answered' : durationText(row.latencyMs)),
    numeric: true,
    from: 'lg',
  },
];

/** Every order that was written down, with proof of what became of it. */
export const Orders = ({ orders }: { orders: readonly OrderView[] }) => (
  <Card title="Orders">
    {orders.length === 0 ? (
      <p className="px-4 py-6 text-muted">
        No order was written down yet. Each one is, with its client id, before it is sent.
      </p>
    ) : (
      <DataTable
        caption="Orders of this trade, oldest first"
        columns={columns}
        rows={orders}
        keyOf={(row) => row.clientOrderId}
        more={(row) => <OrderProof order={row} />}
        startsOpen={(row) => row.state === 'unknown'}
      />
    )}
  </Card>
);
