import { createRoute, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { createPayloadCodec } from '#runtime/payload-codec.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter, type ApiEnv } from '../router.ts';
import { problems } from '../schemas/error.ts';

const base64 = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64')
  .openapi({ example: 'eyJhIjoxfQ==' });
/** As Temporal's UI and command line send and expect them. */
const payloads = z
  .object({
    payloads: z
      .array(
        z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() }),
      )
      .max(10_000),
  })
  .openapi('Payloads');

const decode = createRoute({
  method: 'post',
  path: '/codec/decode',
  tags: ['system'],
  summary: 'Opens what Temporal keeps sealed, for its UI',
  description:
    "Temporal's codec protocol. What is not sealed comes back as it is; what does not open is 422.",
  request: { body: body(payloads) },
  responses: { 200: answer(payloads, 'opened'), ...problems },
});

const fromBase64 = (text: string | undefined) => Buffer.from(text ?? '', 'base64');

/** The codec server of Temporal's UI; the guard lets operators in only. */
export const codecRoutes = (deps: ApiDeps) => {
  const codec = createPayloadCodec(() => deps.keys());
  return newRouter().openapi(decode, async (c) => {
    const sealed = c.req.valid('json').payloads.map(({ metadata = {}, data }) => ({
      metadata: mapValues(metadata, fromBase64),
      data: fromBase64(data),
    }));
    await deps.keys(); // a database that is away is not a payload that does not open
    const opened = await codec.decode(sealed).catch(() => {
      throw new ApiProblem('VALIDATION_FAILED', 'One of these was sealed elsewhere, or changed.', [
        { path: 'payloads', problem: 'must be payloads of this installation' },
      ]);
    });
    const shown = opened.map(({ metadata, data }) => ({
      metadata: mapValues(metadata ?? {}, toBase64),
      data: toBase64(data ?? new Uint8Array()),
    }));
    return c.json({ payloads: shown }, 200);
  });
};

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const mapValues = <T, U>(of: Readonly<Record<string, T>>, change: (value: T) => U) =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));

const PREFIX = '/api/codec/';

/** Where Temporal's UI is; it may call the codec, and nothing else. */
export const codecOrigin = (deps: ApiDeps, path: string): string | null => {
  const { uiUrl } = deps.temporal;
  return uiUrl === null || !path.startsWith(PREFIX) ? null : new URL(uiUrl).origin;
};

/** Lets the page of Temporal's UI read what the codec answers, with the cookie of who is signed in. */
export const codecAccess =
  (deps: ApiDeps): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const origin = codecOrigin(deps, c.req.path);
    if (origin === null || c.req.header('origin') !== origin) return next();
    c.header('Access-Control-Allow-Origin', origin);
    c.header('Access-Control-Allow-Credentials', 'true');
    c.header('Cross-Origin-Resource-Policy', 'same-site');
    c.header('Vary', 'Origin');
    if (c.req.method !== 'OPTIONS') return next();
    c.header('Access-Control-Allow-Methods', 'POST');
    c.header('Access-Control-Allow-Headers', 'authorization, content-type, x-namespace');
    return c.body(null, 204);
  };
