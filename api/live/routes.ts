import { createRoute } from '@hono/zod-openapi';
import { WorkflowFailedError } from '@temporalio/client';
import type { GatePart } from '#domain/live-gate.ts';
import { addConfirmation, withdrawConfirmations } from '#prisma/live.ts';
import { callerOf } from '../auth/routes/called.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter } from '../router.ts';
import { conflict, problems } from '../schemas/error.ts';
import { keyHeaders } from '../schemas/shared.ts';
import * as schemas from './schemas.ts';
import { liveView } from './view.ts';

const tags = ['live'];

const show = createRoute({
  method: 'get',
  path: '/live',
  tags,
  summary: 'Whether entries may spend real money, and what is missing',
  description: 'In every mode: the parts are the steps of going live, in their order.',
  responses: { 200: answer(schemas.liveState, 'the live gate'), ...problems },
});

const preflight = createRoute({
  method: 'post',
  path: '/live/preflight',
  tags,
  summary: 'Puts the key in use to the test, without an order',
  description:
    'POST /order/test, the pairs of the key, round trip, permissions, age. 409 in the simulator and without a key. May be repeated.',
  request: { headers: keyHeaders },
  responses: {
    200: answer(schemas.preflightAnswer, 'what was found'),
    202: answer(schemas.preflightAnswer, 'the exchange has not answered yet'),
    ...conflict,
    ...problems,
  },
});

const confirm = createRoute({
  method: 'post',
  path: '/live/confirm',
  tags,
  summary: 'Confirms, typed, that real money may be spent for some days',
  description:
    'Only when every other part is met: 409 names those that are not. 422 when the text is not the phrase. A new confirmation replaces the one before.',
  request: { headers: keyHeaders, body: body(schemas.confirmInput) },
  responses: { 200: answer(schemas.liveState, 'confirmed'), ...conflict, ...problems },
});

const withdraw = createRoute({
  method: 'delete',
  path: '/live/confirm',
  tags,
  summary: 'Takes the confirmation back: entries stop at once, exits go on',
  request: { headers: keyHeaders },
  responses: { 200: answer(schemas.liveState, 'withdrawn'), ...problems },
});

const DAY_MS = 24 * 3_600_000;

/** Going live, step by step. */
export const liveRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(show, async (c) => c.json(await liveView(deps), 200))
    .openapi(preflight, async (c) => {
      await requireKey(deps);
      const result = await asked(deps);
      const live = await liveView(deps);
      c.set('changed', { before: null, after: { preflight: live.preflight } });
      return result === null
        ? c.json({ state: 'pending' as const, live }, 202)
        : c.json({ state: 'done' as const, live }, 200);
    })
    .openapi(confirm, async (c) => {
      const { text, days } = c.req.valid('json');
      const before = await liveView(deps);
      requireOthers(before.parts);
      requirePhrase(text, before.phrase);
      const nowMs = deps.clock.now();
      await addConfirmation(deps.db, {
        installationId: await deps.installation.id(),
        text,
        by: callerOf(c).name,
        nowMs,
        expiresAtMs: nowMs + (days ?? before.days.usual) * DAY_MS,
      });
      const after = await liveView(deps);
      c.set('changed', { before: shownOf(before), after: shownOf(after) });
      deps.log.warn({ mode: after.mode, open: after.open }, 'Real money was confirmed');
      return c.json(after, 200);
    })
    .openapi(withdraw, async (c) => {
      const before = await liveView(deps);
      await withdrawConfirmations(deps.db, {
        installationId: await deps.installation.id(),
        by: callerOf(c).name,
        nowMs: deps.clock.now(),
      });
      const after = await liveView(deps);
      c.set('changed', { before: shownOf(before), after: shownOf(after) });
      deps.log.warn({ mode: after.mode }, 'The confirmation of real money was withdrawn');
      return c.json(after, 200);
    });

const shownOf = ({ open, confirmation }: schemas.LiveState) => ({ open, confirmation });

const requireKey = async ({ installation }: ApiDeps): Promise<void> => {
  if (installation.venue.orders === 'play')
    throw new ApiProblem('CONFLICT', 'The simulator needs no pre-flight: set EXCHANGE=live first.');
  if ((await installation.key()) === null)
    throw new ApiProblem('CONFLICT', 'There is no key of the exchange; enter one first.');
};

const requireOthers = (parts: readonly GatePart[]): void => {
  const missing = parts.filter((each) => each.name !== 'confirmation' && each.state !== 'met');
  if (missing.length === 0) return;
  throw new ApiProblem('CONFLICT', `Not yet: ${missing.map((each) => each.text).join(' ')}`, {
    missing: missing.map((each) => each.name),
  });
};

/** Spaces around it and between its words may differ; nothing else. */
const requirePhrase = (typed: string, phrase: string): void => {
  if (typed.trim().replaceAll(/\s+/g, ' ') === phrase) return;
  throw new ApiProblem('VALIDATION_FAILED', `text: must be "${phrase}"`, [
    { path: 'text', problem: `must be "${phrase}"` },
  ]);
};

/** Null: the exchange has not answered yet. */
const asked = (deps: ApiDeps): Promise<unknown> =>
  deps.temporal.accountTask({ kind: 'preflight' }).catch((error: unknown) => {
    if (!(error instanceof WorkflowFailedError)) throw error;
    deps.log.warn({ err: error }, 'The pre-flight failed');
    throw new ApiProblem('SERVICE_UNAVAILABLE', 'The exchange does not answer; try again.');
  });
