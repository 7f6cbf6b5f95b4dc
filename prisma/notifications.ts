import type { NotificationMessage } from '#domain/notification.ts';
import type { Database, Db } from './client.ts';
import type {
  NotificationChannel,
  NotificationDelivery,
  NotificationEvent,
  Prisma,
} from './generated/client.ts';

// Channels, and the outbox of what people are told. Triggers write NotificationEvent; one of the
// API's processes makes deliveries of it, and sends them.

/** A channel that can be opened. */
export type UsableChannel = NotificationChannel & { readonly sealed: string };

const isUsable = (row: NotificationChannel): row is UsableChannel => row.sealed !== null;

/** Every channel that was not removed, oldest first. */
export const channels = async (db: Db): Promise<UsableChannel[]> => {
  const rows = await db.notificationChannel.findMany({
    where: { removedAt: null },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  return rows.filter(isUsable);
};

/** A channel by its id; null when there is none, or it was removed. */
export const findChannel = async (db: Db, id: string): Promise<UsableChannel | null> => {
  const row = await db.notificationChannel.findFirst({ where: { id, removedAt: null } });
  return row !== null && isUsable(row) ? row : null;
};

/**
 * Forgets the secret of one channel, or of all (`id` null), and what waits to be sent through them.
 * For one transaction.
 */
export const forgetChannels = (
  db: Db,
  { id, nowMs }: { readonly id: string | null; readonly nowMs: number },
): [Prisma.PrismaPromise<Prisma.BatchPayload>, Prisma.PrismaPromise<Prisma.BatchPayload>] => [
  db.notificationChannel.updateMany({
    where: { ...(id === null ? {} : { id }), removedAt: null },
    data: { sealed: null, enabled: false, removedAt: new Date(nowMs) },
  }),
  db.notificationDelivery.updateMany({
    where: { ...(id === null ? {} : { channelId: id }), state: 'waiting' },
    data: { state: 'failed', problem: 'the channel was removed' },
  }),
];

/** Forgets the secret of a channel; that there was one stays. May repeat. */
export const removeChannel = async (db: Database, id: string, nowMs: number): Promise<void> => {
  await db.$transaction(forgetChannels(db, { id, nowMs }));
};

/** Replaces a sealed text that another key sealed, unless somebody was faster. May repeat. */
export const resealChannel = async (
  db: Db,
  before: UsableChannel,
  after: { readonly sealed: string; readonly keyId: string },
): Promise<void> => {
  const { id, sealed } = before;
  await db.notificationChannel.updateMany({ where: { id, sealed }, data: after });
};

/** A message that one channel is to be told. */
export interface NewDelivery {
  readonly installationId: string;
  readonly channelId: string;
  readonly eventId: string | null;
  readonly episode: string | null;
  readonly level: 'on' | 'silent';
  readonly message: NotificationMessage;
  /** Whoever writes it sends it too: nobody else tries it meanwhile. */
  readonly held?: boolean;
  /** Of what is written at one time: it is filed so many ms later, and sent in that order. */
  readonly order?: number;
}

/** While one is tried nobody else tries it; a process that dies leaves it for this long. */
const LEASE_MS = 60_000;

/** The same episode on the same channel within this time is one message. */
const COLLAPSE_MS = 15 * 60_000;

/**
 * Hands events that nobody was told of to `deliver`, the oldest first, and writes what it answers, in
 * one transaction: each event is handled once, however many processes look. Answers how many.
 */
export const handleEvents = (
  db: Database,
  {
    nowMs,
    deliver,
  }: {
    readonly nowMs: number;
    readonly deliver: (tx: Db, event: NotificationEvent) => Promise<readonly NewDelivery[]>;
  },
): Promise<number> =>
  db.$transaction(async (tx) => {
    const events = await tx.$queryRaw<NotificationEvent[]>`
      SELECT * FROM "NotificationEvent" WHERE "handledAt" IS NULL
      ORDER BY "at", ctid LIMIT 20 FOR UPDATE SKIP LOCKED`;
    let made = 0;
    for (const event of events)
      for (const delivery of await deliver(tx, event))
        await addDelivery(tx, { ...delivery, order: made++ }, nowMs);
    if (events.length > 0)
      await tx.notificationEvent.updateMany({
        where: { id: { in: events.map(({ id }) => id) } },
        data: { handledAt: new Date(nowMs) },
      });
    return events.length;
  });

/** Writes a message down that is to be sent at once, unless its episode was told just now. */
export const addDelivery = async (
  db: Db,
  { message, held = false, order = 0, ...delivery }: NewDelivery,
  nowMs: number,
): Promise<NotificationDelivery> => {
  const { channelId, episode } = delivery;
  const told =
    episode !== null &&
    (await db.notificationDelivery.count({
      where: {
        channelId,
        episode,
        state: { in: ['waiting', 'delivered'] },
        createdAt: { gt: new Date(nowMs - COLLAPSE_MS) },
      },
    })) > 0;
  return db.notificationDelivery.create({
    data: {
      ...delivery,
      event: message.event,
      message: message as unknown as Prisma.InputJsonObject, // plain text and arrays of it
      state: told ? 'collapsed' : 'waiting',
      createdAt: new Date(nowMs + order),
      nextAt: new Date(nowMs + (held ? LEASE_MS : 0)),
      attempts: held ? 1 : 0,
    },
  });
};

/** A delivery that is being tried. */
export type ClaimedDelivery = NotificationDelivery & { readonly message: NotificationMessage };

/** Takes the oldest message of a channel that is due; null when none is. */
export const claimDelivery = async (
  db: Db,
  channelId: string,
  nowMs: number,
): Promise<ClaimedDelivery | null> => {
  const now = new Date(nowMs);
  const [row] = await db.$queryRaw<ClaimedDelivery[]>`
    UPDATE "NotificationDelivery" SET "nextAt" = ${new Date(nowMs + LEASE_MS)}, "attempts" = "attempts" + 1
    WHERE "id" = (
      SELECT "id" FROM "NotificationDelivery"
      WHERE "state" = 'waiting' AND "channelId" = ${channelId}::uuid AND "nextAt" <= ${now}
      ORDER BY "createdAt", "id" LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *`;
  return row ?? null;
};

/** Channels that have something to be sent now. */
export const channelsDue = async (db: Db, nowMs: number): Promise<string[]> => {
  const rows = await db.notificationDelivery.findMany({
    where: { state: 'waiting', nextAt: { lte: new Date(nowMs) } },
    distinct: ['channelId'],
    select: { channelId: true },
  });
  return rows.map(({ channelId }) => channelId);
};

const DAY_MS = 86_400_000;
/** What was told can be read again in the record it was of; that it was told is kept for a quarter. */
const EVENTS_KEPT_MS = 30 * DAY_MS;
const DELIVERIES_KEPT_MS = 90 * DAY_MS;

/** Forgets events that were handled long ago, and messages that were settled long ago. May repeat. */
export const pruneNotifications = async (db: Db, nowMs: number): Promise<void> => {
  await db.notificationEvent.deleteMany({
    where: { handledAt: { not: null }, at: { lt: new Date(nowMs - EVENTS_KEPT_MS) } },
  });
  await db.notificationDelivery.deleteMany({
    where: { state: { not: 'waiting' }, createdAt: { lt: new Date(nowMs - DELIVERIES_KEPT_MS) } },
  });
};

/** What became of an attempt. */
export type Attempt =
  | { readonly kind: 'delivered'; readonly atMs: number }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'again'; readonly problem: string; readonly atMs: number };

/** Writes down what became of an attempt. May repeat. */
export const noteAttempt = async (db: Db, id: string, attempt: Attempt): Promise<void> => {
  const data = (): Prisma.NotificationDeliveryUpdateManyMutationInput => {
    switch (attempt.kind) {
      case 'delivered':
        return { state: 'delivered', deliveredAt: new Date(attempt.atMs), problem: null };
      case 'failed':
        return { state: 'failed', problem: attempt.problem };
      case 'again':
        return { nextAt: new Date(attempt.atMs), problem: attempt.problem };
    }
  };
  await db.notificationDelivery.updateMany({ where: { id, state: 'waiting' }, data: data() });
};
