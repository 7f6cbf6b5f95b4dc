import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Faults } from '../faults/faults.ts';
import { authenticate } from './signing.ts';
import { ApiError } from '../venue/api-error.ts';
import type { Venue } from '../venue/venue.ts';
import { json, type Answer } from './answer.ts';
import { readBody, readParams, type Call } from './call.ts';
import { sendHostile } from './hostile.ts';
import type { Limits } from './limits.ts';
import type { LoggedRequest, RequestLog } from '../control/request-log.ts';
import type { Route } from './routes.ts';

export interface RestParts {
  readonly venue: Venue;
  readonly routes: ReadonlyMap<string, Route>;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly log: RequestLog;
}

/** The REST side of the exchange on one HTTP server. */
export function restServer(parts: RestParts): Server {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const arrivedNs = process.hrtime.bigint();
    respond(parts, { request, response, arrivedNs }).catch((error: unknown) => {
      process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  });
  return server;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly arrivedNs: bigint;
}

async function respond(parts: RestParts, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const body = request.method === 'GET' ? '' : await readBody(request);
  const call = readCall(parts.venue, exchange, body);
  const logged = parts.log.add(call);
  const fault = parts.faults.take(call);
  const serve = (): Answer => serveCall(parts, call, logged);
  if (fault === null) return send(response, serve(), logged);
  logged.fault = fault.order.action;
  send(response, await parts.faults.apply(fault, serve), logged);
}

function readCall(venue: Venue, { request, arrivedNs }: Exchange, body: string): Call {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const query = mark < 0 ? '' : url.slice(mark + 1);
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query,
    body,
    params: paramsOrNone(query, body),
    headers: request.headers,
    address: request.socket.remoteAddress ?? '',
    arrivedNs,
    arrivedMs: venue.clock.nowMs(),
  };
}

/** Unreadable parameters are refused later, in the exchange's form. */
function paramsOrNone(query: string, body: string): Call['params'] {
  try {
    return readParams(query, body);
  } catch {
    return new Map([['unreadable', 'true']]);
  }
}

function serveCall(parts: RestParts, call: Call, logged: LoggedRequest): Answer {
  try {
    return routed(parts, call);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    logged.code = error.code;
    return json({ msg: error.message, code: error.code }, error.status, error.headers);
  }
}

function routed(parts: RestParts, call: Call): Answer {
  const scope = `${call.method} ${call.path}`;
  const route = parts.routes.get(scope);
  if (route === undefined) throw new ApiError(404, 'Not Found', { status: 404 });
  parts.limits.charge(parts.venue.switches, { scope, weight: route.weight, nowMs: call.arrivedMs });
  if (call.params.has('unreadable')) {
    throw new ApiError(700008, 'Illegal characters found in parameter.');
  }
  if (!route.signed) return route.handle(parts.venue, call);
  const account = authenticate(parts.venue, call);
  const needed = call.method === 'GET' || call.path.endsWith('userDataStream') ? 'read' : 'trade';
  if (!account.permissions.includes(needed)) {
    throw new ApiError(700007, 'No permission to access the endpoint.');
  }
  return route.handle(parts.venue, { ...call, account });
}

function send(response: ServerResponse, answer: Answer, logged: LoggedRequest): void {
  logged.answeredNs = process.hrtime.bigint().toString();
  switch (answer.kind) {
    case 'text': {
      logged.status = answer.status;
      const length = Buffer.byteLength(answer.text);
      response.writeHead(answer.status, { ...answer.headers, 'content-length': length });
      response.end(answer.text);
      return;
    }
    case 'cut':
      if (answer.reset) response.socket?.resetAndDestroy();
      else response.destroy();
      return;
    case 'hostile':
      logged.status = 200;
      sendHostile(response, answer.body);
  }
}
