import { useQuery } from '@tanstack/react-query';
import type { EntryCostView } from '#api/trades/entry-cost.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { Card, Fact } from '../../components/card.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { formatPercent } from '../../lib/format.ts';

type Spread = EntryCostView['overBest'];

/** How far entries moved the price that they met, over all quote coins: percents may be compared. */
export const EntryCost = () => {
  const cost = useQuery(recordQueries.entryCost);
  return (
    <Card title="Entry price">
      <QueryState
        query={cost}
        rows={4}
        isEmpty={(data) => data.entries === 0}
        empty="No closed trade has bought anything yet. How far entries moved the price is shown from the first one on."
      >
        {(data) => (
          <div className="space-y-4 p-4">
            <Row name="Paid above the best price of the entry" spread={data.overBest} />
            <Row name="Left to the limit of the order" spread={data.toLimit} />
            <p className="text-2xs text-muted">
              Of {data.entries} entries, by the executions that the exchange reported. The first
              trade of a pair is not in the record, so how far from it was bought is not known.
            </p>
          </div>
        )}
      </QueryState>
    </Card>
  );
};

const Row = ({ name, spread }: { name: string; spread: Spread }) => (
  <div>
    <h3 className="pb-1 text-2xs text-muted">{name}</h3>
    {spread === null ? (
      <p className="text-muted">Not known: none of them had a limit.</p>
    ) : (
      <dl className="grid grid-cols-3 gap-3">
        <Fact name="Half at most">{formatPercent(spread.p50)}</Fact>
        <Fact name="95 % at most">{formatPercent(spread.p95)}</Fact>
        <Fact name="Most">{formatPercent(spread.max)}</Fact>
      </dl>
    )}
  </div>
);
