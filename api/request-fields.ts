import type { MiddlewareHandler } from 'hono';
import { tryGetContext } from 'hono/context-storage';
import type { LogFields } from '#runtime/log-fields.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiEnv } from './router.ts';

/** Puts the trade that a request is about on its further log lines; the last of them names it, too. */
export const nameTrade = (trade: LogFields): void => tryGetContext<ApiEnv>()?.set('about', trade);

/** The request that a log line is of, who asked, and of which trade; empty where nobody did. */
export const requestFields = (): LogFields & {
  readonly requestId?: string;
  readonly userId?: string;
} => {
  const c = tryGetContext<ApiEnv>();
  if (c === undefined) return {};
  const requestId = c.get('requestId');
  const userId = c.get('caller')?.id;
  return {
    ...(requestId === undefined ? {} : { requestId }),
    ...(userId === undefined ? {} : { userId }),
    ...c.get('about'),
  };
};

/** Begins a trace with each request, where anything is traced. */
export const traced =
  ({ tracing }: Pick<ApiDeps, 'tracing'>): MiddlewareHandler<ApiEnv> =>
  (c, next) =>
    tracing === null
      ? next()
      : tracing.span(
          `${c.req.method} ${c.req.path.split('/').slice(0, 3).join('/')}`,
          { 'http.request.method': c.req.method, 'url.path': c.req.path },
          next,
        );
