import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Logger } from 'pino';

interface Asked {
  readonly origin?: unknown;
  readonly path?: unknown;
  readonly method?: unknown;
}
interface Told {
  readonly request?: Asked;
  readonly response?: { readonly statusCode?: unknown };
  readonly error?: unknown;
}

/**
 * Writes a line of each call by HTTP, with what it is about, where lines of the level debug are
 * written; elsewhere it costs nothing. What was called is named, never with what: a query has the
 * signature. For processes whose addresses hold no secret.
 */
export const logCalls = (log: Logger, fields: () => object): { stop(): void } => {
  if (!log.isLevelEnabled('debug')) return { stop: () => undefined };
  const begun = new WeakMap<object, { readonly atMs: number; readonly about: object }>();
  const create = (message: unknown) => {
    const { request } = message as Told; // as undici's documents name its channels
    if (request !== undefined) begun.set(request, { atMs: performance.now(), about: fields() });
  };
  const end = (message: unknown) => {
    const { request, response, error } = message as Told;
    const call = request === undefined ? undefined : begun.get(request);
    if (request === undefined || call === undefined) return;
    begun.delete(request);
    const line = {
      ...call.about, // it ends elsewhere than it began
      method: request.method,
      host: URL.parse(String(request.origin))?.host,
      path: String(request.path).split('?')[0],
      ms: Math.round(performance.now() - call.atMs),
    };
    if (error === undefined) log.debug({ ...line, status: response?.statusCode }, 'Call');
    else log.debug({ ...line, error }, 'Call without an answer');
  };
  const channels = [
    ['undici:request:create', create],
    ['undici:request:headers', end],
    ['undici:request:error', end],
  ] as const;
  for (const [name, heard] of channels) subscribe(name, heard);
  return {
    stop: () => {
      for (const [name, heard] of channels) unsubscribe(name, heard);
    },
  };
};
