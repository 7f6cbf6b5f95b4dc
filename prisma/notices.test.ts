import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDatabase, type TestDatabase } from '#api/testing.ts';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { until } from '#test/until.ts';
import { addConfirmation, addPreflight } from './live.ts';
import { hearNotices, type ControlTable } from './notices.ts';

const tables = {
  KillSwitch: true,
  BotRun: true,
  BotConfiguration: true,
  LiveConfirmation: true,
  Preflight: true,
} satisfies Record<ControlTable, true>;
/** Every table that the type names, and nothing else. */
const CONTROL = Object.keys(tables) as ControlTable[];

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());

test('who trades hears at once what it acts on, and nothing of what people watch', async () => {
  const { db, server, installationId } = database;
  const heard = new Set<string>();
  await using stack = new AsyncDisposableStack();
  const notices = hearNotices(server.url, 'test');
  stack.defer(() => notices.stop());
  let connected = 0;
  for (const table of CONTROL)
    notices.on(table, () => {
      if (connected < CONTROL.length) connected += 1;
      else heard.add(table);
    });
  const all = new pg.Client({ connectionString: server.url });
  const told = new Set<string>();
  all.on('notification', ({ payload = '' }) => told.add(String(JSON.parse(payload).table)));
  await all.connect();
  stack.defer(() => all.end());
  await all.query('LISTEN sniper_control');
  await until('it listens', () => connected === CONTROL.length);

  const now = new Date();
  const health = { version: '1', startedAt: now, heartbeatAt: now, details: {} };
  await db.botHealth.create({ data: { process: 'worker', instance: 'a', ...health } });
  const configuration = await db.botConfiguration.create({
    data: {
      installationId,
      name: 'n',
      version: 1,
      options: tradingOptions.parse(demoOptions),
      active: true,
    },
  });
  const run = { installationId, configurationId: configuration.id, workflowId: 'w' };
  await db.botRun.create({ data: { ...run, state: 'running' } });
  await db.killSwitch.create({
    data: { installationId, level: 'halt', reason: 'a test', actor: 'me', since: now },
  });
  const atMs = now.getTime();
  await addConfirmation(db, {
    installationId,
    text: 't',
    by: 'me',
    nowMs: atMs,
    expiresAtMs: atMs + 1,
  });
  await addPreflight(db, {
    installationId,
    credentialId: null,
    passed: true,
    findings: [],
    atMs,
  });
  const seen = () => [[...heard], [...told]];
  await until(
    'all of them are heard',
    () => heard.size === CONTROL.length && told.size >= CONTROL.length,
    { withinMs: 10_000, seen },
  );
  expect(told).toEqual(new Set(CONTROL));
});
