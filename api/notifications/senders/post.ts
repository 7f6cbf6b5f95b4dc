/** What a service answered to one message. A problem is a sentence, and never has a secret in it. */
export type Sent =
  | { readonly kind: 'delivered' }
  /** It will never take it: a wrong token, a channel that is gone. */
  | { readonly kind: 'refused'; readonly problem: string }
  /** It may take it later; `afterMs` is how long it asked to be left alone, null when it did not. */
  | { readonly kind: 'again'; readonly problem: string; readonly afterMs: number | null };

/** A call of a service: where to, and what. The address may hold a secret, and is never shown. */
export interface Call {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Names it in problems. */
  readonly service: string;
}

const ANSWER_WITHIN_MS = 10_000;
/** Asked to wait for longer than this, nobody would be told any more. */
const WAIT_MAX_MS = 15 * 60_000;
/** Not this time: took too long, too early, too many. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);
const SAID_MAX = 200;

/** One POST of JSON, not repeated. Never throws: what cannot be reached may be later. */
export const post = async ({ url, body, headers, service }: Call): Promise<Sent> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
      redirect: 'manual', // somewhere else is nobody that a person has named
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const said = (await response.text()).slice(0, 4000);
    if (response.ok) return { kind: 'delivered' };
    const problem = `${service} answered ${response.status}${sentenceOf(said)}`;
    if (!LATER.has(response.status) && response.status < 500) return { kind: 'refused', problem };
    const afterMs = waitOf(response.headers.get('retry-after'), said);
    return { kind: 'again', problem, afterMs };
  } catch (error) {
    return { kind: 'again', problem: `${service} does not answer${causeOf(error)}`, afterMs: null };
  }
};

/** The sentence of an answer: Telegram's, Discord's and Slack's each have their own field. */
const sentenceOf = (said: string): string => {
  const json = jsonOf(said);
  const sentence = json?.['description'] ?? json?.['message'] ?? (json === null ? said : null);
  return typeof sentence === 'string' && sentence.trim() !== ''
    ? `: ${sentence.trim().slice(0, SAID_MAX)}`
    : '';
};

/** Seconds, in the header or in the body, as each service prefers. */
const waitOf = (header: string | null, said: string): number | null => {
  const json = jsonOf(said);
  const parameters = json?.['parameters'];
  const asked = [
    json?.['retry_after'],
    typeof parameters === 'object' && parameters !== null
      ? Reflect.get(parameters, 'retry_after')
      : undefined,
    header === null ? undefined : Number(header),
  ].find((each) => typeof each === 'number' && Number.isFinite(each) && each >= 0);
  return typeof asked === 'number' ? Math.min(asked * 1000, WAIT_MAX_MS) : null;
};

const jsonOf = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
};

/** The code of a failed connection; the rest of such an error repeats the address. */
const causeOf = (error: unknown): string => {
  if (error instanceof Error && error.name === 'TimeoutError')
    return ` within ${ANSWER_WITHIN_MS / 1000} s`;
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
};
