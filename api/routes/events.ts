import { createRoute } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import type { StreamMessage } from '../events/hub.ts';
import { ApiProblem } from '../problem.ts';
import { newRouter } from '../router.ts';
import { problems } from '../schemas/error.ts';

const events = createRoute({
  method: 'get',
  path: '/events',
  tags: ['live'],
  summary: 'Changes as they happen (server-sent events)',
  description:
    'Events are named by the kind of change; `hello` opens the stream, `resync` says that changes were missed: ask for everything again. Ids rise; `Last-Event-ID` replays.',
  responses: {
    200: { description: 'the stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems,
  },
});

const PING_MS = 10_000;
/** A client that does not read this many messages is let go; it comes back and is told to resync. */
const BACKLOG_MAX = 500;

/** The live stream. */
export const eventRoutes = (deps: ApiDeps) =>
  newRouter().openapi(events, (c) => {
    const lastId = c.req.header('last-event-id') ?? null;
    const waiting: StreamMessage[] = [];
    let wake: (() => void) | null = null;
    const unsubscribe = deps.events.subscribe(lastId, (message) => {
      waiting.push(message);
      wake?.();
    });
    if (unsubscribe === null)
      throw new ApiProblem('RATE_LIMITED', 'Too many live streams are open; close one.');
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(c, async (stream) => {
      let open = true;
      stream.onAbort(() => {
        open = false;
        unsubscribe();
        wake?.();
      });
      const at = () => new Date(deps.clock.now()).toISOString();
      await stream.writeSSE({
        event: 'hello',
        id: deps.events.lastId(),
        data: JSON.stringify({ at: at(), because: 'connected' }),
      });
      while (open && waiting.length <= BACKLOG_MAX) {
        const message = waiting.shift();
        if (message !== undefined) await stream.writeSSE(written(message, at()));
        else if (!(await woken(PING_MS, (done) => (wake = done)))) await stream.write(': ping\n\n');
      }
      unsubscribe();
    });
  });

/** True when something came, false when the time was up. */
const woken = (ms: number, register: (done: () => void) => void): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    register(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });

const written = (message: StreamMessage, at: string) =>
  message.event === 'change'
    ? { event: message.change.kind, id: message.id, data: JSON.stringify(message.change) }
    : {
        event: 'resync',
        id: message.id,
        data: JSON.stringify({ at, because: message.because }),
      };
