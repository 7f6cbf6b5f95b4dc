import { createRoute } from '@hono/zod-openapi';
import { tradingOptions } from '#domain/configuration.ts';
import type { BotConfiguration } from '#prisma/generated/client.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter } from '../router.ts';
import {
  configuration,
  configurationInput,
  type ConfigurationView,
} from '../schemas/configuration.ts';
import { conflict, notFound, problems } from '../schemas/error.ts';
import { pageOf, uuidParams } from '../schemas/shared.ts';
import { iso } from '../views/text.ts';

const read = createRoute({
  method: 'get',
  path: '/config',
  tags: ['configuration'],
  summary: 'The active configuration',
  responses: { 200: answer(configuration, 'the active one'), ...notFound, ...problems },
});

const write = createRoute({
  method: 'put',
  path: '/config',
  tags: ['configuration'],
  summary: 'Writes a new version and makes it the active one',
  description: 'A running bot keeps the version that it was started with.',
  request: { body: body(configurationInput) },
  responses: { 200: answer(configuration, 'the new version'), ...conflict, ...problems },
});

const list = createRoute({
  method: 'get',
  path: '/configurations',
  tags: ['configuration'],
  summary: 'All versions, newest first',
  responses: {
    200: answer(pageOf(configuration, 'ConfigurationPage'), 'the versions'),
    ...problems,
  },
});

const one = createRoute({
  method: 'get',
  path: '/configurations/{id}',
  tags: ['configuration'],
  summary: 'One version',
  request: { params: uuidParams },
  responses: { 200: answer(configuration, 'the version'), ...notFound, ...problems },
});

/** Versions shown at once; older ones are reached by id. */
const VERSIONS_MAX = 200;

/** Trading options: read, and written as new versions. */
export const configurationRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(read, async (c) => {
      const row = await activeOf(deps);
      if (row === null)
        throw new ApiProblem('NOT_FOUND', 'There is no active configuration; write one with PUT.');
      return c.json(view(row), 200);
    })
    .openapi(write, async (c) => c.json(view(await store(deps, c.req.valid('json'))), 200))
    .openapi(list, async (c) => {
      const rows = await deps.db.botConfiguration.findMany({
        where: { installationId: await deps.installation.id() },
        orderBy: { createdAt: 'desc' },
        take: VERSIONS_MAX,
      });
      return c.json({ items: rows.map(view), nextCursor: null }, 200);
    })
    .openapi(one, async (c) => {
      const row = await deps.db.botConfiguration.findFirst({
        where: { id: c.req.valid('param').id, installationId: await deps.installation.id() },
      });
      if (row === null) throw new ApiProblem('NOT_FOUND', 'There is no such configuration.');
      return c.json(view(row), 200);
    });

const activeOf = async (deps: ApiDeps): Promise<BotConfiguration | null> =>
  deps.db.botConfiguration.findFirst({
    where: { installationId: await deps.installation.id(), active: true },
  });

const store = async (
  deps: ApiDeps,
  input: { name?: string | undefined; options: ConfigurationView['options'] },
): Promise<BotConfiguration> => {
  const installationId = await deps.installation.id();
  return deps.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "Installation" WHERE id = ${installationId} FOR UPDATE`;
    const active = await tx.botConfiguration.findFirst({
      where: { installationId, active: true },
    });
    const name = input.name ?? active?.name ?? 'default';
    const latest = await tx.botConfiguration.aggregate({
      where: { installationId, name },
      _max: { version: true },
    });
    await tx.botConfiguration.updateMany({
      where: { installationId, active: true },
      data: { active: false },
    });
    return tx.botConfiguration.create({
      data: {
        installationId,
        name,
        version: (latest._max.version ?? 0) + 1,
        options: input.options,
        active: true,
      },
    });
  });
};

const view = (row: BotConfiguration): ConfigurationView => ({
  id: row.id,
  name: row.name,
  version: row.version,
  active: row.active,
  options: tradingOptions.parse(row.options),
  createdAt: iso(row.createdAt),
});
