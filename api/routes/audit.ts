import { createRoute, z } from '@hono/zod-openapi';
import type { AuditEntry } from '#prisma/generated/client.ts';
import type { ApiDeps } from '../deps.ts';
import { answer, newRouter } from '../router.ts';
import { auditPage, type AuditEntryView } from '../schemas/audit.ts';
import { problems } from '../schemas/error.ts';
import { limitParam, sinceParam, uuidCursorParam } from '../schemas/shared.ts';
import { after, page, readCursor } from '../views/paging.ts';
import { iso } from '../views/text.ts';

const list = createRoute({
  method: 'get',
  path: '/audit',
  tags: ['audit'],
  summary: 'Calls that meant to change something, newest first',
  description: 'Done and refused ones, with what was there before and after. Append-only.',
  request: { query: z.object({ since: sinceParam, limit: limitParam, cursor: uuidCursorParam }) },
  responses: { 200: answer(auditPage, 'a page'), ...problems },
});

/** Who changed what. */
export const auditRoutes = (deps: ApiDeps) =>
  newRouter().openapi(list, async (c) => {
    const { since, limit, cursor } = c.req.valid('query');
    const rows = await deps.db.auditEntry.findMany({
      where: {
        installationId: await deps.installation.id(),
        AND: [
          since === undefined ? {} : { at: { gte: new Date(since) } },
          after(readCursor(cursor), 'at'),
        ],
      },
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
      take: limit + 1,
    });
    const position = (row: AuditEntry) => ({ at: row.at, id: row.id });
    return c.json(page(rows, limit, { position, view: entryView }), 200);
  });

const entryView = (row: AuditEntry): AuditEntryView => ({
  id: row.id,
  at: iso(row.at),
  requestId: row.requestId,
  actor: row.actor,
  method: row.method,
  path: row.path,
  status: row.status,
  input: row.input,
  before: row.before,
  after: row.after,
  key: row.key,
});
