import { randomUUID } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import { createLink } from '#prisma/sign-in.ts';
import type { ApiDeps } from '../../deps.ts';
import { ApiProblem } from '../../problem.ts';
import { answer, body, newRouter } from '../../router.ts';
import { conflict, notFound, problems } from '../../schemas/error.ts';
import { idParams } from '../../schemas/shared.ts';
import { iso } from '../../views/text.ts';
import { roleOf } from '../caller.ts';
import { endSessions } from './own.ts';
import * as schemas from './schemas.ts';
import { addressOf } from '../sign-in.ts';
import { callerOf } from './called.ts';

const tags = ['access'];

const links = createRoute({
  method: 'post',
  path: '/auth/links',
  tags,
  summary: 'Makes a link that signs a user in once, within ten minutes',
  description: 'The user "operator" is made with the first link for it.',
  request: { body: body(schemas.linkRequest) },
  responses: { 201: answer(schemas.linkView, 'the link'), ...notFound, ...problems },
});

const users = createRoute({
  method: 'get',
  path: '/auth/users',
  tags,
  summary: 'Who may sign in',
  responses: { 200: answer(schemas.userList, 'all of them'), ...problems },
});

const addUser = createRoute({
  method: 'post',
  path: '/auth/users',
  tags,
  summary: 'Lets somebody sign in; give them a link next',
  request: { body: body(schemas.userInput) },
  responses: { 201: answer(schemas.userView, 'added'), ...conflict, ...problems },
});

const removeUser = createRoute({
  method: 'delete',
  path: '/auth/users/{id}',
  tags,
  summary: 'Removes a user, and ends their sessions at once',
  request: { params: idParams },
  responses: { 200: answer(schemas.done, 'gone'), ...conflict, ...notFound, ...problems },
});

/** Who may sign in. */
export const userRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(links, async (c) => {
      const { name, reset } = c.req.valid('json');
      const user = await userFor(deps, name);
      if (reset) await forgetProofs(deps, user.id);
      const passwordSet = !reset && user.passwords.length > 0;
      const createdBy = callerOf(c).name;
      const nowMs = deps.clock.now();
      const { secret, expiresAt } = await createLink(deps.db, {
        userId: user.id,
        createdBy,
        nowMs,
      });
      c.set('changed', { before: null, after: { user: name, reset, expiresAt: iso(expiresAt) } });
      return c.json({ secret, expiresAt: iso(expiresAt), passwordSet }, 201);
    })
    .openapi(users, async (c) => {
      const rows = await deps.db.user.findMany({ ...withProofs, orderBy: { createdAt: 'asc' } });
      return c.json({ items: rows.map(userView) }, 200);
    })
    .openapi(addUser, async (c) => {
      const { name, role } = c.req.valid('json');
      const { count } = await addUserRow(deps, name, role);
      if (count === 0) throw new ApiProblem('CONFLICT', `There is a user ${name} already.`);
      const view = userView(
        await deps.db.user.findUniqueOrThrow({ where: { name }, ...withProofs }),
      );
      c.set('changed', { before: null, after: view });
      return c.json(view, 201);
    })
    .openapi(removeUser, async (c) => {
      const { id } = c.req.valid('param');
      const user = await deps.db.user.findUnique({ where: { id }, ...withProofs });
      if (user === null) throw new ApiProblem('NOT_FOUND', 'There is no such user.');
      if (user.name === callerOf(c).name)
        throw new ApiProblem('CONFLICT', 'You cannot remove yourself.');
      await deps.db.user.deleteMany({ where: { id } });
      deps.auth.forget();
      c.set('changed', { before: userView(user), after: null });
      return c.json({ done: true as const }, 200);
    });

const withProofs = {
  include: { passwords: true, _count: { select: { sessions: true } } },
} as const;

const addUserRow = ({ db }: ApiDeps, name: string, role: string) =>
  db.user.createMany({
    data: { id: randomUUID(), name, email: addressOf(name), emailVerified: true, role },
    skipDuplicates: true,
  });

const FIRST = 'operator';

const userFor = async (deps: ApiDeps, name: string) => {
  if (name === FIRST) await addUserRow(deps, name, 'operator');
  const user = await deps.db.user.findUnique({ where: { name }, ...withProofs });
  if (user === null) throw new ApiProblem('NOT_FOUND', `There is no user ${name}.`);
  return user;
};

const forgetProofs = async (deps: ApiDeps, userId: string): Promise<void> => {
  await deps.db.$transaction([
    deps.db.userPassword.deleteMany({ where: { userId } }),
    deps.db.userTotp.deleteMany({ where: { userId } }),
    deps.db.user.update({ where: { id: userId }, data: { twoFactorEnabled: false } }),
  ]);
  await endSessions(deps, { userId, but: null });
};

type UserRow = Awaited<ReturnType<typeof userFor>>;

const userView = (row: UserRow): schemas.UserView => ({
  id: row.id,
  name: row.name,
  role: roleOf(row.role),
  passwordSet: row.passwords.length > 0,
  totp: row.twoFactorEnabled,
  sessions: row._count.sessions,
  createdAt: iso(row.createdAt),
});
