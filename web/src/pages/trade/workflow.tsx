import { useQuery } from '@tanstack/react-query';
import type { HistoryView } from '#api/schemas/trade-detail.ts';
import { queries } from '../../api/queries.ts';
import { Card } from '../../components/card.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Ago, Clock } from '../../components/times.tsx';
import { wordsOf } from '../../lib/format.ts';

/** What Temporal does for this trade now, and what it recorded. */
export const Workflow = ({ id }: { id: string }) => {
  const history = useQuery(queries.history(id));
  return (
    <Card
      title="Workflow"
      aside={
        history.data === undefined ? null : (
          <span className="text-2xs text-muted">{wordsOf(history.data.status.toLowerCase())}</span>
        )
      }
    >
      <QueryState query={history} rows={2}>
        {(data) => (
          <>
            <Pending pending={data.pending} />
            <Recorded history={data} />
          </>
        )}
      </QueryState>
    </Card>
  );
};

const Pending = ({ pending }: { pending: HistoryView['pending'] }) =>
  pending.length === 0 ? (
    <p className="px-4 py-3 text-muted">Nothing is running in it now.</p>
  ) : (
    <ul className="divide-y divide-line">
      {pending.map((each) => (
        <li key={`${each.activity}${each.lastStartedAt ?? ''}`} className="px-4 py-2">
          <p className="flex flex-wrap justify-between gap-x-3">
            <span className="font-medium">{wordsOf(each.activity)}</span>
            <span className="text-2xs text-muted">
              {each.state.toLowerCase()}, attempt {each.attempt}
            </span>
          </p>
          <p className="text-2xs text-muted">
            last heartbeat <Ago at={each.lastHeartbeatAt} />
          </p>
          {each.lastProblem === null ? null : (
            <p className="text-2xs text-warn">{each.lastProblem}</p>
          )}
        </li>
      ))}
    </ul>
  );

const Recorded = ({ history }: { history: HistoryView }) => (
  <details className="border-t border-line px-4 py-2">
    <summary className="cursor-pointer py-1 text-2xs text-muted">
      {history.truncated ? `The last ${history.events.length}` : history.events.length} recorded
      events
    </summary>
    <ol className="max-h-72 overflow-auto pt-2">
      {history.events.map((event) => (
        <li key={event.id} className="flex flex-wrap gap-x-3 py-0.5 text-2xs">
          <span className="w-8 text-right text-muted">{event.id}</span>
          <Clock at={event.at} withMs />
          <span className="min-w-0 grow">
            {wordsOf(event.name)}
            {event.about === null ? '' : `: ${event.about}`}
            {event.problem === null ? null : <span className="text-warn"> {event.problem}</span>}
          </span>
        </li>
      ))}
    </ol>
  </details>
);
