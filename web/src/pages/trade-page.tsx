import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import type { OrderView } from '#api/schemas/order.ts';
import type { TradeDetailView } from '#api/schemas/trade-detail.ts';
import { queries } from '../api/queries.ts';
import { Price, Profit, Quantity, Quote } from '../components/amount.tsx';
import { LatencyBadge, OrderBadge, OutcomeBadge, PhaseBadge } from '../components/badges.tsx';
import { Card, Fact } from '../components/card.tsx';
import { DataTable, type Column } from '../components/data-table.tsx';
import { PriceChart } from '../components/price-chart.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Disarm, SellNow } from '../components/sell-now.tsx';
import { StageTimes } from '../components/stage-times.tsx';
import { Ago, Clock, Countdown } from '../components/times.tsx';
import { durationText } from '../lib/time.ts';
import { formatPercent, wordsOf } from '../lib/format.ts';
import { usePageTitle } from './use-page-title.ts';

/** Everything about one trade: where it stands, why, and proof. */
export const TradePage = () => {
  const { id } = useParams({ from: '/trades/$id' });
  const trade = useQuery(queries.trade(id));
  usePageTitle(trade.data?.trade.symbol ?? 'Trade');
  return (
    <QueryState query={trade} rows={12}>
      {(data) => (
        <>
          <Head detail={data} />
          <div className="grid gap-4 xl:grid-cols-3">
            <div className="min-w-0 space-y-4 xl:col-span-2">
              <Prices detail={data} />
              <Orders orders={data.orders} />
              <Log detail={data} />
            </div>
            <div className="min-w-0 space-y-4">
              <Card title="Stages (UTC)">
                <StageTimes stages={data.trade.stages} />
              </Card>
              <Verdict detail={data} />
              <Signals detail={data} />
            </div>
          </div>
        </>
      )}
    </QueryState>
  );
};

const Head = ({ detail }: { detail: TradeDetailView }) => {
  const { trade } = detail;
  return (
    <section className="rounded-lg border border-line bg-surface p-4" aria-label="Where it stands">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-xl font-semibold">{trade.symbol}</h1>
        <span data-testid="trade-phase" data-phase={trade.phase}>
          <PhaseBadge phase={trade.phase} />
        </span>
        {trade.outcome === null ? null : <OutcomeBadge outcome={trade.outcome} />}
        <span className="text-xl font-semibold">
          <Profit value={trade.profit} testId="profit" />
        </span>
        {trade.profitPercent === null ? null : (
          <span className="text-muted">{formatPercent(trade.profitPercent)}</span>
        )}
        <span className="ml-auto flex flex-wrap gap-2">
          <Disarm trade={trade} />
          <SellNow trade={trade} />
        </span>
      </div>
      <p className="mt-2 text-muted">{trade.summary}</p>
      <Facts trade={trade} />
      {detail.temporalUrl === null ? null : (
        <a
          href={detail.temporalUrl}
          target="_blank"
          rel="noreferrer"
          className="mt-3 inline-flex items-center gap-1.5 text-accent underline-offset-4 hover:underline"
        >
          Its workflow in the Temporal UI <ExternalLink size={16} aria-hidden="true" />
        </a>
      )}
    </section>
  );
};

const Facts = ({ trade }: { trade: TradeDetailView['trade'] }) => (
  <dl className="mt-3 grid grid-cols-2 gap-3 sm:grid-cols-4 xl:grid-cols-8">
    <Fact name="Opens in">
      <Countdown to={trade.opensAt} />
    </Fact>
    <Fact name="Bought">
      <Quantity value={trade.bought} />
    </Fact>
    <Fact name="Held">
      <Quantity value={trade.held} />
    </Fact>
    <Fact name="Entry">
      <Price value={trade.entryPrice} />
    </Fact>
    <Fact name="Spent">
      <Quote value={trade.spent} coin={trade.quote} />
    </Fact>
    <Fact name="Received">
      <Quote value={trade.received} coin={trade.quote} />
    </Fact>
    <Fact name="Fees">
      <Quote value={trade.fees} coin={trade.quote} />
    </Fact>
    <Fact name="Trigger to answer">
      <LatencyBadge stages={trade.stages} />
    </Fact>
  </dl>
);

const Prices = ({ detail }: { detail: TradeDetailView }) => {
  const { trade } = detail;
  const candles = useQuery(queries.candles(trade.id));
  const { guard } = trade;
  return (
    <Card
      title="Price"
      aside={
        guard === null ? null : (
          <span className="text-2xs text-muted">
            guard {guard.state}, <Ago at={guard.at} />
          </span>
        )
      }
    >
      <QueryState query={candles} rows={8}>
        {(data) => <PriceChart trade={trade} candles={data.items} orders={detail.orders} />}
      </QueryState>
    </Card>
  );
};

const orderColumns: readonly Column<OrderView>[] = [
  { name: 'Leg', cell: (row) => `${wordsOf(row.leg)}${row.n === 0 ? '' : ` (${row.n + 1})`}` },
  { name: 'State', cell: (row) => <OrderBadge state={row.state} /> },
  { name: 'Limit', cell: (row) => <Price value={row.price} />, numeric: true, from: 'sm' },
  {
    name: 'Executed',
    cell: (row) => (
      <>
        <Quantity value={row.executed} />
        {row.quantity === null ? null : (
          <span className="text-muted">
            {' '}
            of <Quantity value={row.quantity} />
          </span>
        )}
      </>
    ),
    numeric: true,
  },
  { name: 'Average', cell: (row) => <Price value={row.averagePrice} />, numeric: true, from: 'md' },
  {
    name: 'Answer',
    cell: (row) => (row.latencyMs === null ? '' : durationText(row.latencyMs)),
    numeric: true,
    from: 'lg',
  },
  { name: 'Sends', cell: (row) => row.attempts, numeric: true, from: 'lg' },
  {
    name: 'Client id',
    cell: (row) => <code className="text-2xs">{row.clientOrderId}</code>,
    from: 'lg',
  },
  {
    name: 'Reason',
    cell: (row) => (
      <span className="text-2xs text-muted">
        {row.refusal === null ? row.doubt : `${row.refusal.code} ${row.refusal.text}`}
      </span>
    ),
    from: 'xl',
  },
];

const Orders = ({ orders }: { orders: readonly OrderView[] }) => (
  <Card title="Orders">
    {orders.length === 0 ? (
      <p className="px-4 py-6 text-muted">No order was written down yet.</p>
    ) : (
      <DataTable
        caption="Orders of this trade, oldest first"
        columns={orderColumns}
        rows={orders}
        keyOf={(row) => row.clientOrderId}
      />
    )}
  </Card>
);

const Log = ({ detail }: { detail: TradeDetailView }) => (
  <Card title="What happened">
    <ol>
      {detail.log.map((entry) => (
        <li key={entry.sequence} className="flex gap-3 border-line px-4 py-1.5 not-first:border-t">
          <span className="w-24 shrink-0 text-2xs leading-5 text-muted">
            <Clock at={entry.at} withMs />
          </span>
          <span className={entry.kind === 'doubt' ? 'text-danger' : ''}>{entry.text}</span>
        </li>
      ))}
    </ol>
  </Card>
);

const Verdict = ({ detail }: { detail: TradeDetailView }) => (
  <Card title="Risk verdict">
    {detail.verdict === null ? (
      <p className="px-4 py-6 text-muted">
        The rules are asked shortly before the opening; each one is listed here with its numbers.
      </p>
    ) : (
      <ul className="divide-y divide-line">
        {detail.verdict.rules.map((rule) => (
          <li key={rule.rule} className="flex items-baseline gap-3 px-4 py-1.5">
            <span
              aria-label={rule.passed ? 'passed' : 'failed'}
              className={rule.passed ? 'text-gain' : 'font-semibold text-danger'}
            >
              {rule.passed ? '✓' : '✕'}
            </span>
            <span className="grow">{wordsOf(rule.rule)}</span>
            <span className="text-right text-2xs text-muted">
              {rule.actual} / {rule.limit}
            </span>
          </li>
        ))}
      </ul>
    )}
  </Card>
);

const Signals = ({ detail }: { detail: TradeDetailView }) => (
  <Card title="Sightings">
    <ul className="divide-y divide-line">
      {detail.signals.map((signal) => (
        <li key={signal.id} className="flex flex-wrap items-baseline gap-x-3 px-4 py-1.5">
          <span className="grow">{wordsOf(signal.source)}</span>
          <span className="text-2xs text-muted">
            {signal.trading ? 'trading' : 'announced'}, {signal.result}
          </span>
          <Clock at={signal.arrivedAt} withMs />
        </li>
      ))}
    </ul>
  </Card>
);
