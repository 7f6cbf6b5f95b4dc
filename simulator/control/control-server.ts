import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z, type ZodType } from 'zod';
import { faultSchema, streamFaultSchema } from '../faults/fault-schema.ts';
import type { Faults } from '../faults/faults.ts';
import { fixed } from '../matching/fixed.ts';
import type { Sockets } from '../streams/sockets.ts';
import { balanceOf, type Account } from '../venue/account.ts';
import { ApiError } from '../venue/api-error.ts';
import type { Market } from '../markets/market.ts';
import { switchesSchema } from '../venue/switches.ts';
import type { Venue } from '../venue/venue.ts';
import { readBody } from '../http/call.ts';
import {
  accountSchema,
  clockSchema,
  listingChangeSchema,
  listingSchema,
  planChange,
  planOf,
} from './control-schemas.ts';
import type { Limits } from '../http/limits.ts';
import type { RequestLog } from './request-log.ts';
import { listingsOf, truthOf } from './truth.ts';

export interface ControlParts {
  readonly venue: Venue;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly sockets: Sockets;
  readonly limits: Limits;
  /** Method and path of every call of the exchange. */
  readonly routes: ReadonlyMap<string, unknown>;
  /** Null when the clock cannot be set from outside. */
  readonly setClock: ((skewMs: number, driftPpm: number) => void) | null;
  readonly marketAdded: (market: Market) => void;
  readonly reset: () => void;
}

/** What the control port answers: a status and a JSON value. */
type Reply = readonly [number, unknown];
type Handler = (parts: ControlParts, body: unknown, id: string) => Reply;

/** The control side: its own port, JSON in and out, 422 with the field for bad input. */
export function controlServer(parts: ControlParts): Server {
  return createServer((request, response) => {
    respond(parts, request, response).catch((error: unknown) => {
      reply(response, [500, { error: { message: String(error) } }]);
    });
  });
}

async function respond(
  parts: ControlParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const [, handler, id] = findHandler(`${request.method ?? 'GET'} ${path}`);
  if (handler === null) return reply(response, [404, { error: { message: `no ${path} here` } }]);
  try {
    const text = await readBody(request);
    reply(response, handler(parts, text === '' ? {} : JSON.parse(text), id));
  } catch (error) {
    reply(response, badInput(error));
  }
}

function findHandler(asked: string): readonly [string, Handler | null, string] {
  for (const [pattern, handler] of handlers) {
    if (pattern === asked) return [pattern, handler, ''];
    const [head = '', tail = ''] = pattern.split(':id');
    if (!pattern.includes(':id') || !asked.startsWith(head) || !asked.endsWith(tail)) continue;
    const id = asked.slice(head.length, asked.length - tail.length);
    if (id !== '' && !id.includes('/')) return [pattern, handler, decoded(id)];
  }
  return ['', null, ''];
}

/** An id that is no text names nothing. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return '';
  }
}

function badInput(error: unknown): Reply {
  if (error instanceof z.ZodError) {
    const details = error.issues.flatMap((issue) => {
      const at = issue.path.join('.');
      const names = issue.code === 'unrecognized_keys' ? issue.keys : [at];
      return names.map((field) => ({ field, message: issue.message }));
    });
    return [422, { error: { code: 'invalid', message: 'invalid fields', details } }];
  }
  if (error instanceof SyntaxError) {
    return invalid('', 'the body is not JSON');
  }
  if (error instanceof ApiError) return [error.status, { error: { message: error.message } }];
  throw error;
}

function reply(response: ServerResponse, [status, value]: Reply): void {
  // What was too long was not read to its end: the connection is of no more use.
  const last = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...last });
  response.end(JSON.stringify(value));
}

const invalid = (field: string, message: string): Reply => [
  422,
  { error: { code: 'invalid', message: 'invalid fields', details: [{ field, message }] } },
];

const found = (is: boolean): Reply =>
  is ? [200, { ok: true }] : [404, { error: { message: 'no such id' } }];

/** Field names, types, bounds and defaults of what may be set. */
const shape = (schema: ZodType): unknown =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

const handlers: readonly (readonly [string, Handler])[] = [
  ['GET /_sim', (parts) => [200, overview(parts)]],
  ['GET /_sim/truth', (parts) => [200, truthOf(parts.venue, parts.log.all())]],
  ['GET /_sim/truth/books', (parts) => [200, truthOf(parts.venue, [])]],
  ['GET /_sim/listings', (parts) => [200, listingsOf(parts.venue)]],
  ['POST /_sim/listings', addListing],
  ['PATCH /_sim/listings/:id', changeListing],
  ['DELETE /_sim/listings/:id', removeListing],
  ['POST /_sim/accounts', setAccount],
  ['POST /_sim/reset', resetAll],
  ['GET /_sim/switches', (parts) => [200, parts.venue.switches]],
  ['POST /_sim/switches', setSwitches],
  ['GET /_sim/faults', (parts) => [200, faultList(parts)]],
  ['POST /_sim/faults', addFault],
  ['DELETE /_sim/faults', clearFaults],
  ['DELETE /_sim/faults/:id', (parts, _, id) => found(parts.faults.remove(Number(id)))],
  ['POST /_sim/faults/:id/release', (parts, _, id) => found(parts.faults.release(Number(id)))],
  ['POST /_sim/clock', setClock],
];

function overview(parts: ControlParts): object {
  return {
    calls: handlers.map(([pattern]) => pattern),
    serverTimeMs: parts.venue.clock.nowMs(),
    seed: parts.venue.scenario.seed,
    streams: parts.sockets.count(),
    switches: parts.venue.switches,
    faults: faultList(parts),
    settable: {
      listings: shape(listingSchema),
      listingChange: shape(listingChangeSchema),
      accounts: shape(accountSchema),
      switches: shape(switchesSchema),
      faults: shape(faultSchema),
      streamFaults: shape(streamFaultSchema),
      clock: shape(clockSchema),
    },
  };
}

const faultList = (parts: ControlParts): object => ({
  calls: parts.faults.list(),
  streams: parts.sockets.faults.list(),
});

function addListing(parts: ControlParts, body: unknown): Reply {
  const plan = planOf(listingSchema.parse(body), parts.venue.scenario.seed);
  if (parts.venue.market(plan.symbol) !== null) {
    return invalid('symbol', `${plan.symbol} exists already`);
  }
  const market = parts.venue.addMarket(plan, true);
  parts.marketAdded(market);
  return [201, market.plan];
}

function changeListing(parts: ControlParts, body: unknown, id: string): Reply {
  const market = parts.venue.market(id);
  if (market === null) return found(false);
  parts.venue.changePlan(market, planChange(listingChangeSchema.parse(body)));
  parts.marketAdded(market);
  return [200, market.plan];
}

function removeListing(parts: ControlParts, _body: unknown, id: string): Reply {
  const known = parts.venue.market(id) !== null;
  if (known) parts.venue.removeMarket(id);
  return found(known);
}

function setAccount(parts: ControlParts, body: unknown): Reply {
  const { venue } = parts;
  const wanted = accountSchema.parse(body);
  const account = venue.accountByKey(wanted.apiKey) ?? newAccount(venue, wanted);
  for (const [asset, free] of Object.entries(wanted.balances)) {
    balanceOf(account, asset).free = fixed(free);
  }
  account.permissions = wanted.permissions ?? account.permissions;
  if (wanted.allowedSymbols !== undefined) account.allowedSymbols = wanted.allowedSymbols;
  account.mxDeduct = wanted.mxDeduct ?? account.mxDeduct;
  venue.putAccount(account);
  return [200, { name: account.name, apiKey: account.apiKey }];
}

function newAccount(venue: Venue, wanted: z.infer<typeof accountSchema>): Account {
  const count = [...venue.accounts()].length;
  return {
    name: wanted.apiKey,
    apiKey: wanted.apiKey,
    secret: wanted.secret ?? 'sim-secret',
    suffix: String(36 + count).padStart(3, '0'),
    balances: new Map(),
    permissions: ['trade', 'read'],
    allowedSymbols: null,
    mxDeduct: false,
  };
}

function resetAll(parts: ControlParts): Reply {
  parts.reset();
  return [200, { ok: true }];
}

function setSwitches(parts: ControlParts, body: unknown): Reply {
  const change = z.record(z.string(), z.unknown()).parse(body);
  parts.venue.setSwitches(switchesSchema.parse({ ...parts.venue.switches, ...change }));
  parts.limits.clear();
  return [200, parts.venue.switches];
}

function addFault(parts: ControlParts, body: unknown): Reply {
  if (typeof body === 'object' && body !== null && 'stream' in body) {
    parts.sockets.strike(streamFaultSchema.parse(body));
    return [201, faultList(parts)];
  }
  const order = faultSchema.parse(body);
  if (order.endpoint !== '*' && !parts.routes.has(order.endpoint)) {
    return invalid('endpoint', `${order.endpoint} is no call of the exchange`);
  }
  return [201, parts.faults.add(order)];
}

function clearFaults(parts: ControlParts): Reply {
  parts.faults.clear();
  parts.sockets.faults.clear();
  return [200, { ok: true }];
}

function setClock(parts: ControlParts, body: unknown): Reply {
  const { skewMs, driftPpm } = clockSchema.parse(body);
  if (parts.setClock === null) return invalid('skewMs', 'this clock cannot be set');
  parts.setClock(skewMs, driftPpm);
  return [200, { serverTimeMs: parts.venue.clock.nowMs(), skewMs, driftPpm }];
}
