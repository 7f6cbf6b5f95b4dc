import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { OrphanView } from '#api/orphans/schemas.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { Price, Quantity } from '../../components/amount.tsx';
import { OrphanBadge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Card, Fact } from '../../components/card.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Ago } from '../../components/times.tsx';
import { usePageTitle } from '../use-page-title.ts';
import { Adopt, Cancel, Dismiss, LookNow } from './orphan-actions.tsx';

/** Orders and coins that the record does not explain: first those that need a decision. */
export const OrphansPage = () => {
  usePageTitle('Orphans');
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: ['orphan'] });
  const open = useQuery(recordQueries.openOrphans);
  return (
    <>
      <h1 className="sr-only">Orphans</h1>
      <Card title="To be decided" aside={<LookNow again={again} />}>
        <QueryState
          query={open}
          rows={2}
          isEmpty={(data) => data.items.length === 0}
          empty="The record explains every order and every coin. Every half minute it is held against the exchange; what it does not explain stands here until a person decides."
        >
          {(data) => (
            <div>
              {data.items.map((orphan) => (
                <Open key={orphan.id} orphan={orphan} again={again} />
              ))}
            </div>
          )}
        </QueryState>
      </Card>
      <Settled />
    </>
  );
};

/** What it is, in a sentence. */
const sentenceOf = ({ kind, side, asset, listingId }: OrphanView): string => {
  const whose =
    listingId === null ? 'no trade of ours is known for it' : 'its trade does not know of it';
  if (kind === 'balance') return `${asset} on the account that no trade accounts for.`;
  return `An order to ${side ?? 'trade'} ${asset} with our mark on it; ${whose}.`;
};

const Open = ({ orphan, again }: { orphan: OrphanView; again: () => Promise<void> }) => (
  <article
    data-row
    data-orphan={orphan.id}
    className="space-y-3 border-line px-4 py-3 not-first:border-t"
  >
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <h2 className="text-base font-semibold">{orphan.symbol}</h2>
      <OrphanBadge state={orphan.state} />
      <p className="min-w-60 flex-1 text-muted">{sentenceOf(orphan)}</p>
    </div>
    <Facts orphan={orphan} />
    <div className="flex flex-wrap gap-2">
      <Adopt orphan={orphan} again={again} />
      <Cancel orphan={orphan} again={again} />
      <Dismiss orphan={orphan} again={again} />
    </div>
  </article>
);

const Facts = ({ orphan }: { orphan: OrphanView }) => (
  <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4 xl:grid-cols-7">
    <Fact name={orphan.kind === 'order' ? 'Size' : 'Coins'}>
      <Quantity value={orphan.quantity} /> {orphan.asset}
    </Fact>
    {orphan.kind === 'balance' ? null : (
      <>
        <Fact name="Executed">
          <Quantity value={orphan.executed} />
        </Fact>
        <Fact name="Limit">
          <Price value={orphan.price} />
        </Fact>
        <Fact name="Client id">
          <code className="text-2xs break-all">{orphan.clientOrderId ?? 'none'}</code>
        </Fact>
        <Fact name="The exchange's id">
          <code className="text-2xs break-all">{orphan.exchangeOrderId ?? 'none'}</code>
        </Fact>
      </>
    )}
    <Fact name="Found">
      <Ago at={orphan.firstSeenAt} />, in {orphan.timesSeen}{' '}
      {orphan.timesSeen === 1 ? 'look' : 'looks'}
    </Fact>
    <Fact name="Trade">
      {orphan.listingId === null ? 'none is known' : <TradeOf id={orphan.listingId} />}
    </Fact>
  </dl>
);

const TradeOf = ({ id }: { id: string }) => (
  <Link to="/trades/$id" params={{ id }} className="text-accent underline-offset-4 hover:underline">
    Its trade
  </Link>
);

const columns: readonly Column<OrphanView>[] = [
  {
    name: 'Pair',
    cell: (row) =>
      row.listingId === null ? (
        row.symbol
      ) : (
        <Link
          to="/trades/$id"
          params={{ id: row.listingId }}
          className="font-medium underline-offset-4 hover:underline"
        >
          {row.symbol}
        </Link>
      ),
  },
  { name: 'State', cell: (row) => <OrphanBadge state={row.state} /> },
  { name: 'Kind', cell: (row) => (row.kind === 'order' ? 'Order' : 'Coins'), from: 'md' },
  { name: 'Size', cell: (row) => <Quantity value={row.quantity} />, numeric: true, from: 'sm' },
  {
    name: 'By',
    cell: (row) => row.resolvedBy ?? <span className="text-muted">the next look</span>,
    from: 'md',
  },
  {
    name: 'What became of it',
    cell: (row) => <span className="text-muted">{row.note}</span>,
    from: 'lg',
  },
  { name: 'Ended', cell: (row) => <Ago at={row.resolvedAt} />, numeric: true },
];

const Settled = () => {
  const orphans = useInfiniteQuery(recordQueries.orphans);
  const rows =
    orphans.data?.pages.flatMap((page) => page.items).filter(({ state }) => state !== 'open') ?? [];
  return (
    <Card title="Decided, or gone by itself">
      <QueryState
        query={orphans}
        rows={4}
        isEmpty={() => rows.length === 0}
        empty="Nothing yet. What was adopted, cancelled or dismissed is kept here, with who decided it."
      >
        {() => (
          <DataTable
            caption="Orphans that are settled, newest first"
            columns={columns}
            rows={rows}
            keyOf={(row) => row.id}
          />
        )}
      </QueryState>
      {orphans.hasNextPage ? (
        <footer className="border-t border-line px-4 py-2">
          <Button
            onClick={() => void orphans.fetchNextPage()}
            disabled={orphans.isFetchingNextPage}
          >
            Load older ones
          </Button>
        </footer>
      ) : null}
    </Card>
  );
};
