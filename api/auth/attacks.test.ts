import { connect } from 'node:net';
import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '#scripts/setup/ports.ts';
import { createApp } from '../app.ts';
import type { Contract } from '../reference/contract.ts';
import { asked, HOST, startDatabase, testDeps, TOKEN, type TestDatabase } from '../testing.ts';
import { createAuth, STREAMS_MAX } from './auth.ts';
import { RATES } from './rate-limit.ts';

// What somebody tries who wants in, or wants it down. The routes are those of the contract, so that
// a new one is attacked from its first day.

let database: TestDatabase;
let app: ReturnType<typeof createApp>;
let viewer: string;
const routes: { name: string; method: string; path: string; role: string | null }[] = [];

beforeAll(async () => {
  database = await startDatabase();
  app = createApp(testDeps(database.db));
  const contract = (await (await app.fetch(asked('/api/openapi.json'), {})).json()) as Contract;
  for (const [path, methods] of Object.entries(contract.paths))
    for (const [method, operation] of Object.entries(methods))
      routes.push({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: path.replaceAll('{id}', '3f0c8a52-6d1e-4b7a-9c24-5e8f7a6b1d90'),
        role: operation['x-role'] ?? null,
      });
  const made = await app.fetch(
    asked('/api/auth/tokens', { method: 'POST', json: { name: 'eyes', role: 'viewer' } }),
    {},
  );
  ({ token: viewer } = (await made.json()) as { token: string });
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());

const statusOf = async (
  { method, path }: { method: string; path: string },
  headers: Record<string, string>,
): Promise<number> => (await app.fetch(asked(path, { method, headers }), {})).status;

describe('no route answers without its role', { timeout: 30_000 }, () => {
  test('nobody gets an answer but to whether it lives, and to a sign-in', async () => {
    const open = routes.filter(({ role }) => role === null).map(({ name }) => name);
    expect(open.sort()).toEqual([
      'GET /api/health',
      'GET /health',
      'POST /api/auth/code',
      'POST /api/auth/link',
      'POST /api/auth/sign-in',
    ]);
    expect(routes.length).toBeGreaterThan(60);
    for (const proof of ['', 'Bearer wrong', 'Bearer ', `Basic ${TOKEN}`, 'Bearer snt_made-up']) {
      const answered = [];
      for (const route of routes.filter(({ role }) => role !== null))
        answered.push([route.name, await statusOf(route, { authorization: proof })]);
      expect(answered.filter(([, status]) => status !== 401)).toEqual([]);
    }
  });

  test('a viewer changes nothing, and sees nothing of who may', async () => {
    const forbidden = routes.filter(({ role }) => role === 'operator');
    const answered = [];
    for (const route of forbidden)
      answered.push([route.name, await statusOf(route, { authorization: `Bearer ${viewer}` })]);
    expect(answered.filter(([, status]) => status !== 403)).toEqual([]);
    const changing = routes.filter(({ method, role }) => method !== 'GET' && role !== null);
    expect(changing.filter(({ role }) => role === 'viewer').map(({ name }) => name)).toEqual([
      'DELETE /api/auth/session', // of their own sign-in
      'PUT /api/auth/password',
      'POST /api/auth/totp',
      'DELETE /api/auth/totp',
      'POST /api/auth/totp/confirm',
    ]);
  });

  test.each([
    '/api/trades/',
    '/api//trades',
    '/API/trades',
    '/api/%74rades',
    '/api/../api/trades',
    '/api/trades%2f',
    '/api/trades;x',
    '/api/auth/..%2ftrades',
    '/api/health/../trades',
    '/api/health%2f..%2ftrades',
  ])('%s is no way around', async (path) => {
    const response = await app.fetch(asked(path, { headers: { authorization: '' } }), {});
    expect([401, 404]).toContain(response.status);
  });
});

describe('a body', () => {
  test.each([
    ['arrays', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['a field', `{"positions":${'['.repeat(50)}${']'.repeat(50)}}`],
  ])('of deeply nested %s is refused', async (_, body) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', body, headers };
    const response = await app.fetch(asked('/api/bot/stop', init), {});
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('nested too deeply');
  });

  test('cannot reach what it does not name: __proto__ is a field like another', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = '{"__proto__":{"role":"operator"},"name":"x","role":"viewer"}';
    await app.fetch(asked('/api/auth/users', { method: 'POST', body, headers }), {});
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  test.each(['/api/bot/stop', '/api/auth/sign-in'])(
    'of another kind than JSON is refused, so that no form can send it: %s',
    async (path) => {
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
      ]) {
        const init = {
          method: 'POST',
          body: '{"positions":"keep"}',
          headers: { 'content-type': type },
        };
        expect((await app.fetch(asked(path, init), {})).status).toBe(422);
      }
    },
  );
});

describe('a page of somebody else', () => {
  test('changes nothing, on no route', async () => {
    const answered = [];
    for (const route of routes.filter(({ method }) => method !== 'GET'))
      for (const headers of [
        { origin: 'https://evil.example' },
        { 'sec-fetch-site': 'cross-site' },
      ])
        answered.push([route.name, await statusOf(route, headers as Record<string, string>)]);
    expect(answered.filter(([, status]) => status !== 403)).toEqual([]);
  });

  test('may not read an answer: none allows another origin', async () => {
    const response = await app.fetch(
      asked('/api/trades', { headers: { origin: 'https://evil.example' } }),
      {},
    );
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('calls without end', { timeout: 30_000 }, () => {
  const withRates = () => {
    const { db } = database;
    const clock = { now: () => 0 }; // nothing flows back
    const log = testDeps(db).log;
    const keys = () => Promise.reject(new Error('no keys are needed'));
    const origin = `http://${HOST}`;
    const settings = { db, keys, origin, clock, log, cookiePrefix: 'x' };
    const auth = createAuth({ ...settings, operatorToken: TOKEN, rates: RATES });
    return createApp(testDeps(db, { auth }));
  };
  const countUntil429 = async (
    limited: ReturnType<typeof createApp>,
    path: string,
    init: object,
  ) => {
    for (let n = 0; n < 2000; n += 1) {
      const response = await limited.fetch(asked(path, init), {});
      if (response.status === 429) return { n, wait: response.headers.get('retry-after') };
    }
    throw new Error('no end');
  };

  test('are refused with the time to wait, for each caller apart', async () => {
    const limited = withRates();
    const reads = await countUntil429(limited, '/api/nothing', {});
    expect(reads).toEqual({ n: RATES.reads.burst, wait: '1' });
    const change = { method: 'DELETE' };
    const changes = await countUntil429(limited, '/api/risk/kill', change);
    expect(changes).toEqual({ n: RATES.changes.burst, wait: '1' });
    const other = { headers: { authorization: `Bearer ${viewer}` } };
    expect((await limited.fetch(asked('/api/trades', other), {})).status).toBe(200);
  });

  test('of strangers are refused sooner, and do not touch who is let in', async () => {
    const limited = withRates();
    const stranger = { headers: { authorization: 'Bearer guess' } };
    const { n } = await countUntil429(limited, '/api/trades', stranger);
    expect(n).toBe(RATES.strangers.burst);
    expect((await limited.fetch(asked('/api/trades'), {})).status).toBe(200);
  });
});

describe('on the wire', { timeout: 30_000 }, () => {
  const listen = async (deps: ReturnType<typeof testDeps>) => {
    const port = await freePort();
    const host = `127.0.0.1:${port}`;
    const own = createApp({ ...deps, hosts: [host] });
    const server = serve({ fetch: own.fetch, hostname: '127.0.0.1', port });
    await once(server, 'listening');
    return {
      port,
      url: `http://${host}`,
      [Symbol.asyncDispose]: async () => {
        if ('closeAllConnections' in server) server.closeAllConnections();
        await new Promise((done) => server.close(done));
      },
    };
  };

  test('one caller cannot take all live streams', async () => {
    await using server = await listen(testDeps(database.db));
    const stop = new AbortController();
    const open = (token: string) =>
      fetch(`${server.url}/api/events`, {
        headers: { authorization: `Bearer ${token}` },
        signal: stop.signal,
      });
    const answers = await Promise.all(Array.from({ length: STREAMS_MAX + 5 }, () => open(viewer)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(5);
    expect((await open(TOKEN)).status).toBe(200);
    stop.abort();
  });

  test('a live stream ends when its token is revoked', async () => {
    const deps = testDeps(database.db, { pingMs: 50 });
    await using server = await listen(deps);
    const made = await fetch(`${server.url}/api/auth/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'short', role: 'viewer' }),
    });
    const { token, id } = (await made.json()) as { token: string; id: string };
    const stream = await fetch(`${server.url}/api/events`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const ended = stream.text();
    await fetch(`${server.url}/api/auth/tokens/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(await ended).toContain('event: hello');
  });

  test.each([
    'GET /api/health HTTP/1.1\r\nHost: HOST\r\nX-Odd: a\r\n b\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    'GET /api/health HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n',
    'GET http://evil.example/api/health HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    'GET /api/listings/a%0d%0aX-Injected:%20yes HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n\r\n',
    'GET /%0d%0aX-Injected:%20yes HTTP/1.1\r\nHost: HOST\r\n\r\n',
  ])('no header is smuggled in: %j', async (text) => {
    await using server = await listen(testDeps(database.db));
    const socket = connect(server.port, '127.0.0.1');
    socket.end(text.replaceAll('HOST', `127.0.0.1:${server.port}`).replace('TOKEN', TOKEN));
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toMatch(/^x-injected/im);
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
  });
});
