import type { ReactNode } from 'react';
import type { OrderView } from '#api/schemas/order.ts';
import { Price, Quantity, Quote } from './amount.tsx';
import { Clock } from './times.tsx';

/** What shows what became of an order: its ids, its one submission, the answer, the fills. */
export const OrderProof = ({ order }: { order: OrderView }) => (
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

const Line = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-2xs text-muted">{name}</dt>
    <dd>{children}</dd>
  </div>
);
