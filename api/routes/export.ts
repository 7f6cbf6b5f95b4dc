import { createRoute, z } from '@hono/zod-openapi';
import type { ApiDeps } from '../deps.ts';
import { exportFormats, formats } from '../export/lines.ts';
import { createExporter } from '../export/stream.ts';
import { ApiProblem } from '../problem.ts';
import { newRouter } from '../router.ts';
import { problems } from '../schemas/error.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const instant = (help: string) =>
  z
    .union([z.iso.datetime(), z.iso.date()], {
      error: 'must be an ISO 8601 time in UTC or a day, such as 2026-06-01',
    })
    .transform((text) => new Date(DAY.test(text) ? `${text}T00:00:00Z` : text))
    .openapi({ type: 'string', description: help, example: '2026-01-01' });

const modes = ['live', 'simulator', 'dry-run', 'test', 'all'] as const;

const exported = createRoute({
  method: 'get',
  path: '/trades/export',
  tags: ['trades'],
  summary: 'Executions of a range of time, one row each',
  description:
    'For tax and spreadsheets: oldest first, UTC, amounts as text. Text that a spreadsheet would run begins with an apostrophe in CSV. A file that breaks off was not sent whole.',
  request: {
    query: z
      .object({
        from: instant('first instant; a day begins at 00:00 UTC'),
        to: instant('the first instant after it'),
        format: z.enum(exportFormats).default('csv'),
        mode: z.enum(modes).default('live').openapi({ description: 'play money only if asked' }),
      })
      .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from' }),
  },
  responses: {
    200: {
      description: 'the file',
      content: {
        'text/csv': { schema: z.string() },
        'application/x-ndjson': { schema: z.string() },
      },
    },
    ...problems,
  },
});

/** The record as a file. */
export const exportRoutes = (deps: ApiDeps) => {
  const exporter = createExporter(deps.db, deps.log);
  return newRouter().openapi(exported, async (c) => {
    const { from, to, format, mode } = c.req.valid('query');
    const installationId = await deps.installation.id();
    const asked = { installationId, from, to, mode: mode === 'all' ? null : mode };
    const file = await exporter.open(asked, format);
    if (file === null)
      throw new ApiProblem('RATE_LIMITED', 'Other exports are under way; wait for one to end.');
    const name = `executions-${mode}-${dayOf(from)}-${dayOf(to)}.${format}`;
    return c.body(file, 200, {
      'Content-Type': formats[format].type,
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'no-store',
    });
  });
};

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
