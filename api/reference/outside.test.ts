import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { addPreflight } from '#prisma/live.ts';
import { freePort } from '#scripts/setup/ports.ts';
import type { AccountTask } from '#workflows/messages.ts';
import { createApp } from '../app.ts';
import {
  TOKEN,
  aHeartbeat,
  aTrade,
  startDatabase,
  testDeps,
  type TestDatabase,
} from '../testing.ts';

// What people type: the lines of docs/api.md and the command line, over real HTTP. Temporal accepts
// everything here; what becomes of commands is tested with the real one.

const ROOT = join(import.meta.dirname, '..', '..');
const stack = new AsyncDisposableStack();
let database: TestDatabase;
let address: string;

const NOTHING_FOUND = { recovered: [], leaks: 0, short: [], orphans: 0, problem: null };

beforeAll(async () => {
  database = stack.use(await startDatabase());
  const { db, installationId } = database;
  const options = tradingOptions.parse(demoOptions);
  const id = '3f0c8a52-6d1e-4b7a-9c24-5e8f7a6b1d90';
  await db.botConfiguration.create({
    data: { id, installationId, name: 'demo', version: 1, active: true, options },
  });
  await aTrade(db, { installationId, n: 1, phase: 'holding' });
  const found = { base: 'FOUND', quote: 'USDT', symbol: 'FOUNDUSDT' };
  await db.listing.create({
    data: {
      ...found,
      id: 'listing00002',
      installationId,
      generation: 1,
      state: 'seen',
      firstSeenAt: new Date(0),
    },
  });
  await db.notificationChannel.create({
    data: {
      id,
      kind: 'slack',
      name: 'team',
      enabled: true,
      levels: {},
      place: 'hooks.slack.com',
      sealed: '',
      keyId: 'none',
      createdBy: 'test',
      createdAt: new Date(),
    },
  });
  await db.orphan.create({
    data: {
      id,
      installationId,
      kind: 'order',
      subject: 'order:1',
      symbol: 'COIN1USDT',
      asset: 'COIN1',
      quantity: '1',
      state: 'open',
      firstSeenAt: new Date(),
      lastSeenAt: new Date(),
    },
  });
  const findings = [{ name: 'order', state: 'ok', text: 'taken' }];
  await addPreflight(db, {
    installationId,
    credentialId: id,
    passed: true,
    findings,
    atMs: Date.now(),
  });
  const seen = { ageMs: -600_000, details: { clockAgeMs: 10 } }; // alive for as long as the test
  for (const name of ['monitor', 'worker']) await aHeartbeat(db, { process: name, ...seen });
  const temporal = {
    ...testDeps(db).temporal,
    ping: () => Promise.resolve(),
    runState: () => Promise.resolve('running' as const),
    startRun: () => Promise.resolve(),
    stopRun: () => Promise.resolve({ state: 'stopping' as const, progress: null }),
    command: () => Promise.resolve({ kind: 'done' as const }),
    history: () => Promise.resolve(null),
    accountTask: (task: AccountTask) =>
      Promise.resolve(task.kind === 'reconcile' ? NOTHING_FOUND : { kind: 'executed' }),
    endUnreadable: () => Promise.resolve([]),
  };
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  const installation = {
    ...testDeps(db).installation,
    venue: { mode: 'test', orders: 'gated' } as const,
    key: () => Promise.resolve({ credentialId: id }),
  };
  const deps = testDeps(db, { temporal, installation, hosts: [`127.0.0.1:${port}`] });
  const server = serve({ fetch: createApp(deps).fetch, hostname: '127.0.0.1', port });
  await once(server, 'listening');
  stack.defer(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}, 60_000);
afterAll(() => stack.disposeAsync(), 30_000);

/** The words of a line, as a shell splits plain and quoted ones. */
const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, quoted, double, plain]) => quoted ?? double ?? plain ?? '',
  );

/** What a curl line asks for; throws for an option that it does not know. */
const request = (line: string): { url: string; init: RequestInit } => {
  const headers = new Headers();
  const init: RequestInit = { headers };
  let url = '';
  const rest = words(line).slice(1);
  for (let word = rest.shift(); word !== undefined; word = rest.shift())
    if (word === '-X') init.method = rest.shift() ?? '';
    else if (word === '-d') init.body = rest.shift() ?? '';
    else if (word === '-H') {
      const [name = '', value = ''] = (rest.shift() ?? '').replace('$TOKEN', TOKEN).split(': ');
      headers.set(name, value);
    } else if (word.startsWith('http')) url = word;
    else if (word !== '-s' && word !== '-N') throw new Error(`${line}: ${word}?`);
  return { url: url.replace('http://127.0.0.1:8080', address), init };
};

const lines = readFileSync(join(ROOT, 'docs', 'api.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('curl '));

describe('docs/api.md', () => {
  test.each(lines)('%s', async (line) => {
    const { url, init } = request(line);
    const stop = new AbortController();
    const response = await fetch(url, { ...init, signal: stop.signal });
    if (!line.includes('-N')) await response.text();
    stop.abort();
    expect([200, 201]).toContain(response.status);
  });
});

const ctl = (...words: readonly string[]) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    const args = [join(ROOT, 'scripts', 'ctl.ts'), ...words];
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', ...args],
      { env: { ...process.env, SNIPER_TOKEN: TOKEN } },
      (error, out, err) => done({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
const asked = (...words: readonly string[]) => ctl(...words, '--api', address);

describe('the command line', { timeout: 30_000 }, () => {
  test('shows what there is', async () => {
    const [status, trades, listings, why] = await Promise.all([
      asked('status'),
      asked('trades', 'open'),
      asked('listings', '--json'),
      asked('diagnose', 'NEVERUSDT'),
    ]);
    expect(status).toMatchObject({ code: 0, out: expect.stringContaining('Open positions: 1') });
    expect(trades.out).toMatch(/listing00001 +COIN1USDT +holding/);
    const { items } = JSON.parse(listings.out) as { items: { id: string }[] }; // as the API says
    expect(items.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['listing00001', 'listing00002']),
    );
    expect(why.out).toContain('No source has ever reported NEVERUSDT.');
  });

  test('does what is asked, and says so', async () => {
    const done = await Promise.all([
      asked('start'),
      asked('stop', 'close'),
      asked('sell', 'COIN1USDT'),
      asked('disarm', 'listing00001'),
      asked('kill', 'halt', 'prices', 'look', 'odd'),
    ]);
    expect(done.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(done[2]?.out).toBe('sell listing00001: done\n');
    expect(await database.db.killSwitch.findFirst()).toMatchObject({ reason: 'prices look odd' });
    expect(await asked('release')).toMatchObject({ code: 0 });
    expect(await database.db.killSwitch.count()).toBe(0);
  });

  test('fails with the sentence of the API, and with what was not understood', async () => {
    const [refused, unknown, nothing, away] = await Promise.all([
      asked('sell', 'NOTHERE'),
      asked('buy'),
      asked(),
      ctl('status', '--api', 'http://127.0.0.1:1'),
    ]);
    expect(refused).toMatchObject({ code: 1, err: 'There is no such trade.\n' });
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('Usage') });
    expect(nothing.code).toBe(2);
    expect(away).toMatchObject({ code: 1, err: expect.stringContaining('Nothing answers') });
  });
});
