import type { NotificationMessage } from '#domain/notification.ts';
import type { UsableChannel } from '#prisma/notifications.ts';
import type { KeyRing } from '#runtime/key-ring.ts';
import { openTarget, type NotificationTarget } from '#runtime/notification-target.ts';
import { discordCall } from './discord.ts';
import { post, type Call, type Sent } from './post.ts';
import { slackCall } from './slack.ts';
import { telegramCall } from './telegram.ts';
import { webhookCall } from './webhook.ts';

/** A message, and how it is to be told. */
export interface Outgoing {
  /** The same in every repeat. */
  readonly id: string;
  readonly level: 'on' | 'silent';
  readonly message: NotificationMessage;
}

/** Sends a message once. Never throws. May be repeated: a service may then show it twice. */
export const sendMessage = async (
  ring: KeyRing,
  channel: UsableChannel,
  outgoing: Outgoing,
): Promise<Sent> => {
  let target: NotificationTarget;
  try {
    target = openTarget(ring, channel);
  } catch {
    const problem = 'its secret cannot be opened with the keys of this machine; enter it again';
    return { kind: 'refused', problem };
  }
  return post(callOf(target, outgoing, channel.commands));
};

const callOf = (
  target: NotificationTarget,
  { id, level, message }: Outgoing,
  commands: boolean,
): Call => {
  const silent = level === 'silent';
  switch (target.kind) {
    case 'telegram':
      return telegramCall(target, message, { silent, commands });
    case 'discord':
      return discordCall(target.webhookUrl, message, silent);
    case 'slack':
      return slackCall(target.webhookUrl, message);
    case 'webhook':
      return webhookCall(target, message, { id, nowMs: Date.now() });
  }
};
