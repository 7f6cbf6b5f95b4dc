import { Agent, request } from 'undici';
import { classOf } from './codes/codes.ts';
import { ExchangeError, type Failure } from './failure.ts';
import { queryText, signedQuery, type Params } from './sign.ts';
import type { Secret } from './secret.ts';

export interface RestSettings {
  readonly baseUrl: string;
  readonly credentials: { readonly apiKey: string; readonly secret: Secret } | null;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly params?: Params;
  /** Signed calls get timestamp, recvWindow and signature. */
  readonly signed?: { readonly timestampMs: number; readonly recvWindowMs: number };
  readonly timeoutMs?: number;
}

/** A connection pool to one host that signs, sends and classifies. It knows no endpoint. */
export interface Rest {
  /** The parsed JSON body. Throws ExchangeError for everything else. Sends once. */
  call(call: Call): Promise<unknown>;
  close(): Promise<void>;
}

/** exchangeInfo of 2,600 symbols is about 3 MB; nothing that we ask for is near this. */
const BODY_MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 5000;
const CONNECTIONS = 6;
/** Idle connections are kept this long: `warm` asks more often. */
const KEEP_ALIVE_MS = 60_000;

export const createRest = (settings: RestSettings): Rest => {
  const agent = new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: 3000 },
    maxResponseSize: BODY_MAX_BYTES,
  });
  return {
    call: async (call) => {
      const answer = await send(agent, settings, call).catch((error: unknown) => {
        throw new ExchangeError(call.path, unreachable(error));
      });
      const failure = failureOf(answer);
      if (failure !== null) throw new ExchangeError(call.path, failure);
      return parseJson(answer) ?? null;
    },
    close: () => agent.close(),
  };
};

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

const send = async (agent: Agent, settings: RestSettings, call: Call): Promise<Answer> => {
  const query = queryOf(settings, call);
  const url = `${settings.baseUrl}${call.path}${query === '' ? '' : `?${query}`}`;
  const timeoutMs = call.timeoutMs ?? TIMEOUT_MS;
  const response = await request(url, {
    method: call.method,
    dispatcher: agent,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(call.signed && settings.credentials
        ? { 'x-mexc-apikey': settings.credentials.apiKey }
        : {}),
    },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    signal: AbortSignal.timeout(timeoutMs + 500),
  });
  const retryAfter = response.headers['retry-after'];
  return {
    status: response.statusCode,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
    text: await response.body.text(),
  };
};

const queryOf = (settings: RestSettings, call: Call): string => {
  const params = call.params ?? [];
  if (call.signed === undefined) return queryText(params);
  if (settings.credentials === null)
    throw new Error(`${call.path} is signed, and no exchange key is set`);
  return signedQuery(settings.credentials.secret, [
    ...params,
    ['recvWindow', String(call.signed.recvWindowMs)],
    ['timestamp', String(Math.floor(call.signed.timestampMs))],
  ]);
};

/** Errors of the operating system before a byte has left; all others may have sent something. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const unreachable = (error: unknown): Failure => {
  const code = codeOf(error);
  const reason = error instanceof Error ? `${code ?? error.name}: ${error.message}` : String(error);
  const notSent = (code !== null && NOT_SENT.has(code)) || reason.includes('no exchange key');
  return { kind: 'unreachable', sent: notSent ? 'no' : 'perhaps', reason };
};

const codeOf = (error: unknown): string | null =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;

const parseJson = (answer: Answer): unknown => {
  try {
    return JSON.parse(answer.text) as unknown;
  } catch {
    return undefined;
  }
};

/** Null for an answer to be parsed; the failure otherwise. */
const failureOf = (answer: Answer): Failure | null => {
  const { status } = answer;
  const body = parseJson(answer);
  const error = errorIn(body);
  if (status >= 200 && status < 300 && body !== undefined && error === null) return null;
  if (status === 429 || status === 418 || status === 403)
    return throttled(answer, error?.reason ?? `HTTP ${status}`);
  if (status >= 500 || error === null)
    return { kind: 'malformed', status, reason: answer.text.slice(0, 200) };
  const kind = classOf(error.code);
  if (kind === 'throttled') return throttled(answer, error.reason);
  if (kind === 'doubt')
    return { kind: 'malformed', status, reason: `code ${error.code}: ${error.reason}` };
  return { kind: 'refused', status, code: error.code, reason: error.reason, refusal: kind };
};

/** `{code, msg}` with a code other than success. `defaultSymbols` answers 0 or 200 when all is well. */
const errorIn = (body: unknown): { code: number; reason: string } | null => {
  if (typeof body !== 'object' || body === null || !('code' in body)) return null;
  const { code } = body;
  if (typeof code !== 'number' || code === 0 || code === 200) return null;
  const reason = 'msg' in body && typeof body.msg === 'string' ? body.msg : '';
  return { code, reason };
};

const throttled = (answer: Answer, reason: string): Failure => {
  const seconds = Number(answer.retryAfter);
  return {
    kind: 'throttled',
    status: answer.status,
    retryAfterMs: answer.retryAfter !== null && seconds >= 0 ? seconds * 1000 : null,
    reason,
  };
};
