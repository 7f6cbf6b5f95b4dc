import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queries } from '../api/queries.ts';
import { Profit, Quote } from '../components/amount.tsx';
import { clockOffset } from '../lib/clock-offset.ts';
import { useNow } from '../lib/use-now.ts';

/** Money of today and the clock, on every page; a line of their own where it is narrow. */
export const Figures = () => {
  const risk = useQuery(queries.risk).data;
  const spend = risk?.limits.find((limit) => limit.rule === 'dailySpend');
  return (
    <dl
      data-testid="figures"
      className="flex gap-x-5 gap-y-1 text-2xs max-sm:order-last max-sm:basis-full max-sm:justify-between max-sm:gap-x-3"
    >
      <Figure name="Profit today">
        <Profit value={risk?.profitToday ?? null} />
      </Figure>
      <Figure name="Spent, of its cap">
        <Quote value={spend?.used ?? null} /> <span className="text-muted">of</span>{' '}
        <Quote value={spend?.limit ?? null} />
      </Figure>
      <Clock />
    </dl>
  );
};

const Figure = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="whitespace-nowrap text-muted">{name}</dt>
    <dd className="whitespace-nowrap tabular-nums sm:text-sm">{children}</dd>
  </div>
);

/** How far our clock is from the exchange's, and how sure that is. */
const Clock = () => {
  const system = useQuery(queries.system);
  const now = useNow();
  const { state, text, note, detail } = clockOffset(
    system.data?.exchange ?? null,
    now - system.dataUpdatedAt,
  );
  return (
    <Figure name="Clock offset">
      <span
        title={detail}
        data-testid="clock-offset"
        data-state={state}
        className={`inline-block min-w-20 ${state === 'ok' ? '' : state === 'unknown' ? 'text-muted' : 'text-warn'}`}
      >
        {text}
        {note === '' ? '' : `, ${note}`}
      </span>
      <span className="sr-only">{detail}</span>
    </Figure>
  );
};
