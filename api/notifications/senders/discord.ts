import type { NotificationMessage } from '#domain/notification.ts';
import type { Call } from './post.ts';

/** Text that Discord shows as it is. */
const escaped = (text: string): string => text.replaceAll(/[\\*_~`|<>#[\]()@-]/g, String.raw`\$&`);

/** Do not sound: https://discord.com/developers/docs/resources/message (read 2026-11). */
const SUPPRESS_NOTIFICATIONS = 4096;
const COLOURS: Partial<Record<NotificationMessage['event'], number>> = {
  critical: 0xd1_24_2f,
  warning: 0xbf_87_00,
};
const NEUTRAL = 0x57_60_6a;

/** The message as an embed; it mentions nobody. */
export const discordCall = (
  webhookUrl: string,
  message: NotificationMessage,
  silent: boolean,
): Call => {
  const url = new URL(webhookUrl);
  url.searchParams.set('wait', 'true'); // else nothing is said of what could not be kept
  const { title, text, fields, link, mode, at, event } = message;
  return {
    service: 'Discord',
    url: url.href,
    body: JSON.stringify({
      allowed_mentions: { parse: [] },
      ...(silent ? { flags: SUPPRESS_NOTIFICATIONS } : {}),
      embeds: [
        {
          title: escaped(title).slice(0, 250),
          description: escaped(text).slice(0, 4000),
          color: COLOURS[event] ?? NEUTRAL,
          timestamp: at,
          footer: { text: mode },
          ...(link === null ? {} : { url: link }),
          fields: fields.map(({ label, value }) => ({
            name: escaped(label).slice(0, 250),
            value: escaped(value).slice(0, 1000),
            inline: true,
          })),
        },
      ],
    }),
  };
};
