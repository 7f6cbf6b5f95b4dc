import { randomUUID } from 'node:crypto';
import type { Caller } from '../../auth/caller.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Calls the API as `fetch` would; the caller is proved already. */
export type Fetch = (
  request: Request,
  env: { readonly caller: Caller },
) => Response | Promise<Response>;

/** One call of our own API, for one person. Throws `Refused` with its sentence. */
export type Ask = (
  path: string,
  change?: { readonly method: 'POST' | 'DELETE'; readonly body?: Row },
) => Promise<Row>;

/** The API said no, or could not: its sentence is for people. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Calls go the way of all others: same roles, same checks, same audit. */
export const askAs =
  (fetchApi: Fetch, host: string, caller: Caller): Ask =>
  async (path, change) => {
    const request = new Request(`http://${host}/api${path}`, {
      method: change?.method ?? 'GET',
      headers: {
        host,
        ...(change === undefined ? {} : { 'idempotency-key': randomUUID() }),
        ...(change?.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(change?.body === undefined ? {} : { body: JSON.stringify(change.body) }),
    });
    const response = await fetchApi(request, { caller });
    const answer = (await response.json()) as Row; // every answer of the API is an object
    if (response.ok || (path === '/health/ready' && response.status === 503)) return answer;
    const { message } = (answer['error'] ?? {}) as { message?: string }; // its one envelope
    throw new Refused(message ?? `The API answered ${response.status}.`);
  };
