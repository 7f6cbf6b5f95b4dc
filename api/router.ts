import type { HttpBindings } from '@hono/node-server';
import { OpenAPIHono, type z } from '@hono/zod-openapi';
import type { LogFields } from '#runtime/log-fields.ts';
import type { Caller } from './auth/caller.ts';
import { problemFromZod } from './problem.ts';

/** JSON-true; null where there is nothing. */
export interface Changed {
  readonly before: object | null;
  readonly after: object | null;
}

/** What the server and the middleware put beside a request. */
export interface ApiEnv {
  /** Absent where no socket is behind the request, as in tests. */
  Bindings: Partial<HttpBindings> & {
    /** Of a call within this process, already proved; a request from outside has none. */
    caller?: Caller;
  };
  Variables: {
    requestId: string;
    /** Who calls; absent where no role is needed. */
    caller?: Caller;
    /** Whether the caller's role includes the one that the call needs. */
    mayCall?: boolean;
    /** The trade that a call is about, for the log. */
    about?: LogFields;
    /** What a call has changed, for the audit. */
    changed?: Changed;
  };
}

/** A router whose validation answers 422 with every field. */
export const newRouter = (): OpenAPIHono<ApiEnv> =>
  new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw problemFromZod(result.error, received(result));
    },
  });

/** What was sent, so that a problem can show the value. The validator adds it; its type does not. */
const received = (result: object): unknown => ('data' in result ? result.data : undefined);

/** The success of a route, for its `responses`. */
export const answer = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A body that must be there. */
export const body = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
});
