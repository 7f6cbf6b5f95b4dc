import type { NotificationMessage } from '#domain/notification.ts';
import type { Call } from './post.ts';

/** Slack reads these three even in its fallback text. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });

/** The message as blocks of plain text. Slack has no silent messages. */
export const slackCall = (webhookUrl: string, message: NotificationMessage): Call => {
  const { title, text, fields, link, mode } = message;
  const shown = fields
    .slice(0, 10)
    .map(({ label, value }) => plain(`${label}\n${value}`.slice(0, 1900)));
  return {
    service: 'Slack',
    url: webhookUrl,
    body: JSON.stringify({
      text: escaped(`${title}: ${text} (${mode})`).slice(0, 3000),
      blocks: [
        { type: 'header', text: plain(title.slice(0, 150)) },
        {
          type: 'section',
          text: plain(text.slice(0, 2900)),
          ...(shown.length === 0 ? {} : { fields: shown }),
        },
        ...(link === null
          ? []
          : [{ type: 'actions', elements: [{ type: 'button', text: plain('Open'), url: link }] }]),
        { type: 'context', elements: [plain(mode)] },
      ],
    }),
  };
};
