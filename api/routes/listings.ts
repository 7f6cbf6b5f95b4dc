import { createRoute, z } from '@hono/zod-openapi';
import { tradingOptions } from '#domain/configuration.ts';
import type { HandProblem } from '#domain/listing-by-hand.ts';
import { asset } from '#domain/market-symbol.ts';
import { armByHand } from '#prisma/detection/manual-listings.ts';
import type { ApiDeps } from '../deps.ts';
import { budgetOf, listingFound, ownBudget, withBudget } from '../listings/budget.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter } from '../router.ts';
import { conflict, notFound, problems } from '../schemas/error.ts';
import {
  armInput,
  listingArmed,
  listingDetail,
  listingInput,
  listingPage,
  listingStates,
  type ListingDetailView,
} from '../schemas/listing.ts';
import { cursorParam, idParams, keyHeaders, limitParam, symbolParam } from '../schemas/shared.ts';
import { listingView, shownWithListing, sightingView, verdictView } from '../views/listing-view.ts';
import { after, page, readCursor } from '../views/paging.ts';

const list = createRoute({
  method: 'get',
  path: '/listings',
  tags: ['listings'],
  summary: 'Listings, newest first',
  description: 'Pairs of the first look (state baseline) only when asked for.',
  request: {
    query: z.object({
      state: z.enum(listingStates).optional(),
      upcoming: z.enum(['true', 'false']).optional().openapi({ description: 'opening ahead' }),
      symbol: symbolParam,
      limit: limitParam,
      cursor: cursorParam,
    }),
  },
  responses: { 200: answer(listingPage, 'a page'), ...problems },
});

const one = createRoute({
  method: 'get',
  path: '/listings/{id}',
  tags: ['listings'],
  summary: 'A listing with every sighting and the verdict',
  request: { params: idParams },
  responses: { 200: answer(listingDetail, 'the listing'), ...notFound, ...problems },
});

const arm = createRoute({
  method: 'post',
  path: '/listings',
  tags: ['listings'],
  summary: 'Arms a listing that an operator knows of',
  description:
    'Its workflow is started by the monitor within seconds. 409 for a pair that trades already or is armed by hand already.',
  request: { headers: keyHeaders, body: body(listingInput) },
  responses: { 200: answer(listingArmed, 'it is armed'), ...conflict, ...problems },
});

const armFound = createRoute({
  method: 'post',
  path: '/listings/{id}/arm',
  tags: ['listings'],
  summary: 'Arms a listing that was found: bought with autoTrade armedByHand, too',
  description:
    'With its own coin, opening and budget, and the price guard given here. 409 when it trades already, has ended, or is armed by hand already.',
  request: { params: idParams, headers: keyHeaders, body: body(armInput) },
  responses: { 200: answer(listingArmed, 'it is armed'), ...notFound, ...conflict, ...problems },
});

type ListingInput = z.infer<typeof listingInput>;

const armed = async (deps: ApiDeps, input: ListingInput): Promise<{ listingId: string }> => {
  const installationId = await deps.installation.id();
  const active = await deps.db.botConfiguration.findFirst({
    where: { installationId, active: true },
  });
  if (active === null)
    throw new ApiProblem('CONFLICT', 'There is no active configuration; write one first.');
  const { base, quote, opensAt, ...terms } = input;
  const found = await armByHand(deps.db, {
    installationId,
    asked: {
      ...terms,
      base: asset(base),
      quote: asset(quote),
      opensAtMs: opensAt === null ? null : Date.parse(opensAt),
    },
    options: tradingOptions.parse(active.options),
    nowMs: deps.clock.now(),
  });
  switch (found.kind) {
    case 'armed':
      return { listingId: found.listingId };
    case 'conflict':
      throw new ApiProblem('CONFLICT', found.text, {
        reason: found.reason,
        listingId: found.listingId,
      });
    case 'refused':
      throw refused(found.problems);
  }
};

/** Set before for the unfinished listing of a coin: arming it without a budget leaves it. */
const standingBudget = async (deps: ApiDeps, base: string): Promise<string | null> => {
  const installationId = await deps.installation.id();
  const row = await deps.db.listing.findFirst({
    where: { installationId, base, endedAt: null },
    select: { terms: true },
  });
  return row === null ? null : ownBudget(row);
};

/** The risk rules have reserved for it already: another budget would be stored and not heeded. */
const refuseJudged = async (deps: ApiDeps, base: string): Promise<void> => {
  const installationId = await deps.installation.id();
  const judged = await deps.db.listing.findFirst({
    where: {
      installationId,
      base,
      endedAt: null,
      verdicts: { some: {} },
      signals: { none: { source: 'manual' } },
    },
    include: { trade: true },
  });
  if (judged === null) return;
  throw new ApiProblem(
    'CONFLICT',
    `${judged.symbol} was found already, and the risk rules have judged it: arm it without a budget.`,
    { reason: 'judged', listingId: judged.id, phase: judged.trade?.phase ?? 'waiting' },
  );
};

const refused = (all: readonly HandProblem[]): ApiProblem => {
  const details = all.map(({ field, problem }) => ({
    path: field === 'opensAtMs' ? 'opensAt' : field,
    problem,
  }));
  const text = details.map(({ path, problem }) => `${path}: ${problem}`).join('; ');
  return new ApiProblem('VALIDATION_FAILED', text, details);
};

/**
 * Arms what a person typed, with its own budget, or the one that was set for it before. Throws what
 * the answer says: 409 where something is there already, 422 where it cannot be right.
 */
export const armTyped = async (
  deps: ApiDeps,
  input: ListingInput,
): Promise<{ readonly listingId: string; readonly symbol: string }> => {
  const quoteAmount = input.quoteAmount ?? (await standingBudget(deps, input.base));
  if (input.quoteAmount !== null) await refuseJudged(deps, input.base);
  const { listingId } = await armed(deps, { ...input, quoteAmount });
  return { listingId, symbol: `${input.base}${input.quote}` };
};

/** Listings and what is known of each. */
export const listingRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(list, async (c) => {
      const { state, upcoming, symbol, limit, cursor } = c.req.valid('query');
      const rows = await deps.db.listing.findMany({
        where: {
          installationId: await deps.installation.id(),
          state: state ?? { not: 'baseline' },
          ...(symbol === undefined ? {} : { symbol }),
          ...(upcoming === 'true'
            ? { opensAt: { gt: new Date(deps.clock.now()) }, endedAt: null }
            : {}),
          ...after(readCursor(cursor), 'firstSeenAt'),
        },
        include: shownWithListing,
        orderBy: [{ firstSeenAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const position = (row: (typeof rows)[number]) => ({ at: row.firstSeenAt, id: row.id });
      return c.json(page(rows, limit, { position, view: listingView }), 200);
    })
    .openapi(arm, async (c) => {
      const after = await armTyped(deps, c.req.valid('json'));
      c.set('changed', { before: null, after });
      return c.json(after, 200);
    })
    .openapi(armFound, async (c) => {
      const row = await listingFound(deps, deps.db, c.req.valid('param').id);
      const { base, quote, opensAt, endedAt } = row;
      if (endedAt !== null)
        throw new ApiProblem('CONFLICT', 'Too late: it has ended.', { reason: 'ended' });
      const after = await armed(deps, {
        base,
        quote,
        opensAt: opensAt === null ? null : opensAt.toISOString(),
        quoteAmount: ownBudget(row),
        ...c.req.valid('json'),
      });
      const shown = { ...after, symbol: `${base}${quote}` };
      c.set('changed', { before: null, after: shown });
      return c.json(shown, 200);
    })
    .openapi(one, async (c) => c.json(await detailOf(deps, c.req.valid('param').id), 200));

const detailOf = async (deps: ApiDeps, id: string): Promise<ListingDetailView> => {
  const row = await deps.db.listing.findFirst({
    where: { id, installationId: await deps.installation.id() },
    include: { ...withBudget, signals: { orderBy: { arrivedAt: 'asc' } } },
  });
  if (row === null) throw new ApiProblem('NOT_FOUND', 'There is no such listing.');
  const verdict = row.verdicts[0];
  return {
    listing: listingView(row),
    signals: row.signals.map(sightingView),
    verdict: verdict === undefined ? null : verdictView(verdict, row.symbol),
    budget: await budgetOf(deps.db, row),
  };
};
