import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp } from '../app.ts';
import {
  aHeartbeat,
  asked,
  clear,
  startDatabase,
  testDeps,
  type TestDatabase,
} from '../testing.ts';
import { createHeartbeat } from './heartbeat.ts';
import { watchParts } from './watch-parts.ts';

let database: TestDatabase;
let status: number;
let calls: number;
let url: string;
let nowMs: number;
let looks = 0;
const server = createServer((_request, response) => {
  calls += 1;
  response.writeHead(status).end();
});
let watching: ReturnType<typeof watchParts> | null;
beforeAll(async () => {
  database = await startDatabase();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  url = `http://127.0.0.1:${port}/planted`;
}, 60_000);
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await clear(database.db);
  status = 200;
  calls = 0;
  nowMs = Date.now();
  watching = null;
});
afterEach(() => watching?.stop());

const alive = { clockAgeMs: 10, stream: 'live', clockOffsetMs: 1, sources: {} };
const beat = async (...processes: string[]) => {
  for (const process of processes)
    await aHeartbeat(database.db, { process, ageMs: Date.now() - nowMs, details: alive });
};
const deps = (mode: 'simulator' | 'live' = 'simulator') => {
  const clock = { now: () => nowMs };
  const heartbeat = createHeartbeat(url, clock);
  const ready = testDeps(database.db);
  const ping = () => {
    looks += 1;
    return Promise.resolve();
  };
  const temporal = { ...ready.temporal, ping };
  const venue = { ...ready.installation.venue, mode };
  const installation = { ...ready.installation, venue };
  return testDeps(database.db, { clock, heartbeat, temporal, installation });
};
const open = () =>
  database.db.alert.findMany({ where: { resolvedAt: null }, orderBy: { episodeKey: 'asc' } });
const until = (what: () => unknown) => vi.waitFor(what, { timeout: 10_000, interval: 20 });
/** Two looks began since: the first has ended. */
const looked = () => {
  const before = looks;
  return until(() => expect(looks).toBeGreaterThan(before + 1));
};
/** Begins to watch. */
const look = async (using: ReturnType<typeof deps>) => {
  await watching?.stop();
  watching = watchParts(using, 10);
};

describe('the watch elsewhere', () => {
  test('is called while all parts are there, each minute, and not when one is missing', async () => {
    await beat('monitor', 'worker');
    const all = deps();
    await look(all);
    await until(() => expect(calls).toBe(1));
    nowMs += 61_000;
    await beat('monitor');
    await until(async () => expect((await open()).length).toBe(0));
    await looked();
    expect(calls).toBe(1);
    await beat('monitor', 'worker');
    await until(() => expect(calls).toBe(2));
    expect(JSON.stringify(all.log.lines)).not.toContain('planted');
  });

  test('that does not answer is an alert after three calls, and a warning at once', async () => {
    status = 500;
    const all = deps('live');
    await look(all);
    for (let minute = 0; minute < 4; minute += 1) {
      nowMs += 61_000;
      await beat('monitor', 'worker');
      await until(() => expect(calls).toBeGreaterThan(minute));
    }
    await until(async () => expect(await open()).toMatchObject([{ episodeKey: 'heartbeat' }]));
    const system = await createApp(all).fetch(asked('/api/system'), {});
    const { warnings } = (await system.json()) as { warnings: { code: string }[] };
    expect(warnings.map(({ code }) => code)).toEqual(['heartbeatFails', 'noChannel']);
    expect(JSON.stringify(warnings)).not.toContain('planted');
  });

  test('is asked for where real money is traded', async () => {
    const system = await createApp({ ...deps('live'), heartbeat: null }).fetch(
      asked('/api/system'),
      {},
    );
    const { warnings } = (await system.json()) as { warnings: { code: string }[] };
    expect(warnings.map(({ code }) => code)).toEqual(['noHeartbeat', 'noChannel']);
  });
});

test('a part that is missing for twenty seconds is an alert until it is back', async () => {
  await look(deps());
  nowMs += 61_000;
  await beat('monitor');
  await until(async () => expect(await open()).toEqual([]));
  for (let n = 0; n < 5; n += 1) {
    nowMs += 5000;
    await beat('monitor');
    await looked();
  }
  await until(async () =>
    expect(await open()).toMatchObject([{ episodeKey: 'missing:worker', severity: 'critical' }]),
  );
  await beat('monitor', 'worker');
  await until(async () => expect(await open()).toEqual([]));
});
