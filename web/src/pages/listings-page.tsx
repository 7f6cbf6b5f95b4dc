import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ListingView } from '#api/schemas/listing.ts';
import { queries } from '../api/queries.ts';
import { Missing, Pair, Profit } from '../components/amount.tsx';
import { OutcomeBadge, PhaseBadge } from '../components/badges.tsx';
import { Card } from '../components/card.tsx';
import { DataTable, type Column } from '../components/data-table.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Disarm } from '../components/trade-actions.tsx';
import { Ago, Clock, Countdown, ZoneName } from '../components/times.tsx';
import { wordsOf } from '../lib/format.ts';
import { useNow } from '../lib/use-now.ts';
import { ArmByHand } from './listings/arm.tsx';
import { Budget } from './listings/budget.tsx';
import { usePageTitle } from './use-page-title.ts';

const columns: readonly Column<ListingView>[] = [
  {
    name: 'Pair',
    cell: (row) =>
      row.trade === null ? (
        <Pair base={row.base} quote={row.quote} />
      ) : (
        <Link
          to="/trades/$id"
          params={{ id: row.id }}
          className="font-medium underline-offset-4 hover:underline"
        >
          <Pair base={row.base} quote={row.quote} />
        </Link>
      ),
  },
  { name: 'Name', cell: (row) => row.name ?? <Missing />, from: 'xl' },
  { name: 'Opens', cell: (row) => <Opening at={row.opensAt} />, numeric: true },
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
    cell: (row) => {
      if (row.trade === null) return wordsOf(row.state);
      const { phase, outcome } = row.trade;
      return outcome === null ? <PhaseBadge phase={phase} /> : <OutcomeBadge outcome={outcome} />;
    },
  },
  {
    name: 'Why',
    cell: (row) => <span className="text-muted">{row.trade?.summary ?? row.endReason}</span>,
    from: 'lg',
  },
  {
    name: 'Profit',
    cell: (row) => <Profit value={row.trade?.profit ?? null} />,
    numeric: true,
    from: 'md',
  },
  { name: 'Seen', cell: (row) => <Ago at={row.firstSeenAt} />, numeric: true, from: 'md' },
];

/** Time left, or how long ago it was. */
const Opening = ({ at }: { at: string | null }) => {
  const now = useNow();
  const isPast = at !== null && new Date(at).getTime() < now;
  return isPast ? (
    <span className="text-muted">
      <Ago at={at} />
    </span>
  ) : (
    <Countdown to={at} />
  );
};

/** What each source said, and where the confidence comes from. */
const Known = ({ listing }: { listing: ListingView }) => {
  const detail = useQuery(queries.listing(listing.id));
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Actions id={listing.id} />
      <div>
        <h3 className="text-2xs text-muted">Confidence {listing.confidence} of 100</h3>
        <ul>
          {listing.reasons.map((each) => (
            <li key={each.because}>
              +{each.points}: {each.because}
            </li>
          ))}
        </ul>
      </div>
      <div>
        <h3 className="text-2xs text-muted">
          Sightings (<ZoneName />)
        </h3>
        <QueryState query={detail} rows={1}>
          {(data) => (
            <ul>
              {data.signals.map((signal) => (
                <li key={signal.id}>
                  <Clock at={signal.arrivedAt} withMs /> {wordsOf(signal.source)}:{' '}
                  {signal.trading ? 'trading' : 'announced'}
                  {signal.reason === null ? '' : `, ${wordsOf(signal.reason).toLowerCase()}`}
                </li>
              ))}
            </ul>
          )}
        </QueryState>
      </div>
    </div>
  );
};

/** What may be asked of it, while its trade is open. */
const Actions = ({ id }: { id: string }) => {
  const open = useQuery(queries.openTrades);
  const trade = open.data?.items.find((each) => each.id === id);
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 sm:col-span-2">
      {trade === undefined ? null : <Disarm trade={trade} />}
      <Budget id={id} />
      <Link
        to="/diagnosis"
        search={{ listing: id }}
        className="inline-flex min-h-9 items-center text-accent underline-offset-4 hover:underline"
      >
        Why was it bought, or not?
      </Link>
    </div>
  );
};

/** Every listing that was seen, and what became of it. */
export const ListingsPage = () => {
  usePageTitle('Listings');
  const listings = useQuery(queries.listings);
  return (
    <Card title="Listings" aside={<ArmByHand />}>
      <h1 className="sr-only">Listings</h1>
      <QueryState
        query={listings}
        rows={8}
        isEmpty={(data) => data.items.length === 0}
        empty="No new pair has been seen since the first look at the exchange. Pairs that traded before are not listings; a new one appears here within seconds, with its source and what becomes of it."
      >
        {(data) => (
          <DataTable
            caption="Listings, newest first"
            columns={columns}
            rows={data.items}
            keyOf={(row) => row.id}
            more={(row) => <Known listing={row} />}
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
