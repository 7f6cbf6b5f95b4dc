import { betterAuth } from 'better-auth';
import { createAuthEndpoint, APIError } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { z } from 'zod';
import type { Clock, Log } from '#domain/ports.ts';
import type { Database } from '#prisma/client.ts';
import { useLink } from '#prisma/sign-in.ts';
import type { KeyRing } from '#runtime/key-ring.ts';

/** A session ends this long after its sign-in, used or not. */
const SESSION_LASTS_S = 7 * 24 * 3600;
/** Between password and code. */
const CODE_WITHIN_S = 300;
export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 200;

/** What the sign-in is built of. */
export interface SignInSettings {
  readonly keys: KeyRing;
  /** Cookies of two installations on one machine must not meet: browsers share them among ports. */
  readonly cookiePrefix: string;
  /** Under https cookies are never sent in clear. */
  readonly origin: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** better-auth asks for addresses; ours are names, and nothing is ever sent. */
export const addressOf = (name: string): string => `${name}@sniper.local`;

const linkInput = z.object({ secret: z.string() });

/** Signs in by a single-use link, as its other ways do: a new session, whatever was there. */
const linkPlugin = (db: Database, clock: Clock) => ({
  id: 'single-use-link' as const,
  endpoints: {
    signInLink: createAuthEndpoint(
      '/sign-in/single-use-link',
      { method: 'POST', body: linkInput },
      async (ctx) => {
        const userId = await useLink(db, ctx.body.secret, clock.now());
        const user =
          userId === null ? null : await ctx.context.internalAdapter.findUserById(userId);
        if (user === null) throw new APIError('UNAUTHORIZED', { message: 'The link is used up.' });
        const session = await ctx.context.internalAdapter.createSession(user.id);
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ name: user.name });
      },
    ),
  },
});

/**
 * Passwords (scrypt), authenticator codes and sessions, by better-auth on our tables. Only
 * `api` is used, by our own routes: its HTTP handler is not mounted, so it has no route of its own.
 */
export const createSignIn = (db: Database, settings: SignInSettings) =>
  betterAuth({
    appName: 'mexc-sniper',
    baseURL: settings.origin,
    secrets: settings.keys.keys.map((key) => ({
      version: key.version,
      value: key.derive('sign-in').toString('base64'),
    })),
    database: prismaAdapter(db, { provider: 'postgresql' }),
    telemetry: { enabled: false },
    logger: {
      log: (level, message) =>
        settings.log[level === 'error' ? 'warn' : 'debug']({ from: 'sign-in' }, message),
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
    },
    user: { additionalFields: { role: { type: 'string', required: true, input: false } } },
    session: {
      modelName: 'userSession',
      expiresIn: SESSION_LASTS_S,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
    },
    account: { modelName: 'userPassword' },
    verification: { modelName: 'userVerification' },
    advanced: {
      cookiePrefix: settings.cookiePrefix,
      useSecureCookies: settings.origin.startsWith('https://'),
      defaultCookieAttributes: { sameSite: 'strict', httpOnly: true, path: '/' },
      ipAddress: { disableIpTracking: true },
    },
    plugins: [
      twoFactor({
        issuer: 'mexc-sniper',
        twoFactorCookieMaxAge: CODE_WITHIN_S,
        twoFactorTable: 'userTotp',
      }),
      linkPlugin(db, settings.clock),
    ],
  });

export type SignIn = ReturnType<typeof createSignIn>;
