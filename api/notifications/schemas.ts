import { z } from '@hono/zod-openapi';
import {
  notificationDefaults,
  notificationKinds,
  notificationLevels,
  type NotificationKind,
} from '#domain/notification.ts';
import { pageOf, plainText, time } from '../schemas/shared.ts';

const level = z.enum(notificationLevels).openapi({
  description: 'on: told; silent: told without a sound; off: not told',
});

/** Names are kept, so that clients see every event. */
const levelsOf = <T extends z.ZodType>(each: (kind: NotificationKind) => T) =>
  Object.fromEntries(notificationKinds.map((kind) => [kind, each(kind)])) as Record<
    NotificationKind,
    T
  >; // of the kinds above

const levels = z.object(levelsOf(() => level)).openapi('NotificationLevels');
const levelsInput = z
  .strictObject(levelsOf((kind) => level.default(notificationDefaults[kind])))
  .openapi('NotificationLevelsInput', { description: 'an event that is left out has its default' });

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

/** Secrets never travel in clear, but on this machine. */
const isPrivateEnough = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
};
const address = (example: string, description: string) =>
  z
    .string()
    .max(2000)
    .refine(isPrivateEnough, 'must be an https:// address (http:// only on this machine)')
    .openapi({ example, description });

const common = {
  name: plainText(60).openapi({ example: 'my phone' }),
  enabled: z.boolean().default(true),
  levels: levelsInput.default(notificationDefaults),
};

const telegram = z.strictObject({
  ...common,
  kind: z.literal('telegram'),
  botToken: z
    .string()
    .regex(/^\d{5,20}:[A-Za-z0-9_-]{20,80}$/, 'must be a token as @BotFather shows it')
    .openapi({ example: '123456789:AAExampleExampleExampleExample' }),
  chatId: z
    .string()
    .regex(/^-?\d{1,20}$/, 'must be the number of a chat')
    .openapi({ example: '123456789' }),
  apiUrl: address('https://api.telegram.org', 'a Bot API server of your own').default(
    'https://api.telegram.org',
  ),
  commands: z.boolean().default(false).openapi({
    description: 'whether who writes in that chat may command: everyone in it is then an operator',
  }),
});
const discord = z.strictObject({
  ...common,
  kind: z.literal('discord'),
  webhookUrl: address('https://discord.com/api/webhooks/1/example', 'as Discord shows it'),
});
const slack = z.strictObject({
  ...common,
  kind: z.literal('slack'),
  webhookUrl: address('https://hooks.slack.com/services/T0/B0/example', 'as Slack shows it'),
});
const webhook = z.strictObject({
  ...common,
  kind: z.literal('webhook'),
  webhookUrl: address('https://example.com/sniper', 'takes POSTs of JSON'),
  signingSecret: z
    .string()
    .regex(/^[\x21-\x7e]{24,200}$/, 'must be 24 to 200 visible ASCII characters')
    .openapi({
      description: 'signs each message as standardwebhooks.com says (v1, HMAC-SHA256)',
      example: 'at-least-24-random-characters',
    }),
});

export const channelInput = z
  .discriminatedUnion('kind', [telegram, discord, slack, webhook])
  .openapi('NotificationChannelInput');

/** What can be changed without entering the secret again. */
export const channelChange = z
  .strictObject({
    name: common.name.optional(),
    enabled: z.boolean().optional(),
    levels: levelsInput.optional(),
    commands: z.boolean().optional().openapi({ description: 'telegram only' }),
  })
  .openapi('NotificationChannelChange', { description: 'what is left out stays as it is' });

export const channelView = z
  .object({
    id: z.string(),
    kind: z.enum(['telegram', 'discord', 'slack', 'webhook']),
    name: z.string(),
    enabled: z.boolean(),
    levels,
    commands: z.boolean(),
    place: z
      .string()
      .openapi({ description: 'where it goes, without its secret: a chat, or a host' }),
    createdBy: z.string(),
    createdAt: time('was entered'),
    lastDelivery: z
      .object({
        state: z.enum(['waiting', 'delivered', 'failed', 'collapsed']),
        at: time('it was made'),
        problem: z.string().nullable(),
      })
      .nullable()
      .openapi({ description: 'null when nothing was ever sent' }),
    failedToday: z.number().int().openapi({ description: 'messages given up within 24 hours' }),
  })
  .openapi('NotificationChannel');

export const channelList = z
  .object({ items: z.array(channelView) })
  .openapi('NotificationChannelList');

export const deliveryView = z
  .object({
    id: z.string(),
    channelId: z.string(),
    channelName: z.string(),
    event: z.enum([...notificationKinds, 'test']),
    level: z.enum(['on', 'silent']),
    state: z.enum(['waiting', 'delivered', 'failed', 'collapsed']).openapi({
      description:
        'waiting: is tried again; failed: given up; collapsed: the same was told within 15 minutes',
    }),
    title: z.string(),
    text: z.string(),
    tradeId: z.string().nullable(),
    attempts: z.number().int(),
    problem: z.string().nullable().openapi({ description: 'why the last attempt failed' }),
    createdAt: time('it was made'),
    nextAt: time('of the next attempt; null when there is none').nullable(),
    deliveredAt: time('the service took it; null until then').nullable(),
  })
  .openapi('NotificationDelivery');

export const deliveryPage = pageOf(deliveryView, 'NotificationDeliveryPage');

export const testAnswer = z
  .object({
    delivered: z.boolean(),
    problem: z
      .string()
      .nullable()
      .openapi({ description: 'what the service said; null when it took it' }),
  })
  .openapi('NotificationTest');

export type ChannelInput = z.infer<typeof channelInput>;
export type ChannelView = z.infer<typeof channelView>;
export type DeliveryView = z.infer<typeof deliveryView>;
