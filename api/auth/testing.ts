import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { createApp } from '../app.ts';
import { asked, HOST, testDeps, type TestDatabase } from '../testing.ts';

// What the tests of the sign-in share: an API with a clock, browsers with cookies, an authenticator.

export const ORIGIN = `http://${HOST}`;
export const PASSWORD = 'correct horse battery';
type Init = Parameters<typeof asked>[1];

/** An API whose clock the test sets. */
export const startAuth = ({ db }: TestDatabase) => {
  const time = { nowMs: Date.now() };
  const app = createApp(testDeps(db, { clock: { now: () => time.nowMs } }));
  const script = async <T>(path: string, json: unknown): Promise<T> => {
    const response = await app.fetch(asked(path, { method: 'POST', json }), {});
    expect(response.status).toBe(201);
    return (await response.json()) as T;
  };
  const aLink = (name = 'operator', reset = false) =>
    script<{ secret: string; passwordSet: boolean }>('/api/auth/links', { name, reset });
  return {
    app,
    db,
    time,
    script,
    aLink,
    aBrowser: () => aBrowser(app),
    /** A browser that came in by a link. */
    signedIn: async (name = 'operator') => {
      const browser = aBrowser(app);
      const { secret } = await aLink(name);
      expect((await browser.post('/api/auth/link', { secret })).status).toBe(200);
      return browser;
    },
  };
};

export type TestAuth = ReturnType<typeof startAuth>;

/** A browser: keeps cookies, names its page, has no token. */
const aBrowser = (app: ReturnType<typeof createApp>) => {
  const jar = new Map<string, string>();
  const ask = async (path: string, init: Init = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = new Headers(init.headers);
    headers.set('authorization', '');
    if (cookie !== '') headers.set('cookie', cookie);
    if (!headers.has('origin')) headers.set('origin', ORIGIN);
    const response = await app.fetch(asked(path, { ...init, headers }), {});
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  const post = (path: string, json: unknown, method = 'POST') => ask(path, { method, json });
  return { jar, ask, post };
};

/** The code of an authenticator (RFC 6238), of a secret in base32. */
export const codeOf = (secret: string): string => {
  const bits = secret
    .replace(/=+$/, '')
    .split('')
    .map((letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    )
    .join('');
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', Buffer.from(bytes)).update(step).digest();
  const at = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(at) & 0x7f_ff_ff_ff) % 1e6).padStart(6, '0');
};
