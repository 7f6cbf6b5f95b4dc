import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiDeps } from '../../deps.ts';
import { ApiProblem } from '../../problem.ts';
import { answer, body, newRouter, type ApiEnv } from '../../router.ts';
import { conflict, problems } from '../../schemas/error.ts';
import { refused, withCookies } from './answers.ts';
import * as schemas from './schemas.ts';
import { callerOf, cookieOf } from './called.ts';

const tags = ['sign-in'];
const WRONG = 'The password is wrong.';

const password = createRoute({
  method: 'put',
  path: '/auth/password',
  tags,
  summary: 'Sets your password, and ends your other sessions',
  request: { body: body(schemas.passwordInput) },
  responses: { 200: answer(schemas.done, 'it is set'), ...conflict, ...problems },
});

const begin = createRoute({
  method: 'post',
  path: '/auth/totp',
  tags,
  summary: 'Begins to set up an authenticator',
  request: { body: body(schemas.totpInput) },
  responses: {
    200: answer(schemas.totpView, 'what the authenticator needs; confirm with a code'),
    ...conflict,
    ...problems,
  },
});

const confirm = createRoute({
  method: 'post',
  path: '/auth/totp/confirm',
  tags,
  summary: 'Switches the authenticator on, with a first code of it',
  request: { body: body(schemas.codeInput) },
  responses: { 200: answer(schemas.done, 'codes are asked for'), ...conflict, ...problems },
});

const end = createRoute({
  method: 'delete',
  path: '/auth/totp',
  tags,
  summary: 'Switches the authenticator off',
  request: { body: body(schemas.totpInput) },
  responses: { 200: answer(schemas.done, 'no code is asked for'), ...conflict, ...problems },
});

/** What a person does to the own sign-in; by a session only. */
export const ownRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(password, async (c) => {
      const user = await ownUser(deps, c);
      const { password: text, current } = c.req.valid('json');
      await proved(deps, user, current);
      const signIn = await deps.auth.signIn();
      const { password: library } = await signIn.$context;
      const at = { providerId: 'credential', accountId: user.id };
      const hash = await library.hash(text);
      await deps.db.userPassword.upsert({
        where: { providerId_accountId: at },
        create: { ...at, id: user.id, userId: user.id, password: hash },
        update: { password: hash },
      });
      await endSessions(deps, { userId: user.id, but: callerOf(c).id });
      return c.json({ done: true as const }, 200);
    })
    .openapi(begin, async (c) => {
      const user = await ownUser(deps, c);
      if (user.twoFactorEnabled)
        throw new ApiProblem('CONFLICT', 'An authenticator is set up; switch it off first.');
      const given = c.req.valid('json').password;
      await proved(deps, user, given);
      const signIn = await deps.auth.signIn();
      const started = await refused(WRONG, () =>
        signIn.api.enableTwoFactor({ body: { password: given }, headers: cookieOf(c) }),
      );
      if (!('totpURI' in started)) throw new Error('the library set up something else');
      const secret = new URL(started.totpURI).searchParams.get('secret') ?? '';
      return c.json({ uri: started.totpURI, secret }, 200);
    })
    .openapi(confirm, async (c) => {
      const user = await ownUser(deps, c);
      const signIn = await deps.auth.signIn();
      await guarded(deps, user.name, () =>
        withCookies(c, 'The code is wrong, or nothing was begun.', () =>
          signIn.api.verifyTOTP({
            body: c.req.valid('json'),
            headers: cookieOf(c),
            returnHeaders: true,
          }),
        ),
      );
      deps.auth.forget();
      return c.json({ done: true as const }, 200);
    })
    .openapi(end, async (c) => {
      const user = await ownUser(deps, c);
      await proved(deps, user, c.req.valid('json').password);
      await deps.db.$transaction([
        deps.db.userTotp.deleteMany({ where: { userId: user.id } }),
        deps.db.user.update({ where: { id: user.id }, data: { twoFactorEnabled: false } }),
      ]);
      return c.json({ done: true as const }, 200);
    });

/** The user of the session that calls. */
const ownUser = async (deps: ApiDeps, c: Context<ApiEnv>) => {
  const { name, via } = callerOf(c);
  if (via !== 'session')
    throw new ApiProblem('CONFLICT', 'A token has neither password nor authenticator.');
  return deps.db.user.findUniqueOrThrow({ where: { name }, include: { passwords: true } });
};

type OwnUser = Awaited<ReturnType<typeof ownUser>>;

/** Throws unless the present password is right; who has none needs none. */
const proved = async (deps: ApiDeps, user: OwnUser, given: string | undefined): Promise<void> => {
  const hash = user.passwords[0]?.password;
  if (hash === undefined || hash === null) return;
  const { password } = await (await deps.auth.signIn()).$context;
  await guarded(deps, user.name, async () => {
    if (given === undefined || !(await password.verify({ hash, password: given })))
      throw new ApiProblem('UNAUTHENTICATED', WRONG);
  });
};

const guarded = async (deps: ApiDeps, name: string, attempt: () => Promise<unknown>) => {
  const names = [`own:${name}`];
  deps.auth.throttle.check(names);
  try {
    await attempt();
    deps.auth.throttle.succeeded(names);
  } catch (error) {
    if (error instanceof ApiProblem) deps.auth.throttle.failed(names);
    throw error;
  }
};

/** Signs a user out everywhere but here. */
export const endSessions = async (
  deps: ApiDeps,
  { userId, but }: { readonly userId: string; readonly but: string | null },
): Promise<void> => {
  const kept = but === null ? {} : { NOT: { id: but.replace(/^session:/, '') } };
  await deps.db.userSession.deleteMany({ where: { userId, ...kept } });
  deps.auth.forget();
};
