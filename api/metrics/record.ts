import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Context } from 'hono';
import type { PoolState } from '#prisma/client.ts';
import { recordProcess } from '#runtime/metrics-of-life.ts';
import type { Metrics } from '#runtime/metrics.ts';
import type { ApiDeps } from '../deps.ts';
import type { ApiEnv } from '../router.ts';
import type { ReadinessView } from '../schemas/system.ts';

// What the API measures of itself. Nothing here throws, or asks the database.

/** Counts and times each request, by its route and never by its path: paths have ids. */
export const measured =
  ({ metrics }: Pick<ApiDeps, 'metrics'>): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const startedAt = performance.now();
    await next();
    const route = routeOf(c);
    const { status } = c.res;
    metrics.observe(
      'sniper_api_request_seconds',
      { route },
      (performance.now() - startedAt) / 1000,
    );
    metrics.count('sniper_api_requests_total', { route, status: String(status) });
    if (status === 500) metrics.count('sniper_api_failures_total', {});
    if (status === 503) metrics.count('sniper_api_parts_missing_total', {});
  };

/** "GET /api/trades/{id}"; "page" for the dashboard's files, "none" where no route is. */
const routeOf = (c: Context<ApiEnv>): string => {
  const route = matchedRoutes(c).at(c.req.routeIndex);
  if (route !== undefined && route.method !== 'ALL')
    return `${route.method} ${route.path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')}`;
  return c.res.status === 404 || c.req.path.startsWith('/api/') ? 'none' : 'page';
};

/** Writes what is true of the process now. Called often. */
export const recordApi = (
  {
    metrics,
    version,
    installation,
    events,
  }: Pick<ApiDeps, 'metrics' | 'version' | 'installation' | 'events'>,
  pool: PoolState | null,
): void => {
  recordProcess(metrics, { version, mode: installation.venue.mode });
  metrics.set('sniper_api_streams', {}, events.listeners());
  if (pool === null) return; // before the first query there is none
  metrics.set('sniper_api_database_connections', { state: 'busy' }, pool.busy);
  metrics.set('sniper_api_database_connections', { state: 'idle' }, pool.idle);
  metrics.set('sniper_api_database_waiting', {}, pool.waiting);
};

/** Writes which parts were there when they were asked. */
export const recordParts = (metrics: Metrics, parts: ReadinessView['parts']): void => {
  for (const part of ['database', 'temporal', 'monitor', 'worker', 'exchange'] as const)
    metrics.set('sniper_api_part_ready', { part }, parts[part].ok ? 1 : 0);
};

/** Counts an attempt to send a message. */
export const countMessage = (metrics: Metrics, result: 'delivered' | 'again' | 'failed'): void =>
  metrics.count('sniper_notifications_total', { result });
