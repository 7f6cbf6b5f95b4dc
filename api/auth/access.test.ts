import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { asked, startDatabase, type TestDatabase } from '../testing.ts';
import { ORIGIN, PASSWORD, startAuth, type TestAuth } from './testing.ts';

// What a sign-in is worth, and when it ends: on a real database, as a browser would.

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

describe('a session', () => {
  test('ends with the sign-out: its cookie is worth nothing then', async () => {
    const browser = await auth.signedIn();
    const stolen = new Map(browser.jar);
    expect((await browser.ask('/api/auth/session', { method: 'DELETE' })).status).toBe(200);
    const thief = auth.aBrowser();
    for (const [name, value] of stolen) thief.jar.set(name, value);
    expect((await thief.ask('/api/trades')).status).toBe(401);
  });

  test('is a new one with each sign-in, whatever cookie was there before', async () => {
    const planted = await auth.signedIn();
    const victim = auth.aBrowser();
    for (const [name, value] of planted.jar) victim.jar.set(name, value);
    await victim.post('/api/auth/link', { secret: (await auth.aLink()).secret });
    expect([...victim.jar.values()]).not.toEqual([...planted.jar.values()]);
    const invented = auth.aBrowser();
    invented.jar.set('sniper-test.session_token', 'fixed.by-somebody');
    await invented.post('/api/auth/link', { secret: (await auth.aLink()).secret });
    expect(invented.jar.get('sniper-test.session_token')).not.toContain('fixed');
  });

  test('is not made of a token of the database: the cookie is signed', async () => {
    await auth.signedIn();
    const { token } = await database.db.userSession.findFirstOrThrow();
    const thief = auth.aBrowser();
    thief.jar.set('sniper-test.session_token', token);
    expect((await thief.ask('/api/trades')).status).toBe(401);
  });

  test('changes nothing without saying from which page, nor from another', async () => {
    const browser = await auth.signedIn();
    const kill = (origin: string) =>
      browser.ask('/api/risk/kill', { method: 'DELETE', headers: { origin } });
    expect((await kill('http://evil.example')).status).toBe(403);
    expect((await kill('null')).status).toBe(403);
    expect((await kill(ORIGIN)).status).toBe(200);
    const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const bare = { method: 'DELETE', headers: { cookie, authorization: '' } };
    expect((await auth.app.fetch(asked('/api/risk/kill', bare), {})).status).toBe(403);
  });
});

describe('a token', () => {
  const made = (role: string, days?: number) =>
    auth.script<{ id: string; token: string; hint: string }>('/api/auth/tokens', {
      name: 'grafana',
      role,
      days,
    });
  const withToken = async (token: string, path: string, method = 'GET') =>
    (
      await auth.app.fetch(
        asked(path, { method, headers: { authorization: `Bearer ${token}` } }),
        {},
      )
    ).status;

  test('of a viewer reads, and changes nothing', async () => {
    const { token } = await made('viewer');
    expect(await withToken(token, '/api/trades')).toBe(200);
    expect(await withToken(token, '/api/risk/kill', 'DELETE')).toBe(403);
    expect(await withToken(token, '/api/auth/tokens')).toBe(403);
  });

  test('is revoked at once, and ends by itself', async () => {
    const { token, id } = await made('operator');
    expect(await withToken(token, '/api/risk/kill', 'DELETE')).toBe(200);
    const revoke = asked(`/api/auth/tokens/${id}`, { method: 'DELETE' });
    expect((await auth.app.fetch(revoke, {})).status).toBe(200);
    expect(await withToken(token, '/api/trades')).toBe(401);
    const { token: short } = await made('viewer', 1);
    expect(await withToken(short, '/api/trades')).toBe(200);
    auth.time.nowMs += 24 * 3_600_000;
    expect(await withToken(short, '/api/trades')).toBe(401);
  });

  test('is kept nowhere: neither in its row nor in the audit', async () => {
    const { token } = await made('viewer');
    const rows = JSON.stringify([
      await database.db.apiToken.findMany(),
      await database.db.auditEntry.findMany(),
    ]);
    expect(rows).not.toContain(token);
    expect(rows).toContain(token.slice(-4));
  });
});

test('users are added, come in by their own link with their role, and are removed', async () => {
  const { id } = await auth.script<{ id: string }>('/api/auth/users', {
    name: 'ann',
    role: 'viewer',
  });
  const ann = await auth.signedIn('ann');
  expect((await ann.ask('/api/trades')).status).toBe(200);
  expect((await ann.ask('/api/risk/kill', { method: 'DELETE' })).status).toBe(403);
  expect((await ann.post('/api/auth/links', { name: 'operator' })).status).toBe(403);
  const removed = await auth.app.fetch(asked(`/api/auth/users/${id}`, { method: 'DELETE' }), {});
  expect(removed.status).toBe(200);
  expect((await ann.ask('/api/trades')).status).toBe(401);
});

test('no password, code or link is in the audit', async () => {
  const browser = await auth.signedIn();
  await browser.post('/api/auth/password', { password: PASSWORD }, 'PUT');
  await browser.post('/api/auth/sign-in', { name: 'operator', password: PASSWORD });
  const text = JSON.stringify(await database.db.auditEntry.findMany());
  expect(text).toContain('/auth/password');
  expect(text).not.toContain(PASSWORD);
});
