import { createRoute, z } from '@hono/zod-openapi';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, newRouter } from '../router.ts';
import { notFound, problems } from '../schemas/error.ts';
import { listingDetail, listingPage, listingStates } from '../schemas/listing.ts';
import { cursorParam, idParams, limitParam, symbolParam } from '../schemas/shared.ts';
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
    .openapi(one, async (c) => {
      const row = await deps.db.listing.findFirst({
        where: { id: c.req.valid('param').id, installationId: await deps.installation.id() },
        include: { trade: true, signals: { orderBy: { arrivedAt: 'asc' } }, verdicts: true },
      });
      if (row === null) throw new ApiProblem('NOT_FOUND', 'There is no such listing.');
      const verdict = row.verdicts[0];
      return c.json(
        {
          listing: listingView(row),
          signals: row.signals.map(sightingView),
          verdict: verdict === undefined ? null : verdictView(verdict, row.symbol),
        },
        200,
      );
    });
