import { createRoute, z } from '@hono/zod-openapi';
import { WorkflowFailedError } from '@temporalio/client';
import type { Orphan } from '#prisma/generated/client.ts';
import { endOrphan } from '#prisma/orphans.ts';
import type { AccountTask } from '#workflows/messages.ts';
import { callerOf } from '../auth/routes/called.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter } from '../router.ts';
import { conflict, notFound, problems } from '../schemas/error.ts';
import {
  keyHeaders,
  limitParam,
  symbolParam,
  uuidCursorParam,
  uuidParams,
} from '../schemas/shared.ts';
import { after, page, readCursor } from '../views/paging.ts';
import * as schemas from './schemas.ts';
import { orphanView } from './view.ts';

const tags = ['orphans'];
const ADVICE = 'May be repeated: what is done is answered as done.';

const list = createRoute({
  method: 'get',
  path: '/orphans',
  tags,
  summary: 'What the exchange has of ours and the record does not explain, newest first',
  request: {
    query: z.object({
      state: z.enum(schemas.orphanStates).optional(),
      symbol: symbolParam,
      limit: limitParam,
      cursor: uuidCursorParam,
    }),
  },
  responses: { 200: answer(schemas.orphanPage, 'a page'), ...problems },
});

const responses = {
  200: answer(schemas.orphanAnswer, 'what came of it'),
  202: answer(schemas.orphanAnswer, 'accepted; the exchange has not answered yet'),
  ...notFound,
  ...conflict,
  ...problems,
};

const adopt = createRoute({
  method: 'post',
  path: '/orphans/{id}/adopt',
  tags,
  summary: 'Takes an executed order into the trade that its client id proves it part of',
  description: `A trade that holds coins again has an owner again, which guards and sells them. ${ADVICE}`,
  request: { params: uuidParams, headers: keyHeaders },
  responses,
});

const cancel = createRoute({
  method: 'post',
  path: '/orphans/{id}/cancel',
  tags,
  summary: 'Cancels an open order that no trade waits for',
  description: ADVICE,
  request: { params: uuidParams, headers: keyHeaders },
  responses,
});

const dismiss = createRoute({
  method: 'post',
  path: '/orphans/{id}/dismiss',
  tags,
  summary: 'Says that a person has dealt with it',
  description: `It is told again only if it grows. ${ADVICE}`,
  request: { params: uuidParams, headers: keyHeaders, body: body(schemas.dismissInput) },
  responses: {
    200: answer(schemas.orphanAnswer, 'dismissed'),
    ...notFound,
    ...conflict,
    ...problems,
  },
});

const reconcile = createRoute({
  method: 'post',
  path: '/reconcile',
  tags,
  summary: 'Holds the record against Temporal and the exchange now',
  description: 'It happens by itself every half minute. May be repeated.',
  request: { headers: keyHeaders },
  responses: {
    200: answer(schemas.reconcileAnswer, 'what was found'),
    202: answer(schemas.reconcileAnswer, 'it goes on; look at the orphans later'),
    ...problems,
  },
});

/** What the exchange has and the record does not explain, and what a person can do about it. */
export const orphanRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(list, async (c) => {
      const { state, symbol, limit, cursor } = c.req.valid('query');
      const rows = await deps.db.orphan.findMany({
        where: {
          installationId: await deps.installation.id(),
          ...(state === undefined ? {} : { state }),
          ...(symbol === undefined ? {} : { symbol }),
          ...after(readCursor(cursor), 'firstSeenAt'),
        },
        orderBy: [{ firstSeenAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const position = (row: Orphan) => ({ at: row.firstSeenAt, id: row.id });
      return c.json(page(rows, limit, { position, view: orphanView }), 200);
    })
    .openapi(adopt, async (c) => {
      const { before, answered } = await settle(deps, {
        kind: 'adoptOrphan',
        orphanId: c.req.valid('param').id,
        by: callerOf(c).name,
      });
      c.set('changed', { before, after: answered.orphan });
      return c.json(answered, answered.result === 'pending' ? 202 : 200);
    })
    .openapi(cancel, async (c) => {
      const { before, answered } = await settle(deps, {
        kind: 'cancelOrphan',
        orphanId: c.req.valid('param').id,
        by: callerOf(c).name,
      });
      c.set('changed', { before, after: answered.orphan });
      return c.json(answered, answered.result === 'pending' ? 202 : 200);
    })
    .openapi(dismiss, async (c) => {
      const { id } = c.req.valid('param');
      const before = await found(deps, id);
      if (before.state !== 'open' && before.state !== 'dismissed') throw notOpen(before);
      const { name: by } = callerOf(c);
      const note = c.req.valid('json').reason;
      await endOrphan(deps.db, { id, state: 'dismissed', by, note, nowMs: deps.clock.now() });
      const orphan = orphanView(await found(deps, id));
      c.set('changed', { before: orphanView(before), after: orphan });
      return c.json({ result: 'dismissed' as const, orphan }, 200);
    })
    .openapi(reconcile, async (c) => {
      const result = await asked(deps, { kind: 'reconcile' });
      if (result === null) return c.json({ state: 'pending' as const, result: null }, 202);
      const read = schemas.reconcileResult.parse(result);
      return c.json({ state: 'done' as const, result: read }, 200);
    });

const found = async (deps: ApiDeps, id: string): Promise<Orphan> => {
  const installationId = await deps.installation.id();
  const row = await deps.db.orphan.findFirst({ where: { id, installationId } });
  if (row === null) throw new ApiProblem('NOT_FOUND', 'There is no such orphan.');
  return row;
};

const notOpen = ({ state }: Orphan): ApiProblem =>
  new ApiProblem('CONFLICT', `Too late: it is ${state}.`, { state });

type OrphanTask = Extract<AccountTask, { kind: 'adoptOrphan' | 'cancelOrphan' }>;
const DONE = { adoptOrphan: 'adopted', cancelOrphan: 'cancelled' } as const;

/** Has it done by a worker. What the record alone forbids is refused without asking anybody. */
const settle = async (deps: ApiDeps, task: OrphanTask) => {
  const row = await found(deps, task.orphanId);
  const before = orphanView(row);
  const done = DONE[task.kind];
  if (row.state === done) return { before, answered: { result: done, orphan: before } };
  if (row.state !== 'open') throw notOpen(row);
  if (row.kind !== 'order')
    throw refusal('These are coins, not an order: nothing proves that they are ours.', row);
  const raw = await asked(deps, task);
  const result = raw === null ? null : schemas.orphanResult.parse(raw);
  if (result?.kind === 'refused') throw refusal(`Refused: ${result.because}.`, row);
  const orphan = orphanView(await found(deps, task.orphanId));
  return { before, answered: { result: result?.kind ?? ('pending' as const), orphan } };
};

const refusal = (message: string, { kind, state }: Orphan): ApiProblem =>
  new ApiProblem('CONFLICT', message, { kind, state });

const asked = (deps: ApiDeps, task: AccountTask): Promise<unknown> =>
  deps.temporal.accountTask(task).catch((error: unknown) => {
    if (!(error instanceof WorkflowFailedError)) throw error;
    deps.log.warn({ err: error, task }, 'A task failed');
    throw new ApiProblem('SERVICE_UNAVAILABLE', 'The exchange does not answer; try again.');
  });
