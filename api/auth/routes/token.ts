import { createRoute } from '@hono/zod-openapi';
import type { ApiToken } from '#prisma/generated/client.ts';
import { createToken } from '#prisma/sign-in.ts';
import type { ApiDeps } from '../../deps.ts';
import { ApiProblem } from '../../problem.ts';
import { answer, body, newRouter } from '../../router.ts';
import { notFound, problems } from '../../schemas/error.ts';
import { uuidParams } from '../../schemas/shared.ts';
import { iso, isoOrNull } from '../../views/text.ts';
import { roleOf } from '../caller.ts';
import * as schemas from './schemas.ts';
import { callerOf } from './called.ts';

const tags = ['access'];

const tokens = createRoute({
  method: 'get',
  path: '/auth/tokens',
  tags,
  summary: 'Tokens for programs, newest first',
  responses: { 200: answer(schemas.tokenList, 'all of them, also revoked ones'), ...problems },
});

const addToken = createRoute({
  method: 'post',
  path: '/auth/tokens',
  tags,
  summary: 'Makes a token for a program',
  request: { body: body(schemas.tokenInput) },
  responses: { 201: answer(schemas.newTokenView, 'the token, shown once'), ...problems },
});

const revoke = createRoute({
  method: 'delete',
  path: '/auth/tokens/{id}',
  tags,
  summary: 'Revokes a token, at once',
  request: { params: uuidParams },
  responses: { 200: answer(schemas.tokenView, 'revoked'), ...notFound, ...problems },
});

/** Tokens for programs. */
export const tokenRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(tokens, async (c) => {
      const rows = await deps.db.apiToken.findMany({ orderBy: { createdAt: 'desc' }, take: 200 });
      return c.json({ items: rows.map(tokenView) }, 200);
    })
    .openapi(addToken, async (c) => {
      const { name, role, days } = c.req.valid('json');
      const nowMs = deps.clock.now();
      const expiresAt = days === undefined ? null : new Date(nowMs + days * 86_400_000);
      const createdBy = callerOf(c).name;
      const made = await createToken(deps.db, { name, role, createdBy, nowMs, expiresAt });
      c.set('changed', { before: null, after: tokenView(made.row) });
      return c.json({ ...tokenView(made.row), token: made.token }, 201);
    })
    .openapi(revoke, async (c) => {
      const { id } = c.req.valid('param');
      const before = await deps.db.apiToken.findUnique({ where: { id } });
      if (before === null) throw new ApiProblem('NOT_FOUND', 'There is no such token.');
      const revokedAt = before.revokedAt ?? new Date(deps.clock.now());
      const row = await deps.db.apiToken.update({ where: { id }, data: { revokedAt } });
      deps.auth.forget();
      c.set('changed', { before: tokenView(before), after: tokenView(row) });
      return c.json(tokenView(row), 200);
    });

const tokenView = (row: ApiToken): schemas.TokenView => ({
  id: row.id,
  name: row.name,
  role: roleOf(row.role),
  hint: row.hint,
  createdBy: row.createdBy,
  createdAt: iso(row.createdAt),
  lastUsedAt: isoOrNull(row.lastUsedAt),
  expiresAt: isoOrNull(row.expiresAt),
  revokedAt: isoOrNull(row.revokedAt),
});
