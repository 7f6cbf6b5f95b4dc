import type { NotificationMessage } from '#domain/notification.ts';
import type { NotificationTarget } from '#runtime/notification-target.ts';
import type { Call } from './post.ts';

export type Telegram = Extract<NotificationTarget, { kind: 'telegram' }>;

/** A method of the Bot API. https://core.telegram.org/bots/api (read 2026-11) */
export const methodUrl = ({ apiUrl, botToken }: Telegram, method: string): string =>
  `${apiUrl.replace(/\/$/, '')}/bot${botToken}/${method}`;

/** Text as Telegram's HTML takes it. Its Markdown refuses stray `_` and `*`, which pairs have. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A message may have 4096 characters; ours are far shorter, but for what others wrote into them. */
const TEXT_MAX = 3000;

/** The message as Telegram shows it; with commands a position can be sold from it. */
export const telegramCall = (
  target: Telegram,
  message: NotificationMessage,
  how: { readonly silent: boolean; readonly commands: boolean },
): Call => {
  const { title, text, fields, link, mode } = message;
  const lines = [
    `<b>${escaped(title.slice(0, 200))}</b>`,
    escaped(text.slice(0, TEXT_MAX)),
    ...fields.map(({ label, value }) => `${escaped(label)}: <code>${escaped(value)}</code>`),
    `<i>${escaped(mode)}</i>`,
  ];
  const buttons = [
    ...(link === null ? [] : [{ text: 'Open', url: link }]),
    ...(how.commands && canSell(message)
      ? [{ text: 'Sell now', callback_data: `sell ${message.tradeId ?? ''}` }]
      : []),
  ];
  return {
    service: 'Telegram',
    url: methodUrl(target, 'sendMessage'),
    body: JSON.stringify({
      chat_id: target.chatId,
      text: lines.join('\n'),
      parse_mode: 'HTML',
      disable_notification: how.silent,
      link_preview_options: { is_disabled: true },
      ...(buttons.length === 0 ? {} : { reply_markup: { inline_keyboard: [buttons] } }),
    }),
  };
};

/** Whether it tells of something that is held. */
const canSell = ({ event, tradeId }: NotificationMessage): boolean =>
  tradeId !== null && (event === 'bought' || event === 'critical' || event === 'warning');
