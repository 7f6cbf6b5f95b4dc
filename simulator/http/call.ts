import type { IncomingMessage } from 'node:http';
import type { Account } from '../venue/account.ts';
import { ApiError } from '../venue/api-error.ts';
import type { Params } from '../venue/order-request.ts';

/** One request as it arrived. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Text after the question mark, unchanged. */
  readonly query: string;
  readonly body: string;
  readonly params: Params;
  readonly headers: IncomingMessage['headers'];
  readonly address: string;
  /** process.hrtime, one clock for all processes of a Linux machine. */
  readonly arrivedNs: bigint;
  /** Exchange time of the arrival; what timestamps are held against, even if booked later. */
  readonly arrivedMs: number;
}

/** A call whose signature was checked. */
export interface SignedCall extends Call {
  readonly account: Account;
}

const bodyBytesMax = 1_000_000;

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += part.length;
    if (bytes > bodyBytesMax) throw new ApiError(33333, 'param is error', { status: 413 });
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Query and body parameters; the query wins for a doubled name. */
export function readParams(query: string, body: string): Params {
  const params = new Map<string, string>();
  for (const text of [query, body]) {
    for (const pair of text === '' ? [] : text.split('&')) {
      const at = pair.indexOf('=');
      const name = at < 0 ? pair : pair.slice(0, at);
      if (!params.has(name)) params.set(name, decoded(at < 0 ? '' : pair.slice(at + 1)));
    }
  }
  return params;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new ApiError(700008, 'Illegal characters found in parameter.');
  }
}
