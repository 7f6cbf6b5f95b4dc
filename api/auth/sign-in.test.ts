import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDatabase, type TestDatabase } from '../testing.ts';
import { codeOf, PASSWORD, startAuth, type TestAuth } from './testing.ts';

// Ways in: on a real database, as a browser would.

let database: TestDatabase;
let auth: TestAuth;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  auth = startAuth(database);
  await database.db.user.deleteMany();
});

describe('a sign-in link', () => {
  test('signs in, with a cookie that scripts of a page cannot read', async () => {
    const browser = auth.aBrowser();
    const { secret } = await auth.aLink();
    const response = await browser.post('/api/auth/link', { secret });
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^sniper-test\.session_token=/);
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    const session = await browser.ask('/api/auth/session');
    expect(await session.json()).toEqual({
      name: 'operator',
      role: 'operator',
      via: 'session',
      passwordSet: false,
      totp: false,
    });
  });

  test('works once', async () => {
    const { secret } = await auth.aLink();
    expect((await auth.aBrowser().post('/api/auth/link', { secret })).status).toBe(200);
    expect((await auth.aBrowser().post('/api/auth/link', { secret })).status).toBe(401);
  });

  test('works once also when it is used ten times at one instant', async () => {
    const { secret } = await auth.aLink();
    const all = Array.from({ length: 10 }, () =>
      auth.aBrowser().post('/api/auth/link', { secret }),
    );
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  test('ends after ten minutes', async () => {
    const { secret } = await auth.aLink();
    auth.time.nowMs += 10 * 60_000 + 1;
    expect((await auth.aBrowser().post('/api/auth/link', { secret })).status).toBe(401);
  });

  test('cannot be guessed: each failure after the fifth doubles the wait', async () => {
    const guess = async () => {
      const response = await auth.aBrowser().post('/api/auth/link', { secret: 'a guess' });
      return [response.status, response.headers.get('retry-after')];
    };
    for (let n = 0; n < 5; n += 1) expect(await guess()).toEqual([401, null]);
    expect(await guess()).toEqual([429, '2']);
    auth.time.nowMs += 2000;
    expect(await guess()).toEqual([401, null]);
    expect(await guess()).toEqual([429, '4']);
  });
});

describe('a password', () => {
  test('is set after a link, and signs in from then on', async () => {
    const first = await auth.signedIn();
    const set = await first.post('/api/auth/password', { password: PASSWORD }, 'PUT');
    expect(set.status).toBe(200);
    const second = auth.aBrowser();
    const answer = await second.post('/api/auth/sign-in', { name: 'operator', password: PASSWORD });
    expect(await answer.json()).toEqual({ state: 'signedIn' });
    expect((await second.ask('/api/trades')).status).toBe(200);
    expect((await auth.aLink()).passwordSet).toBe(true);
  });

  test('that is wrong, and a name that nobody has, get one answer; then a wait', async () => {
    const first = await auth.signedIn();
    await first.post('/api/auth/password', { password: PASSWORD }, 'PUT');
    const guess = async (name: string) => {
      const answer = await auth
        .aBrowser()
        .post('/api/auth/sign-in', { name, password: 'wrong wrong' });
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      return `${answer.status} ${error.message}`;
    };
    expect(await guess('operator')).toBe('401 Name or password is wrong.');
    expect(await guess('nobody')).toBe('401 Name or password is wrong.');
    for (let n = 0; n < 3; n += 1) await guess('operator');
    expect(await guess('operator')).toContain('429');
  });

  test('needs the one before it, and ends the other sessions', async () => {
    const first = await auth.signedIn();
    await first.post('/api/auth/password', { password: PASSWORD }, 'PUT');
    const other = await auth.signedIn();
    const change = (current?: string) =>
      first.post('/api/auth/password', { password: 'another horse', current }, 'PUT');
    expect((await change()).status).toBe(401);
    expect((await change('wrong')).status).toBe(401);
    expect((await change(PASSWORD)).status).toBe(200);
    expect((await other.ask('/api/trades')).status).toBe(401);
    expect((await first.ask('/api/trades')).status).toBe(200);
  });

  test('that is too short is refused', async () => {
    const browser = await auth.signedIn();
    expect((await browser.post('/api/auth/password', { password: 'short' }, 'PUT')).status).toBe(
      422,
    );
  });

  test('that was forgotten is reset by a link of who owns the machine', async () => {
    const browser = await auth.signedIn();
    await browser.post('/api/auth/password', { password: PASSWORD }, 'PUT');
    expect((await auth.aLink('operator', true)).passwordSet).toBe(false);
    expect((await browser.ask('/api/trades')).status).toBe(401);
    const answer = await auth.aBrowser().post('/api/auth/sign-in', {
      name: 'operator',
      password: PASSWORD,
    });
    expect(answer.status).toBe(401);
  });
});

describe('an authenticator', () => {
  const withTotp = async () => {
    const browser = await auth.signedIn();
    await browser.post('/api/auth/password', { password: PASSWORD }, 'PUT');
    const begun = await browser.post('/api/auth/totp', { password: PASSWORD });
    const { secret, uri } = (await begun.json()) as { secret: string; uri: string };
    expect(uri).toContain('otpauth://totp/');
    const confirmed = await browser.post('/api/auth/totp/confirm', { code: codeOf(secret) });
    expect(confirmed.status).toBe(200);
    return { browser, secret };
  };
  const halfway = async () => {
    const browser = auth.aBrowser();
    const answer = await browser.post('/api/auth/sign-in', {
      name: 'operator',
      password: PASSWORD,
    });
    expect(await answer.json()).toEqual({ state: 'codeNeeded' });
    return browser;
  };

  test('is asked after the password, and neither alone signs in', async () => {
    const { secret } = await withTotp();
    const browser = await halfway();
    expect((await browser.ask('/api/trades')).status).toBe(401);
    const wrong = await browser.post('/api/auth/code', { code: '000000' });
    expect(wrong.status).toBe(401);
    expect((await auth.aBrowser().post('/api/auth/code', { code: codeOf(secret) })).status).toBe(
      401,
    );
    expect((await browser.post('/api/auth/code', { code: codeOf(secret) })).status).toBe(200);
    expect((await browser.ask('/api/trades')).status).toBe(200);
  });

  test('cannot be guessed', async () => {
    await withTotp();
    const browser = await halfway();
    const statuses = [];
    for (let n = 0; n < 7; n += 1)
      statuses.push((await browser.post('/api/auth/code', { code: `00000${n}` })).status);
    expect(statuses).toContain(429);
    expect(statuses).not.toContain(200);
  });

  test('is kept unreadable, and switched off with the password only', async () => {
    const { browser, secret } = await withTotp();
    const row = await database.db.userTotp.findFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain(secret);
    expect((await browser.post('/api/auth/totp', { password: 'wrong' }, 'DELETE')).status).toBe(
      401,
    );
    expect((await browser.post('/api/auth/totp', { password: PASSWORD }, 'DELETE')).status).toBe(
      200,
    );
    const answer = await auth.aBrowser().post('/api/auth/sign-in', {
      name: 'operator',
      password: PASSWORD,
    });
    expect(await answer.json()).toEqual({ state: 'signedIn' });
  });
});
