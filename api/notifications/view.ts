import type { NotificationMessage } from '#domain/notification.ts';
import type { Db } from '#prisma/client.ts';
import type { NotificationDelivery } from '#prisma/generated/client.ts';
import type { UsableChannel } from '#prisma/notifications.ts';
import { iso, isoOrNull } from '../views/text.ts';
import { levelsOf } from './levels.ts';
import type { ChannelView, DeliveryView } from './schemas.ts';

const DAY_MS = 86_400_000;

/** A channel as people see it; never its secret. */
export const channelViewOf = async (
  db: Db,
  row: UsableChannel,
  nowMs: number,
): Promise<ChannelView> => {
  const channelId = row.id;
  const last = await db.notificationDelivery.findFirst({
    where: { channelId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  const failedToday = await db.notificationDelivery.count({
    where: { channelId, state: 'failed', createdAt: { gt: new Date(nowMs - DAY_MS) } },
  });
  return {
    id: row.id,
    kind: row.kind as ChannelView['kind'], // these three were validated when they were entered
    name: row.name,
    enabled: row.enabled,
    levels: levelsOf(row),
    commands: row.commands,
    place: row.place,
    createdBy: row.createdBy,
    createdAt: iso(row.createdAt),
    lastDelivery:
      last === null
        ? null
        : { state: stateOf(last), at: iso(last.createdAt), problem: last.problem },
    failedToday,
  };
};

const stateOf = (row: NotificationDelivery): DeliveryView['state'] =>
  row.state as DeliveryView['state']; // written by prisma/notifications.ts

/** A message and what became of it. */
export const deliveryViewOf = (
  row: NotificationDelivery & { readonly channel: { readonly name: string } },
): DeliveryView => {
  const message = row.message as unknown as NotificationMessage; // written by addDelivery
  return {
    id: row.id,
    channelId: row.channelId,
    channelName: row.channel.name,
    event: message.event,
    level: row.level === 'silent' ? 'silent' : 'on',
    state: stateOf(row),
    title: message.title,
    text: message.text,
    tradeId: message.tradeId,
    attempts: row.attempts,
    problem: row.problem,
    createdAt: iso(row.createdAt),
    nextAt: row.state === 'waiting' ? iso(row.nextAt) : null,
    deliveredAt: isoOrNull(row.deliveredAt),
  };
};
