import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiDeps } from '../../deps.ts';
import { ApiProblem } from '../../problem.ts';
import { answer, body, newRouter, type ApiEnv } from '../../router.ts';
import { openProblems } from '../../schemas/error.ts';
import { withCookies } from './answers.ts';
import { addressOf } from '../guard.ts';
import * as schemas from './schemas.ts';
import { addressOf as mailOf } from '../sign-in.ts';

const tags = ['sign-in'];

const link = createRoute({
  method: 'post',
  path: '/auth/link',
  tags,
  summary: 'Signs in by a single-use link',
  description: 'Needs no role. `npm start` and `npm run ctl -- sign-in-link` print such a link.',
  request: { body: body(schemas.linkInput) },
  responses: {
    200: answer(schemas.signInState, 'signed in; a cookie carries it'),
    ...openProblems,
  },
});

const password = createRoute({
  method: 'post',
  path: '/auth/sign-in',
  tags,
  summary: 'Signs in by name and password',
  description: 'Needs no role. Each failure after the fifth doubles the wait.',
  request: { body: body(schemas.signInInput) },
  responses: {
    200: answer(schemas.signInState, 'signed in, or a code is needed'),
    ...openProblems,
  },
});

const code = createRoute({
  method: 'post',
  path: '/auth/code',
  tags,
  summary: 'Ends a sign-in with the code of the authenticator',
  description: 'Needs no role; within five minutes of the password.',
  request: { body: body(schemas.codeInput) },
  responses: { 200: answer(schemas.signInState, 'signed in'), ...openProblems },
});

/** The ways in. */
export const signInRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(link, async (c) => {
      const { secret } = c.req.valid('json');
      const signIn = await deps.auth.signIn();
      await guess(deps, c, {
        who: [],
        try: () =>
          withCookies(
            c,
            'This link was used, or is older than ten minutes. Ask for a new one: npm run ctl -- sign-in-link',
            () => signIn.api.signInLink({ body: { secret }, returnHeaders: true }),
          ),
      });
      return c.json({ state: 'signedIn' as const }, 200);
    })
    .openapi(password, async (c) => {
      const { name, password: typed } = c.req.valid('json');
      const signIn = await deps.auth.signIn();
      const answered = await guess(deps, c, {
        who: [`name:${name}`],
        try: () =>
          withCookies(c, 'Name or password is wrong.', () =>
            signIn.api.signInEmail({
              body: { email: mailOf(name), password: typed },
              headers: new Headers(),
              returnHeaders: true,
            }),
          ),
      });
      const state = 'twoFactorRedirect' in answered ? 'codeNeeded' : 'signedIn';
      return c.json({ state } as const, 200);
    })
    .openapi(code, async (c) => {
      const signIn = await deps.auth.signIn();
      await guess(deps, c, {
        who: [],
        try: () =>
          withCookies(c, 'The code is wrong, or the password was typed too long ago.', () =>
            signIn.api.verifyTOTP({
              body: { code: c.req.valid('json').code },
              headers: challengeOf(c),
              returnHeaders: true,
            }),
          ),
      });
      return c.json({ state: 'signedIn' as const }, 200);
    });

/** Only the cookie of the sign-in under way: a session of somebody else must not be continued. */
const challengeOf = (c: Context<ApiEnv>): Headers => {
  const cookies = (c.req.header('cookie') ?? '').split(/; */);
  return new Headers({
    cookie: cookies.filter((each) => !/session_token=/.test(each)).join('; '),
  });
};

/** Lets a secret be tried, unless too many were wrong from there or for that name. */
const guess = async <T>(
  deps: ApiDeps,
  c: Context<ApiEnv>,
  attempt: { readonly who: readonly string[]; readonly try: () => Promise<T> },
): Promise<T> => {
  const names = [...attempt.who, `address:${addressOf(c, deps.publicUrl !== null)}`];
  deps.auth.throttle.check(names);
  try {
    const answered = await attempt.try();
    deps.auth.throttle.succeeded(names);
    return answered;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'UNAUTHENTICATED') {
      deps.auth.throttle.failed(names);
      deps.log.warn({ names, requestId: c.get('requestId') }, 'A sign-in failed');
    }
    throw error;
  }
};
