import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Account } from '../venue/account.ts';
import { ApiError } from '../venue/api-error.ts';
import type { Venue } from '../venue/venue.ts';
import type { Call } from './call.ts';

const defaultWindowMs = 5_000;
const widestWindowMs = 60_000;
/** A timestamp may be that far ahead of the server. */
const aheadMs = 1_000;

/** The account that signed a call; throws the exchange's refusal. */
export function authenticate(venue: Venue, call: Call): Account {
  const key = call.headers['x-mexc-apikey'];
  if (typeof key !== 'string' || key === '') throw new ApiError(400, 'api key required');
  assertContentType(call);
  const account = venue.accountByKey(key);
  if (account === null) throw new ApiError(10072, 'Api key info invalid');
  const signature = call.params.get('signature') ?? '';
  const text = signedText(call, venue.switches.signing === 'reEncoded');
  const expected = createHmac('sha256', account.secret).update(text).digest('hex');
  if (!sameText(signature, expected)) {
    throw new ApiError(700002, 'Signature for this request is not valid.');
  }
  assertInTime(call);
  return account;
}

/** Query followed directly by body, without the signature itself: there is no & between them. */
function signedText(call: Call, reEncoded: boolean): string {
  const parts = [call.query, call.body].map((text) =>
    text
      .split('&')
      .filter((pair) => !pair.startsWith('signature='))
      .map((pair) => (reEncoded ? encodedAgain(pair) : pair))
      .join('&'),
  );
  return parts.join('');
}

/** The text as a server would write it again: everything but A-Z a-z 0-9 - _ . ~ as %XX. */
function encodedAgain(pair: string): string {
  const [name = '', ...rest] = pair.split('=');
  const value = decodeURIComponent(rest.join('=').replaceAll('+', ' '));
  const strict = encodeURIComponent(value).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return rest.length === 0 ? name : `${name}=${strict}`;
}

function sameText(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function assertContentType(call: Call): void {
  const type = call.headers['content-type'];
  if (type === undefined || /^application\/(json|x-www-form-urlencoded)\b/i.test(type)) return;
  throw new ApiError(700013, 'Invalid content Type.');
}

function assertInTime(call: Call): void {
  const windowText = call.params.get('recvWindow') ?? String(defaultWindowMs);
  const timeText = call.params.get('timestamp') ?? '';
  if (!/^\d{1,9}$/.test(windowText)) throw illegal('recvWindow');
  if (Number(windowText) > widestWindowMs) {
    throw new ApiError(700005, 'recvWindow must less than 60000');
  }
  if (timeText === '') {
    throw new ApiError(
      700004,
      "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.",
    );
  }
  if (!/^\d{1,16}$/.test(timeText)) throw illegal('timestamp');
  const timestamp = Number(timeText);
  const early = timestamp >= call.arrivedMs + aheadMs;
  if (early || call.arrivedMs - timestamp > Number(windowText)) {
    throw new ApiError(700003, 'Timestamp for this request is outside of the recvWindow.');
  }
}

const illegal = (name: string): ApiError =>
  new ApiError(700008, `Illegal characters found in parameter '${name}'.`);
