import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import type { TradeDetailView } from '#api/schemas/trade-detail.ts';
import { Gain, Price, Profit, Quantity, Quote } from '../../components/amount.tsx';
import { LatencyBadge, OutcomeBadge, PhaseBadge } from '../../components/badges.tsx';
import { Fact } from '../../components/card.tsx';
import { Disarm, SellNow } from '../../components/trade-actions.tsx';
import { Ago, Clock, Countdown, ZoneName } from '../../components/times.tsx';
import { formatPercent, wordsOf } from '../../lib/format.ts';
import { Budget } from '../listings/budget.tsx';
import { entryCostOf, type EntryCost } from './entry-cost.ts';

/** Where a trade stands, what it brought, and what a person may ask of it. */
export const Head = ({ detail }: { detail: TradeDetailView }) => {
  const { trade } = detail;
  return (
    <section className="rounded-lg border border-line bg-surface p-4" aria-label="Where it stands">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-xl font-semibold">{trade.symbol}</h1>
        <span data-testid="trade-phase" data-phase={trade.phase}>
          <PhaseBadge phase={trade.phase} />
        </span>
        {trade.outcome === null ? null : <OutcomeBadge outcome={trade.outcome} />}
        <Result trade={trade} />
        <span className="ml-auto flex flex-wrap justify-end gap-2">
          <Disarm trade={trade} />
          <SellNow trade={trade} />
        </span>
      </div>
      <p className="mt-2 text-muted">{trade.summary}</p>
      <Facts detail={detail} />
      <div className="mt-3 flex flex-wrap gap-x-6 gap-y-1">
        {beforeOrder(trade.phase) ? <Budget id={trade.id} /> : null}
        <Link
          to="/diagnosis"
          search={{ listing: trade.id }}
          className="inline-flex min-h-9 items-center text-accent underline-offset-4 hover:underline"
        >
          Why was it bought, or not?
        </Link>
        {detail.temporalUrl === null ? null : (
          <a
            href={detail.temporalUrl}
            target="_blank"
            rel="noreferrer"
            className="inline-flex min-h-9 items-center gap-1.5 text-accent underline-offset-4 hover:underline"
          >
            Its workflow in the Temporal UI <ExternalLink size={16} aria-hidden="true" />
          </a>
        )}
      </div>
    </section>
  );
};

/** Whether what it may spend is still of interest: afterwards what it spent is. */
const beforeOrder = (phase: TradeDetailView['trade']['phase']): boolean =>
  ['waiting', 'admitted', 'armed'].includes(phase);

/** Profit once it is booked; before that the gain at the present price, which is only a hope. */
const Result = ({ trade }: { trade: TradeDetailView['trade'] }) => (
  <span className="flex items-baseline gap-2 text-xl font-semibold">
    {trade.profit === null && trade.guard !== null ? (
      <>
        <Gain percent={trade.guard.gainPercent} />
        <span className="text-2xs font-normal text-muted">not sold yet</span>
      </>
    ) : (
      <Profit value={trade.profit} testId="profit" />
    )}
    {trade.profitPercent === null ? null : (
      <span className="text-sm font-normal text-muted">{formatPercent(trade.profitPercent)}</span>
    )}
  </span>
);

const Facts = ({ detail: { trade, orders } }: { detail: TradeDetailView }) => (
  <dl className="mt-3 grid grid-cols-2 gap-3 sm:grid-cols-4 xl:grid-cols-6">
    {trade.stages.triggeredAt === null && trade.phase !== 'closed' ? (
      <Fact name="Opens in">
        <Countdown to={trade.opensAt} />
      </Fact>
    ) : (
      <Fact name="Opening">
        <Clock at={trade.opensAt} />{' '}
        <span className="text-2xs text-muted">
          <ZoneName />
        </span>
      </Fact>
    )}
    <Fact name="First seen by">{wordsOf(trade.source)}</Fact>
    <Fact name="Bought">
      <Quantity value={trade.bought} />
    </Fact>
    <Fact name="Held">
      <Quantity value={trade.held} />
    </Fact>
    <Fact name="Entry">
      <Price value={trade.entryPrice} />
    </Fact>
    <EntryFacts cost={entryCostOf(orders)} />
    <GuardFacts trade={trade} />
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
    {trade.exitReason === null ? null : <Fact name="Exit reason">{wordsOf(trade.exitReason)}</Fact>}
  </dl>
);

/** How far the order moved the price that it met, and how much further it could have gone. */
const EntryFacts = ({ cost }: { cost: EntryCost | null }) =>
  cost === null ? null : (
    <>
      <Fact name="Best price of the entry">
        <Price value={cost.best} />
      </Fact>
      <Fact name="Paid above that">
        <span data-testid="entry-over" title={`${cost.over} in all, without fees`}>
          {formatPercent(cost.overPercent)}
        </span>
        {cost.roomPercent === null ? null : (
          <span className="text-2xs text-muted">
            {' '}
            {formatPercent(cost.roomPercent)} left to its limit
          </span>
        )}
      </Fact>
    </>
  );

const GuardFacts = ({ trade }: { trade: TradeDetailView['trade'] }) => {
  const { guard } = trade;
  if (guard === null || trade.phase === 'closed') return null;
  return (
    <>
      <Fact name="Price (best bid)">
        <Price value={guard.markPrice} />
      </Fact>
      <Fact name="Stop">
        <Price value={guard.stopPrice} />
      </Fact>
      <Fact name="Target">
        <Price value={guard.targetPrice} />
      </Fact>
      <Fact name="Guard">
        {guard.state}, price <Ago at={guard.at} />
      </Fact>
    </>
  );
};
