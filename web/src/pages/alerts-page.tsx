import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AlertView } from '#api/schemas/alert.ts';
import { call, problemText } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { useCommand } from '../api/use-command.ts';
import { SeverityBadge } from '../components/badges.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Ago } from '../components/times.tsx';
import { usePageTitle } from './use-page-title.ts';

/** What a person should know or do. */
export const AlertsPage = () => {
  usePageTitle('Alerts');
  const alerts = useQuery(queries.alerts);
  return (
    <Card title="Alerts">
      <h1 className="sr-only">Alerts</h1>
      <QueryState
        query={alerts}
        isEmpty={(data) => data.items.length === 0}
        empty="No alert. When something needs a person, it says here what happened and what to do."
      >
        {(data) => data.items.map((alert) => <AlertRow key={alert.id} alert={alert} />)}
      </QueryState>
    </Card>
  );
};

const AlertRow = ({ alert }: { alert: AlertView }) => {
  const client = useQueryClient();
  const acknowledge = useCommand({
    mutationFn: () => call(`/alerts/${alert.id}/ack`, { method: 'POST' }),
    onSuccess: () => client.invalidateQueries({ queryKey: queries.alerts.queryKey }),
  });
  return (
    <article className="flex flex-wrap items-start gap-x-4 gap-y-2 border-line px-4 py-3 not-first:border-t">
      <SeverityBadge severity={alert.severity} />
      <div className="min-w-0 grow basis-64">
        <h2 className="font-semibold">{alert.title}</h2>
        <p className="text-muted">{alert.text}</p>
        <p className="text-2xs text-muted">
          <Ago at={alert.openedAt} />
          {alert.count > 1 ? `, ${alert.count} times` : ''}
          {alert.resolvedAt === null ? ', still true' : ', over'}
        </p>
      </div>
      {acknowledge.error === null ? null : (
        <span role="alert" className="text-danger">
          {problemText(acknowledge.error)}
        </span>
      )}
      {alert.listingId === null ? null : (
        <Link
          to="/trades/$id"
          params={{ id: alert.listingId }}
          className="inline-flex min-h-9 items-center text-accent underline-offset-4 hover:underline"
        >
          Its trade
        </Link>
      )}
      <Button
        acts
        blocked={alert.acknowledgedAt === null ? null : 'it is acknowledged'}
        onClick={() => acknowledge.send()}
      >
        Acknowledge
      </Button>
    </article>
  );
};
