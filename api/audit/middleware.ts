import { isDeepStrictEqual } from 'node:util';
import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import type { ApiEnv } from '../router.ts';
import { isSecretField } from '../secret-fields.ts';
import { appendEntry, callWithKey, isKeepable } from './entries.ts';

const MUTATIONS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Changes nothing although it is a POST. */
const HARMLESS = /^\/(?:(?:configurations|credentials)\/[^/]+\/check|codec\/decode)$/;
/** Commands of a trade carry their key to the workflow, which knows them for ever. */
const KEYED_BY_WORKFLOW = /^\/trades\/[^/]+\/(?:sell|disarm|exits)$/;
/** What was answered is a secret, and not kept. */
const SECRET_ANSWERS = /^\/(?:auth|credentials)(?:\/|$)/;
const PREFIX = '/api';

/**
 * Writes an entry of every call that means to change something, done or refused, and answers a call
 * that repeats the key of a done one as it was answered then. Calls with one key wait for each
 * other. An entry that cannot be written is logged whole: what was done stays done.
 */
export const audited = (deps: ApiDeps): MiddlewareHandler<ApiEnv> => {
  const underWay = new Map<string, Promise<unknown>>();
  return async (c, next) => {
    const path = c.req.path.slice(PREFIX.length);
    if (!MUTATIONS.has(c.req.method) || HARMLESS.test(path)) return next();
    const input = withoutSecrets(await inputOf(c));
    const key = c.req.header('idempotency-key') ?? null;
    const call = { path, input, key };
    const kept = key !== null && !KEYED_BY_WORKFLOW.test(path) && !SECRET_ANSWERS.test(path);
    if (!kept || c.get('mayCall') === false) {
      await next();
      return record(deps, c, call);
    }
    const turn = (underWay.get(key) ?? Promise.resolve()).then(() => once(deps, c, { call, next }));
    const settled = turn.catch(() => undefined);
    underWay.set(key, settled);
    try {
      return await turn;
    } finally {
      if (underWay.get(key) === settled) underWay.delete(key);
    }
  };
};

interface Call {
  readonly path: string;
  readonly input: unknown;
  readonly key: string | null;
}

const once = async (
  deps: ApiDeps,
  c: Context<ApiEnv>,
  { call, next }: { call: Call; next: () => Promise<void> },
): Promise<Response | void> => {
  const earlier = await callWithKey(deps.db, await deps.installation.id(), call.key ?? '');
  if (earlier === null) {
    await next();
    return record(deps, c, call);
  }
  const same =
    earlier.method === c.req.method &&
    earlier.path === call.path &&
    isDeepStrictEqual(earlier.input, call.input);
  if (!same)
    throw new ApiProblem('CONFLICT', 'This Idempotency-Key was used for another call.', {
      method: earlier.method,
      path: earlier.path,
    });
  c.header('Idempotency-Replayed', 'true');
  const status = earlier.status as ContentfulStatusCode; // of a JSON answer that was sent
  return c.json(earlier.answer as object, status);
};

/** The body as it was sent; null when there is none, or none that is JSON. */
const inputOf = async (c: Context<ApiEnv>): Promise<unknown> => {
  try {
    return await c.req.json(); // kept by Hono: the validator reads the same
  } catch {
    return null;
  }
};

/** Levels of a body: options have five. */
const DEPTH_MAX = 20;

/** Whether a JSON value has more than so many levels; looks no further than that. */
const isDeep = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isDeep(each, levels - 1)));

/** Refuses what would exhaust whoever walks through it; before the audit, which does. */
export const shallowBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (MUTATIONS.has(c.req.method) && isDeep(await inputOf(c), DEPTH_MAX))
    throw new ApiProblem('VALIDATION_FAILED', 'The body is nested too deeply.', [
      { path: '', problem: `must not have more than ${DEPTH_MAX} levels` },
    ]);
  return next();
};

/** Refuses text that the record cannot keep, before anything is done. */
export const keepableBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (MUTATIONS.has(c.req.method) && !isKeepable(await inputOf(c)))
    throw new ApiProblem('VALIDATION_FAILED', 'The body has text that is no Unicode text.', [
      { path: '', problem: 'must have neither NUL characters nor halves of surrogate pairs' },
    ]);
  return next();
};

/** Who calls; whoever signs in is nobody yet. */
export const actorOf = (c: Context<ApiEnv>): string => c.get('caller')?.name ?? 'nobody';

/** A JSON value with "[secret]" wherever a field's name says that it holds one. */
const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      isSecretField(name) ? '[secret]' : withoutSecrets(each),
    ]),
  );
};

const record = async (deps: ApiDeps, c: Context<ApiEnv>, call: Call): Promise<void> => {
  const changed = c.get('changed');
  const done = c.res.ok;
  const entry = {
    ...call,
    atMs: deps.clock.now(),
    requestId: c.get('requestId'),
    actor: actorOf(c),
    method: c.req.method,
    status: c.res.status,
    before: changed?.before ?? null,
    after: changed?.after ?? null,
    answer:
      done && call.key !== null && !SECRET_ANSWERS.test(call.path)
        ? await c.res.clone().json()
        : null,
  };
  try {
    await appendEntry(deps.db, { ...entry, installationId: await deps.installation.id() });
  } catch (error) {
    deps.log.error({ err: error, entry }, 'An audit entry could not be written');
  }
};
