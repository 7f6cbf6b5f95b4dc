import { createHmac } from 'node:crypto';
import type { Secret } from './secret.ts';

/** Parameters in the order in which they are sent. */
export type Params = readonly (readonly [name: string, value: string])[];

/**
 * Percent-encodes as UTF-8 with upper-case hex. `encodeURIComponent` leaves ! ' ( ) * bare, and
 * names such as GOLD(XAUT)USDT exist: those are encoded too.
 */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The query text that is both signed and sent; nothing may rewrite it afterwards. */
export const queryText = (params: Params): string =>
  params.map(([name, value]) => `${name}=${encode(value)}`).join('&');

/**
 * Lower-case hex HMAC-SHA256 of query and body joined with nothing between.
 * https://mexcdevelop.github.io/apidocs/spot_v3_en/#signed (read 2026-11-20)
 */
export const signatureOf = (secret: Secret, query: string, body = ''): string =>
  createHmac('sha256', secret.reveal())
    .update(query + body)
    .digest('hex');

/** A query with its signature last, unsigned itself. */
export const signedQuery = (secret: Secret, params: Params): string => {
  const query = queryText(params);
  return `${query}&signature=${signatureOf(secret, query)}`;
};
