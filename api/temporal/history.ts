import type { Client } from '@temporalio/client';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow/index.js';
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
  const said = (failure: Failure) => messageOf(client, failure);
  const events = await Promise.all(
    (history.events ?? []).map((event) => eventView(event, names, said)),
  );
  return {
    workflowId,
    runId: description.runId,
    status: description.status.name,
    temporalUrl,
    events: events.slice(-EVENTS_MAX),
    pending: await Promise.all(
      (description.raw.pendingActivities ?? []).map((info) => pendingView(info, said)),
    ),
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

type Failure = temporal.api.failure.v1.IFailure | null | undefined;
type Said = (failure: Failure) => Promise<string | null>;

/** What a failure says; it is sealed in the history. */
const messageOf = async (client: Client, failure: Failure): Promise<string | null> => {
  if (failure === null || failure === undefined) return null;
  const { loadedDataConverter } = client.options;
  const error = await decodeOptionalFailureToOptionalError(loadedDataConverter, failure);
  return error?.message ?? null;
};

const ATTRIBUTES = /EventAttributes$/;

/** `names` carries an activity's name from its scheduling to what follows from it. */
const eventView = async (
  event: HistoryEvent,
  names: Map<string, string>,
  said: Said,
): Promise<HistoryView['events'][number]> => {
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
    problem: await said(attributes.failure),
  };
};

/** The fields of the many kinds of events that the summary looks at. */
interface Attributes {
  readonly activityType?: { readonly name?: string };
  readonly signalName?: string;
  readonly acceptedRequest?: { readonly input?: { readonly name?: string } };
  readonly scheduledEventId?: { toString(): string };
  readonly startedEventId?: { toString(): string };
  readonly failure?: Failure;
}

const PENDING_STATES = ['unspecified', 'scheduled', 'started', 'cancelRequested', 'paused'];

const pendingView = async (
  info: PendingActivity,
  said: Said,
): Promise<HistoryView['pending'][number]> => ({
  activity: info.activityType?.name ?? '',
  state: PENDING_STATES[info.state ?? 0] ?? 'unspecified',
  attempt: info.attempt ?? 0,
  scheduledAt: iso(info.scheduledTime),
  lastStartedAt: iso(info.lastStartedTime),
  lastHeartbeatAt: iso(info.lastHeartbeatTime),
  lastProblem: await said(info.lastFailure),
});
