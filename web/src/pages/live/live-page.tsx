import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { LiveState } from '#api/live/schemas.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { StepBadge } from '../../components/badges.tsx';
import { Card, Fact } from '../../components/card.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { usePageTitle } from '../use-page-title.ts';
import { Confirmation } from './confirmation.tsx';
import { Preflight } from './preflight.tsx';

type Part = LiveState['parts'][number];

/** Real money, step by step: what is met, what is missing, and what to do about it. */
export const LivePage = () => {
  usePageTitle('Going live');
  const live = useQuery(recordQueries.live);
  return (
    <>
      <h1 className="sr-only">Going live</h1>
      <Card title="Real money">
        <QueryState query={live} rows={2}>
          {(data) => <Gate live={data} />}
        </QueryState>
      </Card>
      <Card title="Step by step">
        <QueryState query={live} rows={6}>
          {(data) => <Steps live={data} />}
        </QueryState>
      </Card>
    </>
  );
};

const ORDERS: Readonly<Record<LiveState['orders'], string>> = {
  play: 'to the simulator: nothing is real',
  paper: 'nowhere: fills are guesses from the live book',
  gated: 'to the exchange, entries only while every step is met',
};

const Gate = ({ live }: { live: LiveState }) => (
  <div className="space-y-3 p-4" data-testid="live-gate" data-open={live.open}>
    <p className="flex flex-wrap items-center gap-3 text-xl font-semibold">
      <span
        className={`rounded border px-2 text-sm ${live.open ? 'border-halt bg-halt text-white' : 'border-control text-muted'}`}
      >
        {live.open ? 'OPEN' : 'SHUT'}
      </span>
      {live.headline}
    </p>
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3">
      <Fact name="Mode">{live.mode}</Fact>
      <Fact name="Orders go">{ORDERS[live.orders]}</Fact>
      <Fact name="Account (a hash of its key)">
        <code className="text-xs break-all">{live.account}</code>
      </Fact>
    </dl>
  </div>
);

const NAMES: Readonly<Record<Part['name'], string>> = {
  exchange: 'Talk to the real exchange',
  liveTrading: 'Switch live trading on',
  key: 'Enter a key',
  preflight: 'Put the key to the test',
  autoTrade: 'Set the limits, and let it buy',
  confirmation: 'Confirm it, typed',
};

const Steps = ({ live }: { live: LiveState }) => (
  <ol>
    {live.parts.map((part, n) => (
      <li
        key={part.name}
        data-step={part.name}
        data-state={part.state}
        className="grid grid-cols-[2rem_minmax(0,1fr)] gap-x-3 border-line px-4 py-4 not-first:border-t"
      >
        <span
          aria-hidden="true"
          className="grid size-7 place-items-center rounded-full border border-control font-semibold"
        >
          {n + 1}
        </span>
        <div className="min-w-0 space-y-2">
          <h3 className="flex flex-wrap items-center gap-3 text-base font-semibold">
            {NAMES[part.name]} <StepBadge state={part.state} />
          </h3>
          <p className="text-muted">{part.text}</p>
          {part.todo === null ? null : <p>{part.todo}</p>}
          {actionOf(part.name, live)}
        </div>
      </li>
    ))}
  </ol>
);

/** What can be done about a step here. The first two are settings of the process. */
const actionOf = (name: Part['name'], live: LiveState): ReactNode => {
  switch (name) {
    case 'exchange':
    case 'liveTrading':
      return null;
    case 'key':
      return <Elsewhere to="/access" text="Go to the keys" />;
    case 'preflight':
      return <Preflight live={live} />;
    case 'autoTrade':
      return <Elsewhere to="/configuration" text="Go to the options" />;
    case 'confirmation':
      return <Confirmation live={live} />;
  }
};

const Elsewhere = ({ to, text }: { to: string; text: string }) => (
  <Link
    to={to}
    className="inline-flex min-h-9 items-center text-accent underline-offset-4 hover:underline"
  >
    {text}
  </Link>
);
