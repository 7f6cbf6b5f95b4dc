import { useQuery } from '@tanstack/react-query';
import { Progress } from 'radix-ui';
import { useState } from 'react';
import type { KillView, RiskMetricsView } from '#api/schemas/risk.ts';
import type { VerdictView } from '#api/schemas/listing.ts';
import { queries } from '../api/queries.ts';
import { Profit, Quote } from '../components/amount.tsx';
import { StateBadge } from '../components/badges.tsx';
import { Button } from '../components/button.tsx';
import { Card, Fact } from '../components/card.tsx';
import { DataTable, type Column } from '../components/data-table.tsx';
import {
  KILL_LEVELS,
  KillDialog,
  ReleaseKill,
  type KillLevel,
} from '../components/kill-switch.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Ago } from '../components/times.tsx';
import { formatQuote, wordsOf } from '../lib/format.ts';
import { usePageTitle } from './use-page-title.ts';

/** Limits and their use, the kill switch, and the answers of the rules. */
export const RiskPage = () => {
  usePageTitle('Risk');
  const risk = useQuery(queries.risk);
  const verdicts = useQuery(queries.verdicts);
  return (
    <>
      <h1 className="sr-only">Risk</h1>
      <KillSwitch kill={risk.data?.kill ?? null} />
      <Card title="Limits">
        <QueryState
          query={risk}
          rows={4}
          isEmpty={(data) => data.limits.length === 0}
          empty="There is no active configuration, so there are no limits and nothing is bought."
        >
          {(data) => <Limits risk={data} />}
        </QueryState>
      </Card>
      <Card title="Verdicts">
        <QueryState
          query={verdicts}
          isEmpty={(data) => data.items.length === 0}
          empty="The rules have not been asked yet."
        >
          {(data) => (
            <DataTable
              caption="Answers of the risk rules, newest first"
              columns={verdictColumns}
              rows={data.items}
              keyOf={(row) => row.id}
            />
          )}
        </QueryState>
      </Card>
    </>
  );
};

const Limits = ({ risk }: { risk: RiskMetricsView }) => (
  <div className="space-y-4 p-4">
    <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
      {risk.limits.map((limit) => (
        <li key={limit.rule}>
          <div className="flex justify-between gap-3">
            <span>{wordsOf(limit.rule)}</span>
            <span className={limit.reached ? 'font-semibold text-danger' : 'text-muted'}>
              {formatQuote(limit.used, /^\d+$/.test(limit.limit) ? 0 : 2)} of{' '}
              {formatQuote(limit.limit, 0)} {limit.unit}
            </span>
          </div>
          <Progress.Root
            value={Math.min(100, limit.usedPercent)}
            aria-label={`${wordsOf(limit.rule)}: ${limit.usedPercent} percent used`}
            className="mt-1.5 h-1.5 w-full overflow-hidden rounded bg-raised"
          >
            <Progress.Indicator
              className={`h-full rounded ${limit.usedPercent >= 80 ? 'bg-danger' : 'bg-accent'}`}
              style={{ width: `${Math.min(100, limit.usedPercent)}%` }}
            />
          </Progress.Root>
        </li>
      ))}
    </ul>
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-5">
      <Fact name="Profit today">
        <Profit value={risk.profitToday} />
      </Fact>
      <Fact name="Profit, all">
        <Profit value={risk.profitTotal} />
      </Fact>
      <Fact name="At risk">
        <Quote value={risk.exposure} coin={risk.quote} />
      </Fact>
      <Fact name="Reserved">
        <Quote value={risk.reserved} coin={risk.quote} />
      </Fact>
      <Fact name="Won and lost">
        {risk.wins} won, {risk.losses} lost
      </Fact>
    </dl>
  </div>
);

const KillSwitch = ({ kill }: { kill: KillView | null }) => {
  const [asked, setAsked] = useState<KillLevel | null>(null);
  return (
    <Card title="Kill switch">
      <div className="flex flex-wrap items-center gap-2 p-4">
        <span role="status" className="mr-2 basis-full text-muted sm:basis-auto">
          {kill === null
            ? 'Not set: entries are allowed.'
            : `${wordsOf(kill.level)} is set: ${kill.reason}.`}
        </span>
        {KILL_LEVELS.map(({ level, name }) => (
          <Button
            acts
            key={level}
            look="danger"
            blocked={kill?.level === level ? 'it is set already' : null}
            onClick={() => setAsked(level)}
          >
            {name}
          </Button>
        ))}
        <ReleaseKill />
      </div>
      {asked === null ? null : <KillDialog first={asked} close={() => setAsked(null)} />}
    </Card>
  );
};

const verdictColumns: readonly Column<VerdictView>[] = [
  { name: 'Pair', cell: (row) => row.symbol },
  {
    name: 'Answer',
    cell: (row) => <StateBadge ok={row.allowed} text={row.allowed ? 'Allowed' : 'Denied'} />,
  },
  {
    name: 'Why',
    cell: (row) => (
      <span className="text-muted">
        {row.rules
          .filter((rule) => !rule.passed)
          .map((rule) => `${wordsOf(rule.rule)}: ${rule.actual} of ${rule.limit}`)
          .join('; ') || `${row.rules.length} rules passed`}
      </span>
    ),
    from: 'sm',
  },
  { name: 'When', cell: (row) => <Ago at={row.decidedAt} />, numeric: true },
];
