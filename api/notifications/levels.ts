import { z } from 'zod';
import {
  notificationDefaults,
  notificationKinds,
  notificationLevels,
  type NotificationKind,
  type NotificationLevel,
} from '#domain/notification.ts';

const kept = z.record(z.string(), z.enum(notificationLevels));

/** How loudly a channel tells of each event; what it was never asked about has its default. */
export const levelsOf = (channel: {
  readonly levels: unknown;
}): Record<NotificationKind, NotificationLevel> => {
  const chosen = kept.parse(channel.levels);
  const levels: Record<NotificationKind, NotificationLevel> = { ...notificationDefaults };
  for (const kind of notificationKinds) levels[kind] = chosen[kind] ?? notificationDefaults[kind];
  return levels;
};
