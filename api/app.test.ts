import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDatabase, type Database } from '#prisma/client.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { createApp } from './app.ts';
import type { ErrorEnvelope } from './schemas/error.ts';
import { asked, HOST, testDeps } from './testing.ts';

// What the server does whatever the route: here without a database and without Temporal.

let db: Database;
let webRoot: string;
let outside: string;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'sniper-web-'));
  webRoot = join(outside, 'dist');
  await mkdir(join(webRoot, 'assets'), { recursive: true });
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(webRoot, 'assets', 'app-1a2b.js'), 'export {};');
  await writeFile(join(outside, 'secret.txt'), 'not for you');
  db = connectDatabase('postgresql://nobody:nothing@127.0.0.1:1/none');
  app = createApp(testDeps(db, { webRoot }));
});
afterAll(async () => {
  await db.$disconnect();
  await rm(outside, { recursive: true });
});

const ask = (...args: Parameters<typeof asked>) => app.fetch(asked(...args), {});
const problemOf = async (response: Response) => ((await response.json()) as ErrorEnvelope).error;

describe('who may ask', () => {
  test('answers under its own name only', async () => {
    const response = await ask('/api/health', { headers: { host: 'evil.example' } });
    expect(response.status).toBe(403);
    expect(await problemOf(response)).toMatchObject({ code: 'FORBIDDEN' });
  });

  test.each([
    { origin: 'http://evil.example' },
    { origin: `https://${HOST}` },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ])('lets no foreign page change anything: %o', async (headers) => {
    const init = { method: 'POST', json: { positions: 'keep' }, headers };
    expect((await ask('/api/bot/stop', init)).status).toBe(403);
  });

  test.each([{ origin: `http://${HOST}` }, {}])(
    'lets our own pages and programs: %o',
    async (h) => {
      const init = { method: 'POST', json: { positions: 'sideways' }, headers: h };
      expect((await ask('/api/bot/stop', init)).status).toBe(422);
    },
  );

  test('refuses a body above 64 kB', async () => {
    const init = { method: 'PUT', json: { name: 'x'.repeat(65_536), options: {} } };
    const response = await ask('/api/config', init);
    expect(response.status).toBe(413);
    expect(await problemOf(response)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });
});

describe('every answer', () => {
  test('carries a request id and what a browser must know', async () => {
    const { headers } = await ask('/api/nothing/here');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('to what nobody thought of is a 500 with the request id, and no more', async () => {
    const deps = testDeps(db);
    const id = () => Promise.reject(new Error('something odd and private'));
    const odd = createApp({ ...deps, installation: { ...deps.installation, id } });
    const response = await odd.fetch(asked('/api/live'), {});
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).toContain('INTERNAL');
    expect(text).not.toContain('private');
  });

  test('that is no success is one envelope with the request id', async () => {
    const response = await ask('/api/nothing/here');
    expect(response.status).toBe(404);
    expect(await problemOf(response)).toEqual({
      code: 'NOT_FOUND',
      message: 'There is no GET /api/nothing/here.',
      requestId: response.headers.get('x-request-id'),
    });
  });

  test.each([
    { body: '{', headers: { 'content-type': 'application/json' } },
    { body: '{"positions":"keep"}', headers: { 'content-type': 'text/plain' } },
  ])('to what is no JSON says so: %o', async (init) => {
    const response = await ask('/api/bot/stop', { method: 'POST', ...init });
    expect(response.status).toBe(422);
    expect((await problemOf(response)).message).toBe('The body is not JSON.');
  });

  test('that meets a missing database is 503, and the log knows why', async () => {
    const deps = testDeps(db);
    const response = await createApp(deps).fetch(asked('/api/trades'), {});
    expect(response.status).toBe(503);
    const { message, requestId } = await problemOf(response);
    expect(message).toBe('The database does not answer; try again.');
    const line = deps.log.lines.find((each) => each.level === 'warn');
    expect(line?.fields).toMatchObject({ requestId, err: expect.any(Error) });
  });
});

/** A server that answers every start of a connection as Postgres does, with one code. */
const refusingPostgres = async (code: string) => {
  const refusal = `SFATAL\0VFATAL\0C${code}\0Mnot now\0\0`;
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(4 + refusal.length, 1);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.concat([head, Buffer.from(refusal)])));
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return { server, url: `postgresql://nobody:nothing@127.0.0.1:${port}/none` };
};

describe('a database that takes no connections', () => {
  test.each([
    ['57P03', 'starting up'],
    ['57P01', 'going down'],
    ['53300', 'full'],
  ])('%s (%s) is missing, not our fault', async (code) => {
    const { server, url } = await refusingPostgres(code);
    const refused = connectDatabase(url);
    try {
      const response = await createApp(testDeps(refused)).fetch(asked('/api/trades'), {});
      expect(response.status).toBe(503);
    } finally {
      await refused.$disconnect();
      server.close();
    }
  });
});

describe('without a database and without Temporal', () => {
  test.each(['/health', '/api/health'])('%s says that the API lives', async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
  });

  test.each(['/health/ready', '/api/health/ready'])('%s names what is missing', async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(503);
    const { ok, parts } = (await response.json()) as { ok: boolean; parts: Record<string, object> };
    expect(ok).toBe(false);
    expect(Object.keys(parts)).toEqual(['database', 'temporal', 'exchange', 'monitor', 'worker']);
    expect(parts['database']).toEqual({ ok: false, ageMs: null, detail: 'does not answer' });
  });
});

describe('the contract', () => {
  test.each([
    ['/health', ['get']],
    ['/api/health/ready', ['get']],
    ['/api/config', ['get', 'put']],
    ['/api/bot/start', ['post']],
    ['/api/bot/stop', ['post']],
    ['/api/bot/status', ['get']],
    ['/api/listings/{id}', ['get']],
    ['/api/trades', ['get']],
    ['/api/trades/{id}/sell', ['post']],
    ['/api/trades/{id}/disarm', ['post']],
    ['/api/trades/{id}/exits', ['patch']],
    ['/api/risk/kill', ['post', 'delete']],
    ['/api/events', ['get']],
  ])('names %s, in OpenAPI 3.1', async (path, methods) => {
    const response = await ask('/api/openapi.json');
    const contract = (await response.json()) as { openapi: string; paths: Record<string, object> };
    expect(contract.openapi).toBe('3.1.0');
    expect(Object.keys(contract.paths[path] ?? {})).toEqual(methods);
  });
});

describe('the dashboard', () => {
  test('is served, with names that change kept for ever and pages asked for again', async () => {
    const script = await ask('/assets/app-1a2b.js');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    const page = await ask('/');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(await page.text()).toContain('<title>page</title>');
  });

  test.each(['/trades/abc', '/risk', '/assets/nothing'])('%s is a page of it', async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-type')).toContain('text/html');
  });

  test.each(['/assets/gone-3c4d.js', '/api', '/api/x'])('%s is none', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  test.each([
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/%252e%252e%252fsecret.txt',
    '/%00/secret.txt',
    '/%ff/secret.txt',
  ])('%s does not lead out of its folder', async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('not for you');
  });
});
