import { createRoute } from '@hono/zod-openapi';
import type { ApiDeps } from '../../deps.ts';
import { answer, newRouter } from '../../router.ts';
import { problems } from '../../schemas/error.ts';
import { withCookies } from './answers.ts';
import { callerOf, cookieOf } from './called.ts';
import * as schemas from './schemas.ts';

const tags = ['sign-in'];

const session = createRoute({
  method: 'get',
  path: '/auth/session',
  tags,
  summary: 'Who you are',
  responses: { 200: answer(schemas.sessionView, 'name and role'), ...problems },
});

const out = createRoute({
  method: 'delete',
  path: '/auth/session',
  tags,
  summary: 'Signs out',
  responses: { 200: answer(schemas.done, 'the session is ended'), ...problems },
});

/** Who is in, and the way out. */
export const sessionRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(session, async (c) => {
      const { name, role, via } = callerOf(c);
      const user =
        via === 'session'
          ? await deps.db.user.findUnique({ where: { name }, include: { passwords: true } })
          : null;
      const passwordSet = (user?.passwords.length ?? 0) > 0;
      return c.json({ name, role, via, passwordSet, totp: user?.twoFactorEnabled ?? false }, 200);
    })
    .openapi(out, async (c) => {
      const signIn = await deps.auth.signIn();
      await withCookies(c, 'There is no session.', () =>
        signIn.api.signOut({ headers: cookieOf(c), returnHeaders: true }),
      );
      deps.auth.forget();
      return c.json({ done: true as const }, 200);
    });
