import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SourceView, SystemView } from '#api/schemas/system.ts';
import { call, problemText } from '../api/client.ts';
import { queries, type BotStatus } from '../api/queries.ts';
import { useCommand } from '../api/use-command.ts';
import { StateBadge } from '../components/badges.tsx';
import { Button } from '../components/button.tsx';
import { Card, Fact } from '../components/card.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { DataTable, type Column } from '../components/data-table.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Ago } from '../components/times.tsx';
import { wordsOf } from '../lib/format.ts';
import { durationText } from '../lib/time.ts';
import { usePageTitle } from './use-page-title.ts';

/** The run, the processes, the exchange and its sources. */
export const SystemPage = () => {
  usePageTitle('System');
  const system = useQuery(queries.system);
  const bot = useQuery(queries.bot);
  return (
    <>
      <h1 className="sr-only">System</h1>
      <Card title="Bot">
        <QueryState query={bot} rows={2}>
          {(data) => <Bot status={data} />}
        </QueryState>
      </Card>
      <Card title="Exchange">
        <QueryState query={system} rows={3}>
          {(data) => <Exchange system={data} />}
        </QueryState>
      </Card>
      <Card title="Processes">
        <QueryState query={system} rows={4}>
          {(data) => (
            <DataTable
              caption="Processes"
              columns={processColumns}
              rows={data.processes}
              keyOf={(row) => `${row.process}${row.instance}`}
            />
          )}
        </QueryState>
      </Card>
    </>
  );
};

const Bot = ({ status }: { status: BotStatus }) => {
  const client = useQueryClient();
  const [asking, setAsking] = useState<'keep' | 'close' | null>(null);
  const done = async () => {
    setAsking(null);
    await client.invalidateQueries({ queryKey: queries.bot.queryKey });
  };
  const start = useCommand({
    mutationFn: () => call('/bot/start', { method: 'POST', body: {} }),
    onSuccess: done,
  });
  const stop = useCommand({
    mutationFn: (positions: 'keep' | 'close') =>
      call('/bot/stop', { method: 'POST', body: { positions } }),
    onSuccess: done,
  });
  const ask = (positions: 'keep' | 'close') => {
    stop.reset();
    setAsking(positions);
  };
  const idle = status.running ? null : 'no run is active';
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
      <StateBadge ok={status.running} text={wordsOf(status.run?.state ?? 'never started')} />
      <RunText status={status} />
      {start.error === null ? null : (
        <span role="alert" className="text-danger">
          {problemText(start.error)}
        </span>
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          acts
          look="primary"
          blocked={status.running ? 'a run is active' : null}
          onClick={() => start.send()}
          disabled={start.isPending}
        >
          Start
        </Button>
        <Button acts blocked={idle} onClick={() => ask('keep')}>
          Stop, keep positions
        </Button>
        <Button acts look="danger" blocked={idle} onClick={() => ask('close')}>
          Stop and sell all
        </Button>
      </div>
      <StopDialog
        asking={asking}
        positions={status.metrics.openPositions}
        busy={stop.isPending}
        problem={stop.error === null ? null : problemText(stop.error)}
        onConfirm={(positions) => stop.send(positions)}
        onClose={() => setAsking(null)}
      />
    </div>
  );
};

const RunText = ({ status: { run, metrics } }: { status: BotStatus }) => (
  <span className="min-w-48 flex-1 text-muted">
    {run === null ? (
      'It was never started. Start it to look for listings.'
    ) : (
      <>
        {run.configurationName}, version {run.configurationVersion}; started{' '}
        <Ago at={run.startedAt} />; {metrics.armed} armed, {metrics.openPositions} positions,{' '}
        {metrics.closedTrades} trades ended
        {run.progress === null ? '' : `. ${run.progress}`}
      </>
    )}
  </span>
);

const StopDialog = ({
  asking,
  positions,
  busy,
  problem,
  onConfirm,
  onClose,
}: {
  asking: 'keep' | 'close' | null;
  positions: number;
  busy: boolean;
  problem: string | null;
  onConfirm: (positions: 'keep' | 'close') => void;
  onClose: () => void;
}) => (
  <ConfirmDialog
    open={asking !== null}
    title={asking === 'close' ? 'Stop the bot and sell all?' : 'Stop the bot?'}
    confirm={asking === 'close' ? `Stop, sell ${positions} positions` : 'Stop, keep positions'}
    keep="Keep it running"
    busy={busy}
    problem={problem}
    onConfirm={() => {
      if (asking !== null) onConfirm(asking);
    }}
    onClose={onClose}
  >
    No new listing is looked for and armed entries are released.{' '}
    {asking === 'close'
      ? `All that is held (${positions} positions) is sold at the best price there is.`
      : `Positions (${positions}) stay guarded until they are sold.`}
  </ConfirmDialog>
);

const ms = (value: number | null): string => (value === null ? 'unknown' : durationText(value));

const Exchange = ({ system }: { system: SystemView }) => {
  const { exchange } = system;
  return (
    <>
      <dl className="grid grid-cols-2 gap-3 p-4 sm:grid-cols-5">
        <Fact name="State">
          <StateBadge ok={exchange.ok} text={exchange.ok ? 'answers' : exchange.detail} />
        </Fact>
        <Fact name="Stream">{exchange.stream ?? 'unknown'}</Fact>
        <Fact name="Clock offset">
          {exchange.clockOffsetMs === null
            ? 'unknown'
            : `${exchange.clockOffsetMs} ms ± ${exchange.clockErrorMs ?? '?'} ms`}
        </Fact>
        <Fact name="Round trip">{ms(exchange.restLatencyMs)}</Fact>
        <Fact name="Account">{system.account}</Fact>
        <Fact name="Version">
          {system.version}, Node {system.node}
        </Fact>
        {system.temporalUrl === null ? null : (
          <Fact name="Workflows">
            <a
              href={system.temporalUrl}
              target="_blank"
              rel="noreferrer"
              className="text-accent underline-offset-4 hover:underline"
            >
              Temporal UI
            </a>
          </Fact>
        )}
      </dl>
      <DataTable
        caption="Sources of listings"
        columns={sourceColumns}
        rows={exchange.sources}
        keyOf={(row) => row.name}
      />
    </>
  );
};

const sourceColumns: readonly Column<SourceView>[] = [
  { name: 'Source', cell: (row) => row.name },
  { name: 'State', cell: (row) => <StateBadge ok={row.ok} text={row.ok ? 'Answers' : 'Silent'} /> },
  { name: 'Last answer', cell: (row) => <Ago at={row.lastOkAt} />, numeric: true },
  { name: 'Every', cell: (row) => durationText(row.everyMs), numeric: true, from: 'sm' },
  { name: 'Errors', cell: (row) => row.errors, numeric: true },
  {
    name: 'Last error',
    cell: (row) => <span className="text-muted">{row.lastError}</span>,
    from: 'md',
  },
];

const processColumns: readonly Column<SystemView['processes'][number]>[] = [
  { name: 'Process', cell: (row) => row.process },
  { name: 'State', cell: (row) => <StateBadge ok={row.ok} text={row.ok ? 'Alive' : 'Silent'} /> },
  { name: 'Instance', cell: (row) => <code className="text-2xs">{row.instance}</code>, from: 'md' },
  { name: 'Version', cell: (row) => row.version, from: 'lg' },
  { name: 'Guards', cell: (row) => row.guarding ?? '', numeric: true },
  { name: 'Armed', cell: (row) => row.armed ?? '', numeric: true },
  { name: 'Started', cell: (row) => <Ago at={row.startedAt} />, numeric: true, from: 'sm' },
  { name: 'Seen', cell: (row) => <Ago at={row.heartbeatAt} />, numeric: true },
];
