import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDatabase, type TestDatabase } from '#api/testing.ts';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { until } from '#test/until.ts';
import { addConfirmation, addPreflight } from './live.ts';
import { hearNotices, type ControlTable } from './notices.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());

test('who trades hears at once what it acts on, and nothing of what people watch', async () => {
  const { db, server, installationId } = database;
  const heard = new Set<string>();
  const notices = hearNotices(server.url, 'test');
  const all = new pg.Client({ connectionString: server.url });
  const told = new Set<string>();
  all.on('notification', ({ payload = '' }) => told.add(String(JSON.parse(payload).table)));
  await all.connect();
  await all.query('LISTEN sniper_control');
  const tables = {
    KillSwitch: true,
    BotRun: true,
    BotConfiguration: true,
    LiveConfirmation: true,
    Preflight: true,
  } satisfies Record<ControlTable, true>;
  let connected = 0;
  // The record of keys is the compiler's: every table, and nothing else.
  for (const table of Object.keys(tables) as ControlTable[])
    notices.on(table, () => {
      if (connected < Object.keys(tables).length) connected += 1;
      else heard.add(table);
    });
  await until('it listens', () => connected === Object.keys(tables).length);

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
  await until('all of them are heard', () => heard.size === Object.keys(tables).length, {
    withinMs: 10_000,
    seen: () => [...heard],
  });
  expect(told).toEqual(new Set(Object.keys(tables)));
  await all.end();
  await notices.stop();
});
