import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import { z } from 'zod';
import type { Clock } from '#domain/ports.ts';
import { callerOf } from '../auth/routes/called.ts';
import type { ApiDeps } from '../deps.ts';
import { createBacklog, type Backlog } from '../events/backlog.ts';
import type { StreamMessage } from '../events/hub.ts';
import { ApiProblem } from '../problem.ts';
import { newRouter, type ApiEnv } from '../router.ts';
import { problems } from '../schemas/error.ts';

const events = createRoute({
  method: 'get',
  path: '/events',
  tags: ['live'],
  summary: 'Changes as they happen (server-sent events)',
  description:
    'Events are named by the kind of change; `hello` opens the stream, `resync` says that changes were missed: ask for everything again; `ping` comes after 10 s of silence. Ids rise; `Last-Event-ID` replays.',
  responses: {
    200: { description: 'the stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems,
  },
});

/** The live stream. */
export const eventRoutes = (deps: ApiDeps) =>
  newRouter().openapi(events, (c) => {
    const left = deps.auth.openStream(callerOf(c).id);
    if (left === null)
      throw new ApiProblem('RATE_LIMITED', 'You have too many live streams open; close one.');
    let drop = (): void => undefined;
    const backlog = createBacklog(() => drop());
    const subscription = deps.events.subscribe(c.req.header('last-event-id') ?? null, backlog);
    if (subscription === null) {
      left();
      throw new ApiProblem('RATE_LIMITED', 'Too many live streams are open; close one.');
    }
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(c, async (stream) => {
      // A client that does not read must not be waited for: its socket goes, it comes back later.
      drop = () => {
        deps.log.info({ requestId: c.get('requestId') }, 'A live stream fell behind; it is closed');
        stream.abort();
        c.env.outgoing?.destroy();
      };
      stream.onAbort(() => backlog.end());
      try {
        await send(stream, {
          backlog,
          from: subscription.from,
          clock: deps.clock,
          pingMs: deps.pingMs,
          isIn: isStillIn(deps, c),
        });
      } finally {
        subscription.stop();
        left();
      }
    });
  });

interface Sending {
  readonly backlog: Backlog;
  /** Id of the opening: a client that breaks off right after it misses nothing. */
  readonly from: string;
  readonly clock: Clock;
  readonly pingMs: number;
  /** Whether the caller is still who was let in. */
  readonly isIn: () => Promise<boolean>;
}

/** Looks up the caller again; while that is not possible, whoever was in stays in. */
const isStillIn = ({ auth }: ApiDeps, c: Context<ApiEnv>) => {
  const proof = { authorization: c.req.header('authorization'), cookie: c.req.header('cookie') };
  return async (): Promise<boolean> => {
    try {
      return (await auth.identify(proof, false)) !== null;
    } catch {
      return true;
    }
  };
};

const send = async (stream: SSEStreamingApi, sending: Sending): Promise<void> => {
  const { backlog, from, clock, pingMs, isIn } = sending;
  let checkedAtMs = clock.now();
  const at = () => new Date(clock.now()).toISOString();
  const data = JSON.stringify({ at: at(), because: 'connected' });
  await stream.writeSSE({ event: 'hello', id: from, data });
  for (;;) {
    const messages = await backlog.next(pingMs);
    if (messages === 'ended') return;
    if (clock.now() - checkedAtMs >= pingMs) {
      if (!(await isIn())) return;
      checkedAtMs = clock.now();
    }
    if (messages.length === 0)
      await stream.writeSSE({ event: 'ping', data: JSON.stringify({ at: at() }) });
    else await stream.write(messages.map((message) => textOf(message, at)).join(''));
  }
};

/** What goes to every stream is written out once. */
const texts = new WeakMap<StreamMessage, string>();

const textOf = (message: StreamMessage, at: () => string): string => {
  const known = texts.get(message);
  if (known !== undefined) return known;
  const [event, data] =
    message.event === 'change'
      ? [message.change.kind, message.change]
      : ['resync', { at: at(), because: message.because }];
  const text = `event: ${event}\ndata: ${JSON.stringify(data)}\nid: ${message.id}\n\n`;
  texts.set(message, text);
  return text;
};
