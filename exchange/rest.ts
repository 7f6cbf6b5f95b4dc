import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { RequestBudget, Wanted } from './budget/request-budget.ts';
import { classOf } from './codes/codes.ts';
import { ExchangeError, type Failure } from './failure.ts';
import { queryText, signedQuery, type Params } from './sign.ts';
import type { Secret } from './secret.ts';

export interface RestSettings {
  readonly baseUrl: string;
  readonly credentials: { readonly apiKey: string; readonly secret: Secret } | null;
  readonly budget: RequestBudget;
}

/** Signed calls get timestamp, recvWindow and signature at the instant of sending. */
export interface Stamp {
  /** Exchange clock, epoch ms; read when the call is signed. */
  readonly nowMs: () => number;
  readonly recvWindowMs: number;
  /** No signed timestamp exceeds it. */
  readonly notAfterMs?: number;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly params?: Params;
  readonly signed?: Stamp;
  readonly timeoutMs?: number;
  /** An exit or a cancel: may use the reserve of the order budget. */
  readonly first?: boolean;
  /** Longest wait for the budget; without it, as long as the call may take. */
  readonly waitMaxMs?: number;
}

/** A connection pool to one host that signs, sends and classifies. It knows no endpoint. */
export interface Rest {
  /**
   * The parsed JSON body. Waits for the budget, at most as long as the call may take. Throws
   * ExchangeError for everything else. Sends once.
   */
  call(call: Call): Promise<unknown>;
  close(): Promise<void>;
}

/** exchangeInfo of 2,600 symbols is about 3 MB; nothing that we ask for is near this. */
const BODY_MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 5000;
const READ_CONNECTIONS = 6;
/** The budget lets 10 orders a second leave: all at one instant, when several pairs open at it. */
export const ORDER_CONNECTIONS = 10;
/** Idle connections are kept this long: `warm` asks more often. */
const KEEP_ALIVE_MS = 60_000;

const newAgent = (connections: number): Agent =>
  new Agent({
    connections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: 3000 },
    maxResponseSize: BODY_MAX_BYTES,
  });

/**
 * Orders have connections of their own: none waits for a read. Pings keep them warm, and so does the
 * clock, which every process that trades measures all the time: an exit finds one open, too.
 */
const isForOrders = ({ method, path }: Call): boolean =>
  method === 'POST' || method === 'DELETE' || KEEPS_WARM.has(path);
const KEEPS_WARM: ReadonlySet<string> = new Set(['/api/v3/ping', '/api/v3/time']);

export const createRest = (settings: RestSettings): Rest => {
  const reads = newAgent(READ_CONNECTIONS);
  const orders = newAgent(ORDER_CONNECTIONS);
  return {
    call: async (call) => {
      const held = settings.budget.take(wantedOf(call));
      if (held !== null) await admit(settings.budget, call, held.ms);
      const query = queryOf(settings, call);
      const agent = isForOrders(call) ? orders : reads;
      const answer = await send(agent, settings, { call, query }).catch((error: unknown) => {
        throw new ExchangeError(call.path, unreachable(error));
      });
      const body = parseJson(answer);
      const failure = failureOf(answer, body);
      if (failure === null) return body;
      if (failure.kind === 'throttled')
        settings.budget.slowDown(wantedOf(call), failure.status, failure.retryAfterMs);
      throw new ExchangeError(call.path, failure);
    },
    close: async () => {
      await Promise.all([reads.close(), orders.close()]);
    },
  };
};

const wantedOf = ({ method, path, first = false }: Call): Wanted => ({ method, path, first });

const notSent = (call: Call, reason: string): ExchangeError =>
  new ExchangeError(call.path, { kind: 'unreachable', sent: 'no', reason });

/** Waits until the budget has room. A wait that would outlast the call fails at once, unsent. */
const admit = async (budget: RequestBudget, call: Call, firstMs: number): Promise<void> => {
  const deadline = performance.now() + longestWaitMs(call);
  let ms = firstMs;
  while (performance.now() + ms <= deadline) {
    await pause(ms);
    const held = budget.take(wantedOf(call));
    if (held === null) return;
    ms = held.ms;
  }
  const why = budget.take(wantedOf(call));
  if (why !== null) throw notSent(call, `held back for ${Math.ceil(why.ms)} ms: ${why.because}`);
};

const longestWaitMs = ({ timeoutMs = TIMEOUT_MS, signed, waitMaxMs = Infinity }: Call): number => {
  const { notAfterMs, nowMs } = signed ?? {};
  const usual = notAfterMs === undefined || nowMs === undefined ? timeoutMs : notAfterMs - nowMs();
  return Math.min(usual, waitMaxMs);
};

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

const send = async (
  agent: Agent,
  settings: RestSettings,
  { call, query }: { call: Call; query: string },
): Promise<Answer> => {
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
  if (settings.credentials === null) throw notSent(call, 'the call is signed, and no key is set');
  const { nowMs, recvWindowMs, notAfterMs } = call.signed;
  const timestampMs = nowMs();
  if (notAfterMs !== undefined && timestampMs > notAfterMs)
    throw notSent(call, `${Math.ceil(timestampMs - notAfterMs)} ms too late to sign`);
  return signedQuery(settings.credentials.secret, [
    ...params,
    ['recvWindow', String(recvWindowMs)],
    ['timestamp', String(Math.floor(timestampMs))],
  ]);
};

/** Errors before a byte has left; after all others something may have been sent. */
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
  return {
    kind: 'unreachable',
    sent: code !== null && NOT_SENT.has(code) ? 'no' : 'perhaps',
    reason,
  };
};

const codeOf = (error: unknown): string | null =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;

/** Undefined for text that is no JSON. */
const parseJson = (answer: Answer): unknown => {
  try {
    return JSON.parse(answer.text) as unknown;
  } catch {
    return undefined;
  }
};

/** Null for an answer to be parsed; the failure otherwise. */
const failureOf = (answer: Answer, body: unknown): Failure | null => {
  const { status } = answer;
  const error = errorIn(body);
  if (status >= 200 && status < 300 && body !== undefined && error === null) return null;
  if (status === 429 || status === 418 || status === 403)
    return throttled(answer, error?.reason ?? `HTTP ${status}`);
  if (status >= 500 || error === null)
    return { kind: 'malformed', status, reason: answer.text.slice(0, 200) };
  const kind = classOf(error.code);
  if (kind === 'throttled')
    return { ...throttled(answer, error.reason), status: throttleStatus(error.code) };
  if (kind === 'doubt')
    return { kind: 'malformed', status, reason: `code ${error.code}: ${error.reason}` };
  return { kind: 'refused', status, code: error.code, reason: error.reason, refusal: kind };
};

/** Codes in a body mean what the HTTP status of that number means; a closed feature is a denial. */
const throttleStatus = (code: number): number => (code === 11444 ? 403 : code);

/** `{code, msg}` with a code other than success. `defaultSymbols` answers 0 or 200 when all is well. */
const errorIn = (body: unknown): { code: number; reason: string } | null => {
  if (typeof body !== 'object' || body === null || !('code' in body)) return null;
  const { code } = body;
  if (typeof code !== 'number' || code === 0 || code === 200) return null;
  const reason = 'msg' in body && typeof body.msg === 'string' ? body.msg : '';
  return { code, reason };
};

const throttled = (answer: Answer, reason: string): Failure & { kind: 'throttled' } => ({
  kind: 'throttled',
  status: answer.status,
  retryAfterMs: retryAfterMs(answer.retryAfter),
  reason,
});

/** Bans last three days at most (documentation, read 2026-11-20): more is no answer to obey. */
const RETRY_AFTER_MAX_S = 259_200;

/** Null for none, and for what is no number of seconds: then the usual wait is kept. */
const retryAfterMs = (text: string | null): number | null =>
  text === null || !/^\d{1,9}$/.test(text)
    ? null
    : Math.min(Number(text), RETRY_AFTER_MAX_S) * 1000;
