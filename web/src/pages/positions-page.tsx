import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TradeView } from '#api/schemas/trade.ts';
import { queries } from '../api/queries.ts';
import { Gain, Pair, Price, Quantity, Quote } from '../components/amount.tsx';
import { PhaseBadge } from '../components/badges.tsx';
import { Card } from '../components/card.tsx';
import { DataTable, type Column } from '../components/data-table.tsx';
import { GuardState } from '../components/guard-state.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Ago } from '../components/times.tsx';
import { SellNow } from '../components/trade-actions.tsx';
import { byUrgency } from '../lib/order-filter.ts';
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
  { name: 'Phase', cell: (row) => <PhaseBadge phase={row.phase} />, from: 'sm' },
  {
    name: 'Gain',
    cell: (row) => <Gain percent={row.guard?.gainPercent ?? null} />,
    numeric: true,
  },
  {
    name: 'Price',
    cell: (row) => <Price value={row.guard?.markPrice ?? null} />,
    numeric: true,
    from: 'md',
  },
  { name: 'Entry', cell: (row) => <Price value={row.entryPrice} />, numeric: true, from: 'lg' },
  {
    name: 'Stop',
    cell: (row) => <Price value={row.guard?.stopPrice ?? null} />,
    numeric: true,
    from: 'md',
  },
  {
    name: 'Target',
    cell: (row) => <Price value={row.guard?.targetPrice ?? null} />,
    numeric: true,
    from: 'lg',
  },
  { name: 'Held', cell: (row) => <Quantity value={row.held} />, numeric: true, from: 'xl' },
  {
    name: 'Worth',
    cell: (row) => <Quote value={row.guard?.value ?? null} coin={row.quote} />,
    numeric: true,
    from: 'lg',
  },
  { name: 'Spent', cell: (row) => <Quote value={row.spent} />, numeric: true, from: 'xl' },
  { name: 'Bought', cell: (row) => <Ago at={row.stages.filledAt} />, numeric: true, from: 'md' },
  { name: 'Guard', cell: (row) => <GuardState guard={row.guard} />, from: 'xl' },
  { name: 'Action', cell: (row) => <SellNow trade={row} />, numeric: true },
];

/** Everything that is held, and what is not certain first. */
export const PositionsPage = () => {
  usePageTitle('Positions');
  const positions = useQuery(queries.positions);
  return (
    <Card title="Positions">
      <h1 className="sr-only">Positions</h1>
      <QueryState
        query={positions}
        isEmpty={(data) => data.items.length === 0}
        empty="Nothing is held. A position appears here when its buy order is sent, and stays until all that can be sold is sold."
      >
        {(data) => (
          <>
            <Trouble positions={data.items} />
            <DataTable
              caption="Positions, unresolved ones first"
              columns={columns}
              rows={data.items.toSorted(byUrgency)}
              keyOf={(row) => row.id}
              attributesOf={(row) => ({ 'data-symbol': row.symbol, 'data-phase': row.phase })}
            />
          </>
        )}
      </QueryState>
    </Card>
  );
};

/** What is going on where a person may have to act. */
const Trouble = ({ positions }: { positions: readonly TradeView[] }) => {
  const troubled = positions.filter((each) => ['unresolved', 'cannotSell'].includes(each.phase));
  return troubled.length === 0 ? null : (
    <ul className="border-b border-line px-4 py-2">
      {troubled.map((each) => (
        <li key={each.id} className="text-danger">
          <span className="font-semibold">{each.symbol}</span>: {each.summary}
        </li>
      ))}
    </ul>
  );
};
