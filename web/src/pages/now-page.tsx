import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TradeView } from '#api/schemas/trade.ts';
import { queries } from '../api/queries.ts';
import { Gain, Price, Profit, Quantity, Quote } from '../components/amount.tsx';
import { GuardState } from '../components/guard-state.tsx';
import { OutcomeBadge, PhaseBadge } from '../components/badges.tsx';
import { Card, Fact } from '../components/card.tsx';
import { QueryState } from '../components/query-state.tsx';
import { RangeBar } from '../components/range-bar.tsx';
import { Disarm, SellNow } from '../components/trade-actions.tsx';
import { Ago, Countdown } from '../components/times.tsx';
import { DRAW_ALL, WhenNear } from '../components/when-near.tsx';
import { usePageTitle } from './use-page-title.ts';

const BEFORE_ENTRY: readonly TradeView['phase'][] = ['waiting', 'admitted', 'armed'];

const isNext = (trade: TradeView): boolean => BEFORE_ENTRY.includes(trade.phase);

/** What is at risk, what comes next, what just happened. */
export const NowPage = () => {
  const open = useQuery(queries.openTrades);
  const positions = open.data?.items.filter((trade) => !isNext(trade)).length ?? 0;
  usePageTitle(positions === 0 ? 'Now' : `(${positions}) Now`);
  return (
    <>
      <h1 className="sr-only">Now</h1>
      <Card title="At risk">
        <QueryState
          query={open}
          rows={2}
          isEmpty={(data) => data.items.every(isNext)}
          empty="Nothing is held. A position appears here the moment an entry is filled."
        >
          {(data) => <Positions trades={data.items.filter((trade) => !isNext(trade))} />}
        </QueryState>
      </Card>
      <Card title="Next">
        <QueryState
          query={open}
          rows={2}
          isEmpty={(data) => !data.items.some(isNext)}
          empty={<NothingNext />}
        >
          {(data) =>
            data.items
              .filter(isNext)
              .toSorted((a, b) => (a.opensAt ?? '9').localeCompare(b.opensAt ?? '9'))
              .map((trade) => <Upcoming key={trade.id} trade={trade} />)
          }
        </QueryState>
      </Card>
      <JustHappened />
    </>
  );
};

/** About the height of a position on a wide screen, px. */
const POSITION_PX = 150;

const Positions = ({ trades }: { trades: readonly TradeView[] }) => (
  <div>
    {trades.map((trade, n) =>
      trades.length <= DRAW_ALL ? (
        <Position key={trade.id} trade={trade} />
      ) : (
        <WhenNear key={trade.id} n={n} height={POSITION_PX}>
          <Position trade={trade} />
        </WhenNear>
      ),
    )}
  </div>
);

const NothingNext = () => {
  const bot = useQuery(queries.bot);
  if (bot.data?.running === false)
    return <>The bot is stopped: nothing is looked for. Start it on the System page.</>;
  return <>No listing is announced. The exchange is watched; what it announces appears here.</>;
};

/** Phases in which a person may have to act: the sentence says what is going on. */
const TROUBLE: readonly TradeView['phase'][] = ['unresolved', 'cannotSell'];

const Position = ({ trade }: { trade: TradeView }) => {
  const { guard } = trade;
  return (
    <article
      data-row
      data-testid="position-row"
      data-symbol={trade.symbol}
      data-phase={trade.phase}
      className="space-y-3 border-line px-4 py-3 not-first:border-t"
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <TradeLink trade={trade} />
        <PhaseBadge phase={trade.phase} />
        <span className="min-w-24 text-base font-semibold">
          <Gain percent={guard?.gainPercent ?? null} />
        </span>
        <GuardState guard={guard} />
        <span className="ml-auto">
          <SellNow trade={trade} />
        </span>
      </div>
      {TROUBLE.includes(trade.phase) ? (
        <p className="font-medium text-danger">{trade.summary}</p>
      ) : null}
      {trade.entryPrice === null ? null : <PositionNumbers trade={trade} />}
    </article>
  );
};

const PositionNumbers = ({ trade }: { trade: TradeView }) => {
  const { guard } = trade;
  return (
    <>
      <RangeBar
        stop={guard?.stopPrice ?? null}
        entry={trade.entryPrice}
        price={guard?.markPrice ?? null}
        target={guard?.targetPrice ?? null}
      />
      <dl className="grid grid-cols-3 gap-3 sm:grid-cols-4 lg:grid-cols-7">
        <Fact name="Price">
          <Price value={guard?.markPrice ?? null} />
        </Fact>
        <Fact name="Entry">
          <Price value={trade.entryPrice} />
        </Fact>
        <Fact name="Stop">
          <Price value={guard?.stopPrice ?? null} />
        </Fact>
        <Fact name="Target">
          <Price value={guard?.targetPrice ?? null} />
        </Fact>
        <Fact name="Held">
          <Quantity value={trade.held} />
        </Fact>
        <Fact name="Worth">
          <Quote value={guard?.value ?? null} coin={trade.quote} />
        </Fact>
        <Fact name="Bought">
          <Ago at={trade.stages.filledAt} />
        </Fact>
      </dl>
    </>
  );
};

const Upcoming = ({ trade }: { trade: TradeView }) => (
  <article
    data-row
    data-testid="listing-row"
    data-symbol={trade.symbol}
    data-phase={trade.phase}
    className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line px-4 py-3 not-first:border-t"
  >
    <span className="w-28 text-xl max-md:w-20 max-md:text-base" data-testid="countdown">
      <Countdown to={trade.opensAt} />
    </span>
    <TradeLink trade={trade} />
    <PhaseBadge phase={trade.phase} />
    <span className="min-w-48 flex-1 text-muted">{trade.summary}</span>
    <span className="ml-auto">
      <Disarm trade={trade} />
    </span>
  </article>
);

const TradeLink = ({ trade }: { trade: TradeView }) => (
  <Link
    to="/trades/$id"
    params={{ id: trade.id }}
    className="text-base font-semibold underline-offset-4 hover:underline"
  >
    {trade.symbol}
  </Link>
);

const JustHappened = () => {
  const closed = useQuery(queries.recentTrades);
  return (
    <Card
      title="Just happened"
      aside={
        <Link to="/trades" className="text-2xs text-accent">
          All trades
        </Link>
      }
    >
      <QueryState
        query={closed}
        isEmpty={(data) => data.items.length === 0}
        empty="No trade has ended yet. Each one ends with a sentence here that says why."
      >
        {(data) => (
          <ul>
            {data.items.map((trade) => (
              <li
                key={trade.id}
                data-row
                data-testid="closed-row"
                data-symbol={trade.symbol}
                className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line px-4 py-2 not-first:border-t"
              >
                <TradeLink trade={trade} />
                <OutcomeBadge outcome={trade.outcome} />
                <span className="min-w-3/5 flex-1 text-muted max-md:order-2 md:min-w-0">
                  {trade.summary}
                </span>
                <span className="max-md:order-1 max-md:ml-auto">
                  <Profit value={trade.profit} />
                </span>
                <span className="w-20 text-right text-2xs text-muted max-md:order-3">
                  <Ago at={trade.closedAt} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Card>
  );
};
