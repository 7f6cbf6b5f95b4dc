import { createHmac } from 'node:crypto';
import type { NotificationMessage } from '#domain/notification.ts';
import type { Call } from './post.ts';

/** Of the body; a field that is added keeps it, one that changes its meaning raises it. */
const SCHEMA_VERSION = 1;
const BASE64_SECRET = 'whsec_';

/**
 * The message as JSON, signed as https://www.standardwebhooks.com says (read 2026-11): HMAC-SHA256
 * over id, time and body, so that a receiver can use any library of that standard. The id is the
 * same in every repeat.
 */
export const webhookCall = (
  { webhookUrl, signingSecret }: { readonly webhookUrl: string; readonly signingSecret: string },
  message: NotificationMessage,
  { id, nowMs }: { readonly id: string; readonly nowMs: number },
): Call => {
  const body = JSON.stringify({
    schemaVersion: SCHEMA_VERSION,
    id,
    type: `sniper.${message.event}`,
    timestamp: message.at,
    data: message,
  });
  const seconds = Math.floor(nowMs / 1000);
  const key = signingSecret.startsWith(BASE64_SECRET)
    ? Buffer.from(signingSecret.slice(BASE64_SECRET.length), 'base64')
    : Buffer.from(signingSecret);
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    service: 'The webhook',
    url: webhookUrl,
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': `v1,${signature}`,
    },
  };
};
