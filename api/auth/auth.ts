import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock, Log } from '#domain/ports.ts';
import type { Database } from '#prisma/client.ts';
import { findToken, noteUse } from '#prisma/sign-in.ts';
import type { KeyRing } from '#runtime/key-ring.ts';
import { roleOf, type Caller } from './caller.ts';
import { createRateLimit, type Rates } from './rate-limit.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import { createThrottle, type Throttle } from './throttle.ts';

/** A proof is looked up again after this long: so late does a revocation reach other processes. */
const FRESH_MS = 3000;
/** While the database is away, who was known so long ago may still read. */
const STALE_MS = 10 * 60_000;
const KNOWN_MAX = 1000;
/** Live streams that one caller may have open: half of all, so that nobody shuts out the others. */
export const STREAMS_MAX = 100;

/** What proves who calls. */
export interface Proof {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
}

export interface AuthSettings {
  readonly db: Database;
  /** The token of the file that scripts of the same user read. */
  readonly operatorToken: string;
  /** May fail while the database is away, and is asked for again then. */
  readonly keys: () => Promise<KeyRing>;
  readonly cookiePrefix: string;
  /** Where people reach the dashboard. */
  readonly origin: string;
  readonly rates: Rates;
  readonly clock: Clock;
  readonly log: Log;
}

/** Knows who calls, and lets people in. */
export interface Auth {
  /** Null for nobody, and for what is no proof any more. Throws while it cannot be looked up. */
  identify(proof: Proof, change: boolean): Promise<Caller | null>;
  signIn(): Promise<SignIn>;
  /** Looks everybody up again: somebody was shut out. */
  forget(): void;
  readonly throttle: Throttle;
  /** Seconds that a caller, or a stranger's address, has to wait; 0 for none. */
  readonly wait: Readonly<Record<keyof Rates, (name: string) => number>>;
  /** Counts a live stream; null when the caller has too many. The answer ends the count. */
  openStream(callerId: string): (() => void) | null;
}

export const createAuth = (settings: AuthSettings): Auth => {
  const { clock, rates } = settings;
  let signIn: Promise<SignIn> | null = null;
  const ready = (): Promise<SignIn> => {
    signIn ??= makeSignIn(settings).catch((error: unknown) => {
      signIn = null; // asked again with the next request
      throw error;
    });
    return signIn;
  };
  const known = createMemory(clock);
  return {
    identify: async (proof, change) => {
      const text = proof.authorization ?? proof.cookie;
      if (text === undefined) return null;
      const bearer = /^Bearer ([\x21-\x7e]{1,200})$/.exec(proof.authorization ?? '')?.[1];
      if (bearer !== undefined && equal(bearer, settings.operatorToken)) return TOKEN_FILE;
      const remembered = known.of(text);
      if (remembered !== null && remembered.ageMs < FRESH_MS) return remembered.caller;
      try {
        const caller =
          proof.authorization === undefined
            ? await sessionCaller(await ready(), text)
            : await tokenCaller(settings, bearer);
        known.keep(text, caller);
        return caller;
      } catch (error) {
        if (!change && remembered !== null && remembered.ageMs < STALE_MS) return remembered.caller;
        throw error;
      }
    },
    signIn: ready,
    forget: known.clear,
    throttle: createThrottle(clock),
    wait: {
      reads: createRateLimit(clock, rates.reads),
      changes: createRateLimit(clock, rates.changes),
      strangers: createRateLimit(clock, rates.strangers),
    },
    openStream: createStreamCount(),
  };
};

const TOKEN_FILE: Caller = {
  id: 'tokenFile',
  name: 'operator token',
  role: 'operator',
  via: 'tokenFile',
};

const makeSignIn = async ({ keys, db, cookiePrefix, origin, clock, log }: AuthSettings) =>
  createSignIn(db, { keys: await keys(), cookiePrefix, origin, clock, log });

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const equal = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

/** Who was proved by a text, and how long ago; keeps a digest of the text only. */
const createMemory = (clock: Clock) => {
  const kept = new Map<string, { caller: Caller; atMs: number }>();
  return {
    of: (text: string): { caller: Caller; ageMs: number } | null => {
      const found = kept.get(digest(text).toString('base64'));
      return found === undefined ? null : { caller: found.caller, ageMs: clock.now() - found.atMs };
    },
    keep: (text: string, caller: Caller | null) => {
      const key = digest(text).toString('base64');
      kept.delete(key);
      if (caller !== null) kept.set(key, { caller, atMs: clock.now() });
      const oldest = kept.keys().next();
      if (kept.size > KNOWN_MAX && oldest.done !== true) kept.delete(oldest.value);
    },
    clear: () => kept.clear(),
  };
};

const sessionCaller = async (signIn: SignIn, cookie: string): Promise<Caller | null> => {
  const found = await signIn.api.getSession({ headers: new Headers({ cookie }) });
  if (found === null) return null;
  const { user, session } = found;
  return { id: `session:${session.id}`, name: user.name, role: roleOf(user.role), via: 'session' };
};

const tokenCaller = async (
  { db, clock }: AuthSettings,
  bearer: string | undefined,
): Promise<Caller | null> => {
  const row = bearer === undefined ? null : await findToken(db, bearer, clock.now());
  if (row === null) return null;
  await noteUse(db, row.id, clock.now());
  return {
    id: `token:${row.id}`,
    name: `${row.name} (token)`,
    role: roleOf(row.role),
    via: 'token',
  };
};

const createStreamCount = () => {
  const open = new Map<string, number>();
  return (callerId: string) => {
    const count = open.get(callerId) ?? 0;
    if (count >= STREAMS_MAX) return null;
    open.set(callerId, count + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const left = (open.get(callerId) ?? 1) - 1;
      if (left === 0) open.delete(callerId);
      else open.set(callerId, left);
    };
  };
};
