import { createRoute } from '@hono/zod-openapi';
import { startRun, statusOf, stopRun } from '../bot/run.ts';
import type { ApiDeps } from '../deps.ts';
import { answer, body, newRouter } from '../router.ts';
import {
  botStatus,
  monitorStatus,
  monitorStopInput,
  started,
  startInput,
  stopInput,
  stopping,
} from '../schemas/bot.ts';
import { conflict, notFound, problems } from '../schemas/error.ts';
import { keyHeaders } from '../schemas/shared.ts';
import { sharedRead } from '../shared-read.ts';
import { exchangeView } from '../views/health-view.ts';

const startResponses = {
  200: answer(started, 'it starts'),
  ...notFound,
  ...conflict,
  ...problems,
};
const stopResponses = {
  200: answer(stopping, 'it stops; see the status'),
  ...conflict,
  ...problems,
};

const start = createRoute({
  method: 'post',
  path: '/bot/start',
  tags: ['bot'],
  summary: 'Starts a run',
  description: 'With the active configuration unless another is named. 409 while a run is active.',
  request: { headers: keyHeaders, body: body(startInput) },
  responses: startResponses,
});

const stop = createRoute({
  method: 'post',
  path: '/bot/stop',
  tags: ['bot'],
  summary: 'Stops the run gracefully',
  description: 'No new listings; armed entries are released; positions are kept or closed.',
  request: { headers: keyHeaders, body: body(stopInput) },
  responses: stopResponses,
});

const status = createRoute({
  method: 'get',
  path: '/bot/status',
  tags: ['bot'],
  summary: 'The run and what it does',
  responses: { 200: answer(botStatus, 'the run'), ...problems },
});

const startMonitor = createRoute({
  method: 'post',
  path: '/monitor/start',
  tags: ['monitor'],
  summary: 'Starts watching: the same as POST /bot/start',
  request: { headers: keyHeaders, body: body(startInput) },
  responses: startResponses,
});

const stopMonitor = createRoute({
  method: 'post',
  path: '/monitor/stop',
  tags: ['monitor'],
  summary: 'Stops watching: the same as POST /bot/stop, positions are kept unless asked',
  request: { headers: keyHeaders, body: body(monitorStopInput) },
  responses: stopResponses,
});

const watching = createRoute({
  method: 'get',
  path: '/monitor/status',
  tags: ['monitor'],
  summary: 'What the monitor sees: sources with their ages, clock offset, stream',
  responses: { 200: answer(monitorStatus, 'the run, as seen by the monitor'), ...problems },
});

/** Starting, stopping and watching the run; the monitor's routes are the same run. */
export const botRoutes = (deps: ApiDeps) => {
  const readStatus = sharedRead(() => statusOf(deps));
  return newRouter()
    .openapi(start, async (c) => {
      const { configurationId } = c.req.valid('json');
      const key = c.req.valid('header')['idempotency-key'];
      const after = await startRun(deps, { configurationId, key });
      c.set('changed', { before: null, after });
      return c.json(after, 200);
    })
    .openapi(stop, async (c) => {
      const after = await stopRun(deps, c.req.valid('json'));
      c.set('changed', { before: null, after });
      return c.json(after, 200);
    })
    .openapi(status, async (c) => c.json(await readStatus(), 200))
    .openapi(startMonitor, async (c) => {
      const { configurationId } = c.req.valid('json');
      const key = c.req.valid('header')['idempotency-key'];
      const after = await startRun(deps, { configurationId, key });
      c.set('changed', { before: null, after });
      return c.json(after, 200);
    })
    .openapi(stopMonitor, async (c) => {
      const after = await stopRun(deps, c.req.valid('json'));
      c.set('changed', { before: null, after });
      return c.json(after, 200);
    })
    .openapi(watching, async (c) => {
      const { running, run, heartbeat } = await readStatus();
      const rows = await deps.db.botHealth.findMany();
      const exchange = exchangeView(rows, { nowMs: deps.clock.now(), watching: running });
      const { monitorAgeMs } = heartbeat;
      return c.json({ running, run, monitorAgeMs, exchange }, 200);
    });
};
