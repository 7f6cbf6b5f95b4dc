import { createRoute, z } from '@hono/zod-openapi';
import type { Alert } from '#prisma/generated/client.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, newRouter } from '../router.ts';
import { alert, alertPage, type AlertView } from '../schemas/alert.ts';
import { notFound, problems } from '../schemas/error.ts';
import { orderPage, orderStates } from '../schemas/order.ts';
import {
  cursorParam,
  limitParam,
  symbolParam,
  uuidCursorParam,
  uuidParams,
} from '../schemas/shared.ts';
import { orderView } from '../views/order-view.ts';
import { after, page, readCursor } from '../views/paging.ts';
import { iso, isoOrNull } from '../views/text.ts';

const orders = createRoute({
  method: 'get',
  path: '/orders',
  tags: ['trades'],
  summary: 'Orders, newest first',
  request: {
    query: z.object({
      state: z.enum(orderStates).optional(),
      symbol: symbolParam,
      limit: limitParam,
      cursor: cursorParam,
    }),
  },
  responses: { 200: answer(orderPage, 'a page'), ...problems },
});

const alerts = createRoute({
  method: 'get',
  path: '/alerts',
  tags: ['alerts'],
  summary: 'Alerts, newest first',
  request: {
    query: z.object({
      open: z.enum(['true', 'false']).optional(),
      limit: limitParam,
      cursor: uuidCursorParam,
    }),
  },
  responses: { 200: answer(alertPage, 'a page'), ...problems },
});

const acknowledge = createRoute({
  method: 'post',
  path: '/alerts/{id}/ack',
  tags: ['alerts'],
  summary: 'Says that a person has seen an alert',
  description: 'May be repeated: the first time counts.',
  request: { params: uuidParams },
  responses: { 200: answer(alert, 'acknowledged'), ...notFound, ...problems },
});

/** Orders and alerts. */
export const recordRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(orders, async (c) => {
      const { state, symbol, limit, cursor } = c.req.valid('query');
      const rows = await deps.db.tradeOrder.findMany({
        where: {
          trade: { installationId: await deps.installation.id() },
          ...(state === undefined ? {} : { state }),
          ...(symbol === undefined ? {} : { symbol }),
          ...after(readCursor(cursor), 'createdAt', 'clientOrderId'),
        },
        include: { fills: true },
        orderBy: [{ createdAt: 'desc' }, { clientOrderId: 'desc' }],
        take: limit + 1,
      });
      const position = (row: (typeof rows)[number]) => ({
        at: row.createdAt,
        id: row.clientOrderId,
      });
      return c.json(page(rows, limit, { position, view: orderView }), 200);
    })
    .openapi(alerts, async (c) => {
      const { open, limit, cursor } = c.req.valid('query');
      const rows = await deps.db.alert.findMany({
        where: {
          installationId: await deps.installation.id(),
          ...(open === undefined ? {} : { resolvedAt: open === 'true' ? null : { not: null } }),
          ...after(readCursor(cursor), 'openedAt'),
        },
        orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const position = (row: Alert) => ({ at: row.openedAt, id: row.id });
      return c.json(page(rows, limit, { position, view: alertView }), 200);
    })
    .openapi(acknowledge, async (c) => {
      const { id } = c.req.valid('param');
      const where = { id, installationId: await deps.installation.id() };
      const before = await deps.db.alert.findFirst({ where });
      await deps.db.alert.updateMany({
        where: { ...where, acknowledgedAt: null },
        data: { acknowledgedAt: new Date(deps.clock.now()) },
      });
      const row = await deps.db.alert.findFirst({ where });
      if (row === null) throw new ApiProblem('NOT_FOUND', 'There is no such alert.');
      c.set('changed', {
        before: before === null ? null : alertView(before),
        after: alertView(row),
      });
      return c.json(alertView(row), 200);
    });

const alertView = (row: Alert): AlertView => ({
  id: row.id,
  severity: row.severity as AlertView['severity'], // written by raiseAlert
  episodeKey: row.episodeKey,
  title: row.title,
  text: row.text,
  listingId: row.listingId,
  count: row.count,
  openedAt: iso(row.openedAt),
  lastSeenAt: iso(row.lastSeenAt),
  acknowledgedAt: isoOrNull(row.acknowledgedAt),
  resolvedAt: isoOrNull(row.resolvedAt),
});
