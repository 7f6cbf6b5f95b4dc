import { createRoute, z } from '@hono/zod-openapi';
import type { ApiDeps } from '../deps.ts';
import { askAll, headlineOf } from '../diagnosis/check.ts';
import { listingQuestions } from '../diagnosis/listing-questions.ts';
import { subjectOfId, subjectOfSymbol, type Subject } from '../diagnosis/subject.ts';
import { systemQuestions } from '../diagnosis/system-questions.ts';
import { ApiProblem } from '../problem.ts';
import { answer, newRouter } from '../router.ts';
import { diagnosis, type DiagnosisView } from '../schemas/diagnosis.ts';
import { notFound, problems } from '../schemas/error.ts';
import { idParams, symbolParam } from '../schemas/shared.ts';

const ofSystem = createRoute({
  method: 'get',
  path: '/diagnosis',
  tags: ['diagnosis'],
  summary: 'Why nothing is traded, or why a pair was not',
  description:
    'Ordered checks; the first failure is the headline. With a symbol also those of the pair, also of one that nobody has reported. What cannot be read is unknown, never fine.',
  request: { query: z.object({ symbol: symbolParam }) },
  responses: { 200: answer(diagnosis, 'the checks'), ...problems },
});

const ofListing = createRoute({
  method: 'get',
  path: '/listings/{id}/diagnosis',
  tags: ['diagnosis'],
  summary: 'Why a listing was bought or not',
  request: { params: idParams },
  responses: { 200: answer(diagnosis, 'the checks'), ...notFound, ...problems },
});

/** What stands in the way. */
export const diagnosisRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(ofSystem, async (c) => {
      const { symbol } = c.req.valid('query');
      if (symbol === undefined) return c.json(await diagnose(deps, null), 200);
      // Without a database the checks of the system say so.
      const subject = await subjectOfSymbol(deps, symbol).catch(() => null);
      const nothing = { symbol, listing: null, setAside: null };
      return c.json(await diagnose(deps, subject ?? { ...nothing, unread: true }), 200);
    })
    .openapi(ofListing, async (c) => {
      const subject = await subjectOfId(deps, c.req.valid('param').id);
      if (subject === null) throw new ApiProblem('NOT_FOUND', 'There is no such listing.');
      return c.json(await diagnose(deps, subject), 200);
    });

type Asked = Subject & { readonly unread?: boolean };

const diagnose = async (deps: ApiDeps, subject: Asked | null): Promise<DiagnosisView> => {
  const nowMs = deps.clock.now();
  const listing = subject?.listing ?? null;
  const over = listing?.trade?.phase === 'closed' || listing?.state === 'baseline';
  // What is over was not decided by the state of the system now.
  const system = over ? [] : await askAll(systemQuestions(deps));
  const own = subject === null || subject.unread === true ? [] : listingQuestions(subject, nowMs);
  const checks = [...system, ...(await askAll(own))];
  const otherwise =
    subject === null ? 'Everything that trading needs is there.' : 'It was bought and sold.';
  return {
    at: new Date(nowMs).toISOString(),
    symbol: subject?.symbol ?? null,
    listingId: listing?.id ?? null,
    ...headlineOf(checks, otherwise),
    checks,
  };
};
