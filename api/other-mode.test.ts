import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDatabase } from '#prisma/client.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { refuseOtherMode } from './other-mode.ts';
import { aTrade, clear, startDatabase, testDeps, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());

test('an API of another mode goes no further while a trade is open', async () => {
  const { db } = database;
  const deps = testDeps(db);
  const said: string[] = [];
  const refuse = (why: string) => said.push(why);
  const { signal } = new AbortController();
  expect(await refuseOtherMode(deps, { refuse, signal })).toBe(true);
  const installationId = await ensureInstallation(db, { mode: 'live', account: 'abc' });
  await aTrade(db, { installationId, n: 1, phase: 'holding' });
  expect(await refuseOtherMode(deps, { refuse, signal })).toBe(false);
  expect(said.join()).toContain('COIN1USDT');
  await clear(db);
});

test('a database that is away is asked again until the process stops', async () => {
  const away = connectDatabase('postgresql://nobody:nothing@127.0.0.1:1/none');
  const stop = new AbortController();
  const refuse = () => stop.abort();
  const asking = refuseOtherMode(testDeps(away), { refuse, signal: stop.signal });
  stop.abort();
  expect(await asking).toBe(false);
  await away.$disconnect();
});
