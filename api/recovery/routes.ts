import { createRoute, z } from '@hono/zod-openapi';
import { openTrades } from '#prisma/runs.ts';
import { botRunWorkflowId } from '#workflows/messages.ts';
import type { ApiDeps } from '../deps.ts';
import { startLostRun } from '../bot/lost-run.ts';
import { reconcileResult } from '../orphans/schemas.ts';
import { ApiProblem } from '../problem.ts';
import { answer, newRouter } from '../router.ts';
import { conflict, problems } from '../schemas/error.ts';
import { keyHeaders } from '../schemas/shared.ts';

const recoverAnswer = z
  .object({
    state: z.enum(['done', 'pending']).openapi({
      description: 'pending: the record is still being held against the exchange',
    }),
    openTrades: z.array(z.object({ id: z.string(), symbol: z.string(), phase: z.string() })),
    ended: z
      .array(z.object({ workflowId: z.string(), keyIds: z.array(z.string()) }))
      .openapi({ description: 'workflows whose sealing key is lost; the record goes on without' }),
    runStarted: z.boolean().openapi({ description: 'the run was lost, and was started again' }),
    recovered: z.array(z.string()).openapi({ description: 'trades that have a new owner' }),
  })
  .openapi('RecoverAnswer');

const recover = createRoute({
  method: 'post',
  path: '/recover',
  tags: ['bot'],
  summary: 'Takes open trades back from the record, after a key file was lost',
  description:
    'Ends the workflows that nobody can open any more, starts a lost run again, and gives each open trade a new owner, which asks the exchange before it does anything. Those that can be read are left alone. 409 without a key of the exchange. May be repeated.',
  request: { headers: keyHeaders },
  responses: {
    200: answer(recoverAnswer, 'taken back'),
    202: answer(recoverAnswer, 'it goes on; ask again'),
    ...conflict,
    ...problems,
  },
});

/** What a lost key file leaves behind is picked up here. */
export const recoveryRoutes = (deps: ApiDeps) =>
  newRouter().openapi(recover, async (c) => {
    await requireKey(deps);
    const ring = await deps.keys();
    const installationId = await deps.installation.id();
    const before = await openTrades(deps.db, installationId);
    const ended = await deps.temporal.endUnreadable({
      named: [botRunWorkflowId, ...before.map(({ workflowId }) => workflowId)],
      knows: (keyId) => ring.keys.some(({ id }) => id === keyId),
    });
    const runStarted = await startLostRun(deps);
    const raw = await deps.temporal.accountTask({ kind: 'reconcile' });
    const result = raw === null ? null : reconcileResult.parse(raw);
    const after = {
      state: result === null ? ('pending' as const) : ('done' as const),
      openTrades: before.map(({ id, symbol, phase }) => ({ id, symbol, phase })),
      ended: ended.map(({ workflowId, keyIds }) => ({ workflowId, keyIds: [...keyIds] })),
      runStarted,
      recovered: [...(result?.recovered ?? [])],
    };
    c.set('changed', { before: null, after });
    deps.log.warn(after, 'Open trades were taken back from the record');
    return c.json(after, result === null ? 202 : 200);
  });

const requireKey = async ({ installation }: ApiDeps): Promise<void> => {
  if (installation.venue.orders !== 'gated' || (await installation.key()) !== null) return;
  throw new ApiProblem(
    'CONFLICT',
    'There is no key of the exchange to sell with; enter it first, then recover.',
  );
};
