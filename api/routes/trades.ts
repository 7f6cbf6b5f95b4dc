import { createRoute, z } from '@hono/zod-openapi';
import type { ExitOptions } from '#domain/configuration.ts';
import type { Prisma, Trade } from '#prisma/generated/client.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, newRouter } from '../router.ts';
import { OPEN_PHASES, POSITION_PHASES } from '../views/open-phases.ts';
import { notFound, problems } from '../schemas/error.ts';
import {
  cursorParam,
  idParams,
  limitParam,
  offsetParam,
  sinceParam,
  symbolParam,
} from '../schemas/shared.ts';
import { history, tradeDetail, type TradeDetailView } from '../schemas/trade-detail.ts';
import { candles, outcome, positionPage, TOTAL_MAX, tradePage } from '../schemas/trade.ts';
import { sightingView, verdictView } from '../views/listing-view.ts';
import { orderView } from '../views/order-view.ts';
import { after, page, readCursor } from '../views/paging.ts';
import { iso, text, textOrNull } from '../views/text.ts';
import { tradeView } from '../views/trade-view.ts';

const filter = z.object({
  status: z.enum(['open', 'closed']).optional(),
  outcome: outcome.optional(),
  symbol: symbolParam,
  since: sinceParam,
  limit: limitParam,
  offset: offsetParam,
  cursor: cursorParam,
});

const list = createRoute({
  method: 'get',
  path: '/trades',
  tags: ['trades'],
  summary: 'Trades, newest first',
  request: { query: filter },
  responses: { 200: answer(tradePage, 'a page'), ...problems },
});

const listAgain = createRoute({
  method: 'get',
  path: '/trade/history',
  tags: ['trades'],
  summary: 'The same as GET /trades',
  request: { query: filter },
  responses: { 200: answer(tradePage, 'a page'), ...problems },
});

const one = createRoute({
  method: 'get',
  path: '/trades/{id}',
  tags: ['trades'],
  summary: 'A trade with orders, verdict, plan and log',
  request: { params: idParams },
  responses: { 200: answer(tradeDetail, 'the trade'), ...notFound, ...problems },
});

const temporalHistory = createRoute({
  method: 'get',
  path: '/trades/{id}/history',
  tags: ['trades'],
  summary: 'What Temporal recorded, in short',
  request: { params: idParams },
  responses: { 200: answer(history, 'events and pending work'), ...notFound, ...problems },
});

const prices = createRoute({
  method: 'get',
  path: '/trades/{id}/candles',
  tags: ['trades'],
  summary: 'Prices as our own stream saw them, one candle per second',
  request: { params: idParams },
  responses: { 200: answer(candles, 'oldest first'), ...notFound, ...problems },
});

const positions = createRoute({
  method: 'get',
  path: '/positions',
  tags: ['trades'],
  summary: 'What is held now',
  responses: { 200: answer(positionPage, 'all of it'), ...problems },
});

/** A day of seconds would be too much for a chart: the newest are shown. */
const CANDLES_MAX = 5000;

/** Trades: lists, one with everything about it, its prices and its history. */
export const tradeRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(list, async (c) => c.json(await listTrades(deps, c.req.valid('query')), 200))
    .openapi(listAgain, async (c) => c.json(await listTrades(deps, c.req.valid('query')), 200))
    .openapi(positions, async (c) => {
      const rows = await deps.db.trade.findMany({
        where: { installationId: await deps.installation.id(), phase: { in: POSITION_PHASES } },
        orderBy: { createdAt: 'desc' },
      });
      const items = rows.map((row) => tradeView(row, deps.clock.now()));
      return c.json({ items, nextCursor: null }, 200);
    })
    .openapi(one, async (c) => c.json(await detailOf(deps, c.req.valid('param').id), 200))
    .openapi(temporalHistory, async (c) => {
      const trade = await findTrade(deps, c.req.valid('param').id);
      const found = await deps.temporal.history(trade.workflowId);
      if (found === null)
        throw new ApiProblem(
          'NOT_FOUND',
          'Temporal has forgotten this workflow; the record stays.',
        );
      return c.json(found, 200);
    })
    .openapi(prices, async (c) => {
      const trade = await findTrade(deps, c.req.valid('param').id);
      const rows = await deps.db.priceCandle.findMany({
        where: { listingId: trade.id },
        orderBy: { at: 'desc' },
        take: CANDLES_MAX,
      });
      const items = rows.toReversed().map((row) => ({
        at: iso(row.at),
        open: text(row.open),
        high: text(row.high),
        low: text(row.low),
        close: text(row.close),
        volume: text(row.volume),
      }));
      return c.json({ symbol: trade.symbol, items }, 200);
    });

/** The trade of this installation with that id; throws NOT_FOUND. */
export const findTrade = async (deps: ApiDeps, id: string): Promise<Trade> => {
  const row = await deps.db.trade.findFirst({
    where: { id, installationId: await deps.installation.id() },
  });
  if (row === null) throw new ApiProblem('NOT_FOUND', 'There is no such trade.');
  return row;
};

interface ListQuery {
  readonly status?: 'open' | 'closed' | undefined;
  readonly outcome?: string | undefined;
  readonly symbol?: string | undefined;
  readonly since?: string | undefined;
  readonly limit: number;
  readonly offset?: number | undefined;
  readonly cursor?: string | undefined;
}

const newestFirst: Prisma.TradeOrderByWithRelationInput[] = [{ createdAt: 'desc' }, { id: 'desc' }];

const listTrades = async (deps: ApiDeps, query: ListQuery) => {
  const where: Prisma.TradeWhereInput = {
    installationId: await deps.installation.id(),
    ...(query.status === undefined
      ? {}
      : { phase: query.status === 'closed' ? 'closed' : { in: OPEN_PHASES } }),
    ...(query.outcome === undefined ? {} : { outcome: query.outcome }),
    ...(query.symbol === undefined ? {} : { symbol: query.symbol }),
    ...(query.since === undefined ? {} : { createdAt: { gte: new Date(query.since) } }),
  };
  const [rows, counted] = await Promise.all([
    deps.db.trade.findMany({
      where: { AND: [where, after(readCursor(query.cursor), 'createdAt')] },
      orderBy: newestFirst,
      take: query.limit + 1,
      skip: query.offset ?? 0,
    }),
    // In an order that an index has: it counts without looking at the rows.
    deps.db.trade.count({ where, orderBy: newestFirst, take: TOTAL_MAX + 1 }),
  ]);
  const nowMs = deps.clock.now();
  const position = (row: Trade) => ({ at: row.createdAt, id: row.id });
  const view = (row: Trade) => tradeView(row, nowMs);
  const total = Math.min(counted, TOTAL_MAX);
  const totalIsMore = counted > TOTAL_MAX;
  return { ...page(rows, query.limit, { position, view }), total, totalIsMore };
};

const detailOf = async (deps: ApiDeps, id: string): Promise<TradeDetailView> => {
  const row = await deps.db.trade.findFirst({
    where: { id, installationId: await deps.installation.id() },
    include: {
      orders: { include: { fills: { orderBy: { at: 'asc' } } }, orderBy: { createdAt: 'asc' } },
      log: { orderBy: { sequence: 'asc' } },
      listing: {
        include: {
          signals: { orderBy: { arrivedAt: 'asc' } },
          verdicts: true,
          plan: true,
          reservation: true,
        },
      },
    },
  });
  if (row === null) throw new ApiProblem('NOT_FOUND', 'There is no such trade.');
  const { plan, reservation, verdicts, signals } = row.listing;
  const verdict = verdicts[0];
  return {
    trade: tradeView(row, deps.clock.now()),
    orders: row.orders.map(orderView),
    verdict: verdict === undefined ? null : verdictView(verdict, row.symbol),
    log: row.log.map((entry) => ({
      sequence: entry.sequence,
      at: iso(entry.at),
      kind: entry.kind as TradeDetailView['log'][number]['kind'], // written by SniperWorkflow
      text: entry.text,
      detail: entry.detail,
    })),
    plan:
      plan === null
        ? null
        : {
            version: plan.version,
            exits: plan.exits as ExitOptions, // written from the validated options
            budget: text(plan.budget),
            sellNow: plan.sellNow,
            updatedAt: iso(plan.updatedAt),
          },
    reservation:
      reservation === null
        ? null
        : {
            amount: text(reservation.amount),
            state: reservation.state,
            spent: textOrNull(reservation.spent),
            countsAt: iso(reservation.countsAt),
          },
    signals: signals.map(sightingView),
    temporalUrl: deps.temporal.workflowUrl(row.workflowId),
  };
};
