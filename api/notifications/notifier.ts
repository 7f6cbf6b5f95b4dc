import type { NotificationEvent } from '#prisma/generated/client.ts';
import { raiseAlert, resolveAlert } from '#prisma/alerts.ts';
import type { Db } from '#prisma/client.ts';
import {
  channels,
  channelsDue,
  claimDelivery,
  findChannel,
  handleEvents,
  noteAttempt,
  pruneNotifications,
  type Attempt,
  type ClaimedDelivery,
  type NewDelivery,
  type UsableChannel,
} from '#prisma/notifications.ts';
import { every } from '#runtime/shutdown.ts';
import type { ApiDeps } from '../deps.ts';
import { countMessage } from '../metrics/record.ts';
import { resealChannels } from './reseal.ts';
import { levelsOf } from './levels.ts';
import { composeMessage } from './message.ts';
import type { Sent } from './senders/post.ts';
import { sendMessage } from './senders/send.ts';

// Tells people what the triggers wrote down. It stands apart from trading: nothing waits for it, and
// what fails here is tried again here.

type NotifierDeps = Pick<
  ApiDeps,
  'db' | 'keys' | 'clock' | 'log' | 'metrics' | 'publicUrl' | 'installation'
>;

const LOOK_MS = 1000;
/** Waits between the attempts of one message; the last one repeats. */
const WAITS_MS = [2000, 10_000, 30_000, 60_000, 300_000, 900_000] as const;
/** Who is told after that is not helped any more. */
const GIVE_UP_MS = 6 * 3_600_000;
/** What makes no sound is not told when it is older: nobody ran who could tell it. */
const STALE_MS = 3_600_000;
/** Told later than this, a message says when it happened. */
const LATE_MS = 60_000;
const PRUNE_EVERY_MS = 3_600_000;

/** Tells of all that happens, each channel by itself, until `stop`. Never throws. */
export const startNotifier = (deps: NotifierDeps, lookMs = LOOK_MS): { stop(): Promise<void> } => {
  const { db, clock, log } = deps;
  const sending = new Map<string, Promise<void>>();
  const quietUntilMs = new Map<string, number>();
  let stopped = false;
  let resealed = false;
  let prunedMs = Number.NEGATIVE_INFINITY;
  const drain = async (channelId: string): Promise<void> => {
    const channel = await findChannel(db, channelId);
    while (channel !== null && !stopped && isFree(channelId)) {
      const delivery = await claimDelivery(db, channelId, clock.now());
      if (delivery === null) return;
      const sent = await sendMessage(await deps.keys(), channel, {
        id: delivery.id,
        level: delivery.level === 'silent' ? 'silent' : 'on',
        message: delivery.message,
      });
      if (sent.kind === 'again' && sent.afterMs !== null)
        quietUntilMs.set(channelId, clock.now() + sent.afterMs);
      await settle(deps, { channel, delivery, sent });
    }
  };
  const isFree = (channelId: string): boolean => (quietUntilMs.get(channelId) ?? 0) <= clock.now();
  const look = async (): Promise<void> => {
    if (!resealed) await resealChannels(deps);
    resealed = true;
    while ((await handleEvents(db, { nowMs: clock.now(), deliver: deliveriesOf(deps) })) > 0);
    if (clock.now() - prunedMs > PRUNE_EVERY_MS) {
      prunedMs = clock.now();
      await pruneNotifications(db, prunedMs);
    }
    for (const channelId of await channelsDue(db, clock.now())) {
      if (sending.has(channelId) || !isFree(channelId)) continue;
      const work = drain(channelId)
        .catch((error: unknown) => log.warn({ err: error, channelId }, 'Messages wait'))
        .finally(() => sending.delete(channelId));
      sending.set(channelId, work);
    }
  };
  const looking = every(lookMs, look, { log, what: 'Looking for what to tell people' });
  return {
    stop: async () => {
      stopped = true;
      await looking.stop();
      await Promise.all(sending.values());
    },
  };
};

/** The messages that one event comes to: one for each channel that wants it. */
const deliveriesOf =
  ({ clock, publicUrl, log }: NotifierDeps) =>
  async (tx: Db, event: NotificationEvent): Promise<NewDelivery[]> => {
    const { installationId } = event;
    const wanted = (await channels(tx)).filter((channel) => channel.enabled);
    if (wanted.length === 0) return [];
    const { mode } = await tx.installation.findUniqueOrThrow({ where: { id: installationId } });
    const setting = { mode, origin: publicUrl?.origin ?? null };
    const composed = await composeMessage(tx, event, setting).catch((error: unknown) => {
      log.error({ err: error, event: event.id, origin: event.origin }, 'An event nobody can read');
      return null;
    });
    if (composed === null) return [];
    const ageMs = clock.now() - event.at.getTime();
    const { kind, episode, message } = composed;
    const fields =
      ageMs < LATE_MS
        ? message.fields
        : [...message.fields, { label: 'Happened', value: message.at }];
    return wanted.flatMap((channel) => {
      const level = levelsOf(channel)[kind];
      if (level === 'off' || (level === 'silent' && ageMs > STALE_MS)) return [];
      const own = { installationId, channelId: channel.id, eventId: event.id };
      return [{ ...own, episode, level, message: { ...message, fields } }];
    });
  };

interface Settled {
  readonly channel: UsableChannel;
  readonly delivery: ClaimedDelivery;
  readonly sent: Sent;
}

/** Keeps what became of an attempt; a message that is given up is an alert of its own. */
const settle = async (deps: NotifierDeps, { channel, delivery, sent }: Settled): Promise<void> => {
  const { db, clock, log } = deps;
  const nowMs = clock.now();
  const attempt = attemptOf(sent, delivery, nowMs);
  await noteAttempt(db, delivery.id, attempt);
  countMessage(deps.metrics, attempt.kind);
  const { installationId } = delivery;
  const episodeKey = `notification:${channel.id}`;
  if (attempt.kind === 'delivered') return resolveAlert(db, { installationId, episodeKey, nowMs });
  const { id: channelId, kind, name } = channel;
  log.warn(
    { channelId, kind, problem: attempt.problem, attempt: attempt.kind },
    'A message was not taken',
  );
  if (attempt.kind === 'failed')
    await raiseAlert(db, {
      installationId,
      episodeKey,
      nowMs,
      listingId: null,
      severity: 'warning',
      title: `Messages through ${name} do not arrive`,
      text: `${attempt.problem}. Look at the channel (Notifications), and send a test.`,
    });
};

const attemptOf = (sent: Sent, delivery: ClaimedDelivery, nowMs: number): Attempt => {
  switch (sent.kind) {
    case 'delivered':
      return { kind: 'delivered', atMs: nowMs };
    case 'refused':
      return { kind: 'failed', problem: sent.problem };
    case 'again': {
      const { problem, afterMs } = sent;
      const ordinaryMs = WAITS_MS[Math.min(delivery.attempts, WAITS_MS.length) - 1] ?? WAITS_MS[0];
      const atMs = nowMs + Math.max(afterMs ?? 0, ordinaryMs);
      return atMs - delivery.createdAt.getTime() > GIVE_UP_MS
        ? { kind: 'failed', problem: `${problem}; given up after ${delivery.attempts} attempts` }
        : { kind: 'again', problem, atMs };
    }
  }
};
