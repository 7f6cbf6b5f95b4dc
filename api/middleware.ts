import { randomUUID } from 'node:crypto';
import { isDriverAdapterError, type DriverAdapterError } from '@prisma/driver-adapter-utils';
import { Prisma } from '#prisma/generated/client.ts';
import type { Context, ErrorHandler, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { Log } from '#domain/ports.ts';
import { codecOrigin } from './codec/routes.ts';
import type { ApiDeps } from './deps.ts';
import { ApiProblem } from './problem.ts';
import type { ApiEnv } from './router.ts';
import { errorStatus, type ErrorEnvelope } from './schemas/error.ts';

const BODY_MAX = 64 * 1024;
/** Temporal's UI sends the payloads of a whole history to be opened. */
const HISTORY_MAX = 8 * 1024 * 1024;
const MUTATIONS = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** The dashboard needs nothing but itself. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/** Names the request, logs it, and sets the headers that every answer carries: the mode, too. */
export const frame =
  ({ log, installation }: Pick<ApiDeps, 'log' | 'installation'>): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const requestId = randomUUID();
    c.set('requestId', requestId);
    const startedAt = performance.now();
    await next();
    for (const [name, value] of Object.entries(HEADERS))
      if (!c.res.headers.has(name)) c.header(name, value);
    c.header('X-Request-Id', requestId);
    c.header('X-Sniper-Mode', installation.venue.mode);
    const ms = Math.round(performance.now() - startedAt);
    const line = { requestId, method: c.req.method, path: c.req.path, status: c.res.status, ms };
    if (MUTATIONS.has(c.req.method)) log.info(line, 'Request');
    else log.debug(line, 'Request');
  };

/**
 * Answers only under our own names, so that a foreign page cannot reach us through its own name;
 * and lets only our own pages, or programs without an Origin, change anything.
 */
export const sameSite =
  (deps: ApiDeps): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const { hosts, publicUrl } = deps;
    const host = c.req.header('host') ?? '';
    const outside = publicUrl !== null && host === publicUrl.host;
    if (!outside && !hosts.includes(host))
      throw new ApiProblem('FORBIDDEN', `This server does not answer to the name "${host}".`);
    if (outside && c.req.header('x-forwarded-proto') !== 'https')
      throw new ApiProblem('FORBIDDEN', `Use ${publicUrl.origin}: this name is for https only.`);
    if (outside) c.header('Strict-Transport-Security', 'max-age=31536000');
    const origin = c.req.header('origin');
    const own = [
      ...hosts.map((name) => `http://${name}`),
      publicUrl?.origin,
      codecOrigin(deps, c.req.path),
    ];
    const foreign = origin !== undefined && !own.includes(origin);
    if (MUTATIONS.has(c.req.method) && (foreign || c.req.header('sec-fetch-site') === 'cross-site'))
      throw new ApiProblem('FORBIDDEN', 'Only pages of this server may change anything.');
    await next();
  };

const limitedTo = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new ApiProblem('PAYLOAD_TOO_LARGE', `A body may have ${maxSize} bytes at most.`);
    },
  });
const ordinary = limitedTo(BODY_MAX);
const ofHistories = limitedTo(HISTORY_MAX);

/** Ends a body that is too large while it comes. */
export const limitBody: MiddlewareHandler<ApiEnv> = (c, next) =>
  (c.req.path.startsWith('/api/codec/') ? ofHistories : ordinary)(c, next);

/** One envelope for whatever went wrong; the text of our own faults stays in the log. */
export const onProblem =
  (log: Log): ErrorHandler<ApiEnv> =>
  (error, c) => {
    const problem = problemOf(error);
    const requestId = c.get('requestId');
    if (problem.code === 'INTERNAL') log.error({ err: error, requestId }, 'A request failed');
    else if (problem.code === 'SERVICE_UNAVAILABLE')
      log.warn({ err: error, requestId }, 'A request met a missing part');
    const seconds = retryAfter(problem);
    if (seconds !== null) c.header('Retry-After', String(seconds));
    return c.json(envelope(problem, requestId), errorStatus[problem.code]);
  };

export const noRoute = (c: Context<ApiEnv>) =>
  c.json(
    envelope(
      new ApiProblem('NOT_FOUND', `There is no ${c.req.method} ${c.req.path}.`),
      c.get('requestId'),
    ),
    404,
  );

const retryAfter = ({ details }: ApiProblem): number | null => {
  if (details === undefined || !('retryAfterSeconds' in details)) return null;
  return Number(details['retryAfterSeconds']);
};

const envelope = (problem: ApiProblem, requestId: string): ErrorEnvelope => ({
  error: {
    code: problem.code,
    message: problem.message,
    requestId,
    ...(problem.details === undefined ? {} : { details: problem.details }),
  },
});

const problemOf = (error: unknown): ApiProblem => {
  if (error instanceof ApiProblem) return error;
  if (error instanceof HTTPException && NOT_JSON.has(error.status))
    return new ApiProblem('VALIDATION_FAILED', 'The body is not JSON.', [
      { path: '', problem: 'must be JSON with the header Content-Type: application/json' },
    ]);
  const missing = missingPart(error);
  return missing === null
    ? new ApiProblem('INTERNAL', 'Something went wrong here; the log has the request id.')
    : new ApiProblem('SERVICE_UNAVAILABLE', `${missing} does not answer; try again.`);
};

/** Not to be parsed, or not said to be JSON. */
const NOT_JSON: ReadonlySet<number> = new Set([400, 415]);

/** gRPC: DEADLINE_EXCEEDED, UNAVAILABLE, CANCELLED by a deadline. */
const GRPC_AWAY = new Set([1, 4, 14]);

const missingPart = (error: unknown): string | null => {
  if (
    error instanceof Prisma.PrismaClientInitializationError ||
    (error instanceof Prisma.PrismaClientKnownRequestError && DATABASE_AWAY.has(error.code))
  )
    return 'The database';
  const driver =
    error instanceof Prisma.PrismaClientKnownRequestError
      ? error.meta?.['driverAdapterError']
      : null;
  if (driver instanceof Object && isDriverAdapterError(driver) && isAway(driver.cause))
    return 'The database';
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'number' && GRPC_AWAY.has(at.code)) return 'Temporal';
    if (isDriverAdapterError(at) && isAway(at.cause)) return 'The database';
    if (SOCKET_AWAY.test(at.message)) return 'The database';
  }
  return null;
};

/** Cannot be reached, timed out, closed the connection, no connection in the pool. */
const DATABASE_AWAY: ReadonlySet<string> = new Set(['P1001', 'P1002', 'P1017', 'P2024']);
const ADAPTER_AWAY: ReadonlySet<string> = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
]);
/**
 * Classes of Postgres' own codes: connection lost, no room, starting or going down.
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const POSTGRES_AWAY = /^(?:08|53|57P0)/;
/** What the driver says when it has no code: refused, broken off, going down. */
const SOCKET_AWAY = /ECONNREFUSED|ECONNRESET|Connection terminated|terminating connection/;

const isAway = (cause: DriverAdapterError['cause']): boolean =>
  ADAPTER_AWAY.has(cause.kind) || (cause.kind === 'postgres' && POSTGRES_AWAY.test(cause.code));
