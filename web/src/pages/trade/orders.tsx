import type { OrderView } from '#api/schemas/order.ts';
import { Price, Quantity, Quote } from '../../components/amount.tsx';
import { OrderBadge } from '../../components/badges.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Clock } from '../../components/times.tsx';
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
        more={(row) => <Proof order={row} />}
        startsOpen={(row) => row.state === 'unknown'}
      />
    )}
  </Card>
);

const Proof = ({ order }: { order: OrderView }) => (
  <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
    <Line name="Client id">
      <code className="text-2xs break-all">{order.clientOrderId}</code>
    </Line>
    <Line name="The exchange's id">
      {order.exchangeOrderId === null ? (
        'not known'
      ) : (
        <code className="text-2xs break-all">{order.exchangeOrderId}</code>
      )}
    </Line>
    <Line name="Submission">
      {order.attempts === 0 ? 'not sent' : 'sent once'}
      {order.sentAt === null ? null : (
        <>
          {' '}
          at <Clock at={order.sentAt} withMs />
        </>
      )}
      {order.answeredAt === null ? (
        ''
      ) : (
        <>
          , answered at <Clock at={order.answeredAt} withMs />
        </>
      )}
    </Line>
    <Line name="Settled">
      {order.settledAt === null ? 'not yet' : <Clock at={order.settledAt} withMs />}
    </Line>
    {order.doubt === null ? null : (
      <Line name="Doubt">
        <span className="text-danger">{order.doubt}</span>
      </Line>
    )}
    {order.refusal === null ? null : (
      <Line name="Refused by the exchange">
        <span className="text-warn">
          {order.refusal.code}: {order.refusal.text}
        </span>
      </Line>
    )}
    {order.fills.map((fill) => (
      <Line key={fill.tradeId} name={`Fill ${fill.tradeId}`}>
        <Quantity value={fill.quantity} /> at <Price value={fill.price} />, fee{' '}
        <Quote value={fill.fee} coin={fill.feeAsset} />
      </Line>
    ))}
  </dl>
);

const Line = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-2xs text-muted">{name}</dt>
    <dd>{children}</dd>
  </div>
);
