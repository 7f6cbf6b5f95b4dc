import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { TradeDetailView } from '#api/schemas/trade-detail.ts';
import { queries } from '../api/queries.ts';
import { Card } from '../components/card.tsx';
import { PriceChart } from '../components/charts/price-chart.tsx';
import { Json } from '../components/json.tsx';
import { QueryState } from '../components/query-state.tsx';
import { StageTimes } from '../components/stage-times.tsx';
import { Ago, ZoneName } from '../components/times.tsx';
import { Head } from './trade/head.tsx';
import { Orders } from './trade/orders.tsx';
import { Plan } from './trade/plan.tsx';
import { Log, Sightings, Verdict } from './trade/record.tsx';
import { Workflow } from './trade/workflow.tsx';
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
              <Card title="Stages" unit={<ZoneName />}>
                <StageTimes stages={data.trade.stages} />
              </Card>
              <Orders orders={data.orders} />
              <Log log={data.log} />
            </div>
            <div className="min-w-0 space-y-4">
              <Plan detail={data} />
              <Verdict verdict={data.verdict} />
              <Workflow id={data.trade.id} />
              <Sightings signals={data.signals} />
              <Card title="Raw">
                <div className="px-4 py-2">
                  <Json label="Everything about this trade, as the API gives it" value={data} />
                </div>
              </Card>
            </div>
          </div>
        </>
      )}
    </QueryState>
  );
};

const Prices = ({ detail }: { detail: TradeDetailView }) => {
  const { trade } = detail;
  const candles = useQuery(queries.candles(trade.id));
  const { guard } = trade;
  return (
    <Card
      title="Price"
      aside={
        guard === null || trade.phase === 'closed' ? null : (
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
