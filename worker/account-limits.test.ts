import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { marketSymbol } from '#domain/market-symbol.ts';
import { demoOptions } from '#domain/configuration.ts';
import { createExchangeClient, type ExchangeClient } from '#exchange/client.ts';
import { beat } from '#prisma/runs.ts';
import { createLog } from '#runtime/log.ts';
import { control, startTestSimulator } from '#simulator/testing.ts';
import type { Simulator } from '#simulator/simulator.ts';
import { startDatabase, type TestDatabase } from '#api/testing.ts';
import { keepToAccountLimits } from './account-limits.ts';

let database: TestDatabase;
let simulator: Simulator;
let exchange: ExchangeClient;
let nowMs = Date.now();

const log = createLog({ process: 'worker', mode: 'simulator', level: 'silent', format: 'json' });

const limits = (name: 'monitor' | 'worker') => {
  const { db, installationId } = database;
  const clock = { now: () => nowMs };
  return keepToAccountLimits({ db, exchange, installationId, clock, log, instance: 'a:1' }, name);
};

const alive = (instance: string) => {
  const startedAt = new Date(nowMs);
  const sign = { process: 'worker', instance, version: '1', startedAt, details: {} } as const;
  return beat(database.db, sign, nowMs);
};

beforeAll(async () => {
  database = await startDatabase();
  simulator = await startTestSimulator();
}, 60_000);
afterAll(async () => {
  await simulator.stop();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await control(simulator, 'POST /_sim/reset');
  exchange = createExchangeClient({
    restUrl: simulator.url,
    webUrl: simulator.url,
    credentials: null,
    recvWindowMs: 1000,
    budget: { role: 'worker' },
  });
  return () => exchange.close();
});

test('the order rate and reserve of the running configuration are kept to', async () => {
  const { db, installationId } = database;
  await alive('a:1');
  await limits('worker')();
  expect(exchange.budget().orders.most).toBe(4);
  const options = { ...demoOptions, orderRate: 5, exitReserve: 1 };
  const { id } = await db.botConfiguration.create({
    data: { installationId, name: 'slow', version: 1, options },
  });
  await db.botRun.create({
    data: { installationId, configurationId: id, workflowId: 'w', state: 'running' },
  });
  await limits('worker')();
  expect(exchange.budget().orders.most).toBe(2);
  // A second worker takes half of the part; one that died gives it back.
  await alive('b:2');
  await limits('worker')();
  expect(exchange.budget().orders.most).toBe(1);
  expect(exchange.budget().weight.most).toBe(100);
  nowMs += 20_000;
  await alive('a:1');
  await limits('worker')();
  expect(exchange.budget().weight.most).toBe(200);
});

test('a ban is said once, with its end, and ends by itself', async () => {
  const { db } = database;
  const look = limits('worker');
  const fault = { endpoint: 'GET /api/v3/depth', action: 'status', status: 418 };
  await control(simulator, 'POST /_sim/faults', { ...fault, retryAfterSeconds: 1 });
  await expect(exchange.depth(marketSymbol('SOLUSDT'))).rejects.toThrow(/418/);
  await look();
  await look();
  const [alert] = await db.alert.findMany({ where: { episodeKey: 'banned:a:1' } });
  expect(alert).toMatchObject({ severity: 'critical', count: 1, resolvedAt: null });
  expect(alert?.text).toContain('sends nothing until');
  await expect.poll(() => exchange.budget().bannedUntilMs, { timeout: 5000 }).toBeNull();
  await look();
  const [after] = await db.alert.findMany({ where: { episodeKey: 'banned:a:1' } });
  expect(after?.resolvedAt).not.toBeNull();
});

test('a ban of another process of the host, alive or not, stops this one', async () => {
  const { db } = database;
  const bannedUntilMs = Date.now() + 60_000;
  const startedAt = new Date(nowMs - 3_600_000);
  const dead = { process: 'monitor', version: '1', startedAt, details: { bannedUntilMs } } as const;
  await beat(db, { ...dead, instance: 'elsewhere:5' }, nowMs - 3_600_000);
  await limits('worker')();
  expect(exchange.budget().bannedUntilMs).toBeNull();
  await beat(db, { ...dead, instance: 'a:5' }, nowMs - 3_600_000);
  await limits('worker')();
  expect(exchange.budget().bannedUntilMs).toBeGreaterThan(bannedUntilMs - 1000);
  await expect(exchange.depth(marketSymbol('SOLUSDT'))).rejects.toThrow(/418/);
  expect(await db.alert.count({ where: { episodeKey: 'banned:a:1', resolvedAt: null } })).toBe(1);
});
