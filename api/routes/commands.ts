import { randomUUID } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import type { ExitOptions } from '#domain/configuration.ts';
import { exitProblems } from '#domain/configuration.ts';
import { disarm, editExits, sellNow } from '#workflows/messages.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { nameTrade } from '../request-fields.ts';
import { answer, body, newRouter } from '../router.ts';
import { conflict, notFound, problems } from '../schemas/error.ts';
import { idParams, keyHeaders } from '../schemas/shared.ts';
import { commandAnswer, exitsInput, sellInput } from '../schemas/trade-detail.ts';
import type { Command } from '../temporal/gateway.ts';
import { findTrade } from './trades.ts';

const responses = {
  200: answer(commandAnswer, 'done'),
  202: answer(commandAnswer, 'accepted; the workflow has not confirmed it yet'),
  ...notFound,
  ...conflict,
  ...problems,
};
const ADVICE = 'Repeat it with the same Idempotency-Key: it is then the same command.';

const sell = createRoute({
  method: 'post',
  path: '/trades/{id}/sell',
  tags: ['trades'],
  summary: 'Sells all that is held, now',
  description: ADVICE,
  request: { params: idParams, headers: keyHeaders, body: body(sellInput) },
  responses,
});

const disarmRoute = createRoute({
  method: 'post',
  path: '/trades/{id}/disarm',
  tags: ['trades'],
  summary: 'Gives up an entry that was not sent',
  description: ADVICE,
  request: { params: idParams, headers: keyHeaders, body: body(sellInput) },
  responses,
});

const exits = createRoute({
  method: 'patch',
  path: '/trades/{id}/exits',
  tags: ['trades'],
  summary: 'Replaces the exits of a trade',
  description: ADVICE,
  request: { params: idParams, headers: keyHeaders, body: body(exitsInput) },
  responses,
});

/** What a person may ask of a running trade; each is an update of its workflow. */
export const commandRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(sell, async (c) => {
      const updateId = c.req.valid('header')['idempotency-key'] ?? randomUUID();
      const tradeId = c.req.valid('param').id;
      const argument = c.req.valid('json');
      const { done, phase } = await send(deps, { tradeId, updateId, update: sellNow, argument });
      c.set('changed', { before: { phase }, after: done });
      return c.json(done, done.state === 'done' ? 200 : 202);
    })
    .openapi(disarmRoute, async (c) => {
      const updateId = c.req.valid('header')['idempotency-key'] ?? randomUUID();
      const tradeId = c.req.valid('param').id;
      const argument = c.req.valid('json');
      const { done, phase } = await send(deps, { tradeId, updateId, update: disarm, argument });
      c.set('changed', { before: { phase }, after: done });
      return c.json(done, done.state === 'done' ? 200 : 202);
    })
    .openapi(exits, async (c) => {
      const updateId = c.req.valid('header')['idempotency-key'] ?? randomUUID();
      const tradeId = c.req.valid('param').id;
      const argument = c.req.valid('json');
      checkExits(argument.exits);
      const before = await checkPlan(deps, tradeId);
      const { done } = await send(deps, { tradeId, updateId, update: editExits, argument });
      c.set('changed', { before, after: argument });
      return c.json(done, done.state === 'done' ? 200 : 202);
    });

/** Exits that are well formed and still cannot work. */
const checkExits = (options: ExitOptions): void => {
  const found = exitProblems(options).map(({ path, message }) => ({
    path: ['exits', ...path].join('.'),
    problem: message,
  }));
  const first = found[0];
  if (first !== undefined)
    throw new ApiProblem('VALIDATION_FAILED', `${first.path}: ${first.problem}`, found);
};

/** The exits that are there. Before the risk rules have allowed a trade an edit would be lost. */
const checkPlan = async (deps: ApiDeps, tradeId: string): Promise<object | null> => {
  const { phase } = await findTrade(deps, tradeId);
  const plan = await deps.db.tradePlan.findUnique({ where: { listingId: tradeId } });
  if (plan !== null) return { exits: plan.exits };
  if (phase === 'closed') return null;
  throw new ApiProblem(
    'CONFLICT',
    `Too early: the trade is ${phase}; its exits are set when it is admitted.`,
    { phase },
  );
};

type Asked<Argument> = Omit<Command<Argument>, 'workflowId'> & { readonly tradeId: string };

const send = async <Argument>(deps: ApiDeps, { tradeId, ...asked }: Asked<Argument>) => {
  const { updateId } = asked;
  const { phase: before, workflowId, symbol } = await findTrade(deps, tradeId);
  nameTrade({ workflowId, symbol });
  const answered = await deps.temporal.command({ ...asked, workflowId });
  switch (answered.kind) {
    case 'done':
    case 'pending':
      return { done: { state: answered.kind, tradeId, updateId }, phase: before };
    case 'tooLate':
      throw tooLate(answered.phase);
    case 'absent': {
      const { phase } = await findTrade(deps, tradeId); // it may have ended meanwhile
      throw phase === 'closed' ? tooLate(phase) : noWorkflow(phase);
    }
  }
};

const tooLate = (phase: string): ApiProblem =>
  new ApiProblem('CONFLICT', `Too late: the trade is ${phase}.`, { phase });

const noWorkflow = (phase: string): ApiProblem =>
  new ApiProblem(
    'CONFLICT',
    `The record says ${phase}, but Temporal has no workflow of this trade: nobody can do it.`,
    { phase },
  );
