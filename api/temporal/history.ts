import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { HistoryView } from '../schemas/trade-detail.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type PendingActivity = temporal.api.workflow.v1.IPendingActivityInfo;

/** Only the last events are shown; the Temporal UI has all. */
const EVENTS_MAX = 300;

/** A summary of a workflow's history: what happened, what is waited for now. */
export const historyOf = async (
  client: Client,
  workflowId: string,
  temporalUrl: string | null,
): Promise<HistoryView> => {
  const handle = client.workflow.getHandle(workflowId);
  const description = await handle.describe(); // first: it says clearly when there is none
  const history = await handle.fetchHistory();
  const names = new Map<string, string>();
  const events = (history.events ?? []).map((event) => eventView(event, names));
  return {
    workflowId,
    runId: description.runId,
    status: description.status.name,
    temporalUrl,
    events: events.slice(-EVENTS_MAX),
    pending: (description.raw.pendingActivities ?? []).map(pendingView),
    truncated: events.length > EVENTS_MAX,
  };
};

type Stamp = { seconds?: { toString(): string } | null; nanos?: number | null } | null | undefined;

const iso = (stamp: Stamp): string | null =>
  stamp?.seconds == null
    ? null
    : new Date(
        Number(stamp.seconds.toString()) * 1000 + Math.floor((stamp.nanos ?? 0) / 1e6),
      ).toISOString();

const ATTRIBUTES = /EventAttributes$/;

/** `names` carries an activity's name from its scheduling to what follows from it. */
const eventView = (
  event: HistoryEvent,
  names: Map<string, string>,
): HistoryView['events'][number] => {
  const key = Object.keys(event).find((each) => ATTRIBUTES.test(each)) ?? '';
  const attributes = (Reflect.get(event, key) ?? {}) as Attributes;
  const id = String(event.eventId ?? '');
  const origin = String(attributes.scheduledEventId ?? attributes.startedEventId ?? '');
  const about =
    attributes.activityType?.name ??
    attributes.signalName ??
    attributes.acceptedRequest?.input?.name ??
    names.get(origin) ??
    null;
  if (about !== null) names.set(id, about);
  return {
    id: Number(id),
    at: iso(event.eventTime) ?? new Date(0).toISOString(),
    name: key.replace(ATTRIBUTES, ''),
    about,
    problem: attributes.failure?.message ?? null,
  };
};

/** The fields of the many kinds of events that the summary looks at. */
interface Attributes {
  readonly activityType?: { readonly name?: string };
  readonly signalName?: string;
  readonly acceptedRequest?: { readonly input?: { readonly name?: string } };
  readonly scheduledEventId?: { toString(): string };
  readonly startedEventId?: { toString(): string };
  readonly failure?: { readonly message?: string };
}

const PENDING_STATES = ['unspecified', 'scheduled', 'started', 'cancelRequested', 'paused'];

const pendingView = (info: PendingActivity): HistoryView['pending'][number] => ({
  activity: info.activityType?.name ?? '',
  state: PENDING_STATES[info.state ?? 0] ?? 'unspecified',
  attempt: info.attempt ?? 0,
  scheduledAt: iso(info.scheduledTime),
  lastStartedAt: iso(info.lastStartedTime),
  lastHeartbeatAt: iso(info.lastHeartbeatTime),
  lastProblem: info.lastFailure?.message ?? null,
});
