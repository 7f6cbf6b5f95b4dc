import { createRoute, z } from '@hono/zod-openapi';
import { tradingOptions } from '#domain/configuration.ts';
import type { BotConfiguration } from '#prisma/generated/client.ts';
import { checkOptions } from '../configuration/check-options.ts';
import {
  activeOf,
  configurationOfId,
  configurationView as view,
  deleteVersion,
  storeVersion,
} from '../configuration/store.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter } from '../router.ts';
import {
  configuration,
  configurationCheck,
  configurationInput,
  configurationPage,
  newConfiguration,
  optionsInput,
} from '../schemas/configuration.ts';
import { conflict, notFound, problems } from '../schemas/error.ts';
import { keyHeaders, limitParam, uuidCursorParam, uuidParams } from '../schemas/shared.ts';
import { after, page, readCursor } from '../views/paging.ts';
import { riskView } from '../views/risk-view.ts';

const tags = ['configuration'];

const read = createRoute({
  method: 'get',
  path: '/config',
  tags,
  summary: 'The active configuration',
  responses: { 200: answer(configuration, 'the active one'), ...notFound, ...problems },
});

const write = createRoute({
  method: 'put',
  path: '/config',
  tags,
  summary: 'Writes a new version and makes it the active one',
  description: 'A running bot keeps the version that it was started with.',
  request: { headers: keyHeaders, body: body(configurationInput) },
  responses: { 200: answer(configuration, 'the new version'), ...conflict, ...problems },
});

const schema = createRoute({
  method: 'get',
  path: '/configurations/schema',
  tags,
  summary: 'The trading options as JSON Schema: names, bounds, defaults, help',
  responses: { 200: answer(z.record(z.string(), z.unknown()), 'JSON Schema'), ...problems },
});

const list = createRoute({
  method: 'get',
  path: '/configurations',
  tags,
  summary: 'All versions, newest first',
  request: { query: z.object({ limit: limitParam, cursor: uuidCursorParam }) },
  responses: { 200: answer(configurationPage, 'a page'), ...problems },
});

const create = createRoute({
  method: 'post',
  path: '/configurations',
  tags,
  summary: 'Writes a version without starting it',
  description: 'The first of its name, or the next.',
  request: { headers: keyHeaders, body: body(newConfiguration) },
  responses: { 201: answer(configuration, 'the version'), ...conflict, ...problems },
});

const one = createRoute({
  method: 'get',
  path: '/configurations/{id}',
  tags,
  summary: 'One version',
  request: { params: uuidParams },
  responses: { 200: answer(configuration, 'the version'), ...notFound, ...problems },
});

const replace = createRoute({
  method: 'put',
  path: '/configurations/{id}',
  tags,
  summary: 'Writes the next version of a configuration',
  description:
    'A version never changes: this is a new one with the same name, and with its own id. It is the active one if the one before was.',
  request: { params: uuidParams, headers: keyHeaders, body: body(optionsInput) },
  responses: {
    200: answer(configuration, 'the new version'),
    ...notFound,
    ...conflict,
    ...problems,
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/configurations/{id}',
  tags,
  summary: 'Deletes a version that was never used',
  request: { params: uuidParams },
  responses: {
    200: answer(configuration, 'what was deleted'),
    ...notFound,
    ...conflict,
    ...problems,
  },
});

const check = createRoute({
  method: 'post',
  path: '/configurations/{id}/check',
  tags,
  summary: 'What a run with this version would meet now',
  description: 'Changes nothing and asks the exchange nothing.',
  request: { params: uuidParams },
  responses: { 200: answer(configurationCheck, 'errors and warnings'), ...notFound, ...problems },
});

/** Trading options: read, and written as new versions. */
export const configurationRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(read, async (c) => {
      const row = await activeOf(deps);
      if (row === null)
        throw new ApiProblem('NOT_FOUND', 'There is no active configuration; write one with PUT.');
      return c.json(view(row), 200);
    })
    .openapi(write, async (c) => {
      const before = await activeOf(deps);
      const stored = await storeVersion(deps, { ...c.req.valid('json'), activate: true });
      c.set('changed', { before: before === null ? null : view(before), after: view(stored) });
      return c.json(view(stored), 200);
    })
    .openapi(schema, (c) => c.json(optionsSchema, 200)) // before the ids: `schema` is none
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const rows = await deps.db.botConfiguration.findMany({
        where: {
          installationId: await deps.installation.id(),
          ...after(readCursor(cursor), 'createdAt'),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const position = (row: BotConfiguration) => ({ at: row.createdAt, id: row.id });
      return c.json(page(rows, limit, { position, view }), 200);
    })
    .openapi(create, async (c) => {
      const stored = await storeVersion(deps, c.req.valid('json'));
      c.set('changed', { before: null, after: view(stored) });
      return c.json(view(stored), 201);
    })
    .openapi(one, async (c) => {
      return c.json(view(await configurationOfId(deps, c.req.valid('param').id)), 200);
    })
    .openapi(replace, async (c) => {
      const before = await configurationOfId(deps, c.req.valid('param').id);
      const { options } = c.req.valid('json');
      const { name, active } = before;
      const stored = await storeVersion(deps, { name, options, activate: active });
      c.set('changed', { before: view(before), after: view(stored) });
      return c.json(view(stored), 200);
    })
    .openapi(remove, async (c) => {
      const row = await configurationOfId(deps, c.req.valid('param').id);
      await deleteVersion(deps, row);
      c.set('changed', { before: view(row), after: null });
      return c.json(view(row), 200);
    })
    .openapi(check, async (c) => {
      const row = await configurationOfId(deps, c.req.valid('param').id);
      const options = tradingOptions.parse(row.options);
      const { installationId } = row;
      const nowMs = deps.clock.now();
      const risk = await riskView(deps, { installationId, options, nowMs });
      const findings = checkOptions(options, { mode: deps.installation.venue.mode, risk });
      return c.json({ ok: findings.every(({ level }) => level !== 'error'), findings }, 200);
    });

/** What a person may write: options with a default may be left out. */
const optionsSchema: Record<string, unknown> = z.toJSONSchema(tradingOptions, { io: 'input' });
