import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { openFolder } from '#test/folders.ts';
import { startProcess } from '#test/processes.ts';
import { until } from '#test/until.ts';
import { MODE, startDatabase, startEngine } from './testing.ts';

// The process, as `npm start` runs it.

const start = async (env: Record<string, string>) => {
  const port = await freePort();
  const metricsPort = env['METRICS_PORT'] ?? String(await freePort());
  const dataDir = env['DATA_DIR'] ?? (await openFolder('sniper-api-data-'));
  const api = await startProcess('api/main.ts', {
    env: {
      EXCHANGE: MODE,
      MEXC_API_KEY: 'sim-key',
      MEXC_REST_URL: 'http://127.0.0.1:1',
      MEXC_WS_URL: 'ws://127.0.0.1:1',
      MEXC_WEB_URL: 'http://127.0.0.1:1',
      API_PORT: String(port),
      METRICS_PORT: metricsPort,
      DATA_DIR: dataDir,
      ...env,
    },
    ready: 'API ready',
  });
  const address = `http://127.0.0.1:${port}`;
  const headers = { authorization: `Bearer ${await ensureOperatorToken(dataDir)}` };
  await rm(dataDir, { recursive: true }); // what it holds is in memory by now
  const ask = (path: string) => fetch(`${address}${path}`, { headers });
  const statusOf = async (path: string) => (await ask(path)).status;
  const metrics = async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  return { api, address, ask, statusOf, metrics };
};

const AWAY = {
  DATABASE_URL: 'postgresql://nobody:nothing@127.0.0.1:1/none',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
};

describe.concurrent('the process', () => {
  test('answers without a database and without Temporal, and stops at once', async () => {
    const { api, address, ask, statusOf, metrics } = await start(AWAY);
    await using _ = api;
    expect(api.lines.join('\n')).toContain(address);
    expect(await statusOf('/health')).toBe(200);
    expect(await statusOf('/health/ready')).toBe(503);
    expect(await statusOf('/api/trades')).toBe(503);
    const stream = await ask('/api/events');
    const rest = stream.text();
    await until('the metrics show its clients', async () =>
      (await metrics()).includes('sniper_api_streams 1\n'),
    );
    expect(await metrics()).toContain('{route="GET /api/trades",status="503"} 1\n');
    expect(await api.stop()).toBe(0);
    expect(await rest).toContain('event: hello');
  }, 30_000);

  test('says which settings are wrong, all of them, and ends', async () => {
    const wrong = { ...AWAY, DATABASE_URL: 'nowhere', API_PORT: 'many' };
    await expect(start(wrong)).rejects.toThrow(/DATABASE_URL[\s\S]*API_PORT/);
  }, 30_000);

  test('does not let other machines in without TLS', async () => {
    await expect(start({ ...AWAY, API_HOST: '0.0.0.0' })).rejects.toThrow(
      /API_HOST=0\.0\.0\.0 would let other machines reach the API without encryption/,
    );
    await expect(start({ ...AWAY, PUBLIC_URL: 'http://sniper.example' })).rejects.toThrow(
      /must be an https:\/\/ address/,
    );
  }, 30_000);

  test.each([
    ['password1234password1234password1234', 0o600, /holds a weak token/],
    [randomBytes(32).toString('hex'), 0o644, /can be read by others \(mode 644\)/],
  ])(
    'does not start with the operator token %s of mode %o',
    async (token, mode, problem) => {
      const dataDir = await openFolder('sniper-weak-');
      await writeFile(join(dataDir, 'operator-token'), token, { mode });
      await expect(start({ ...AWAY, DATA_DIR: dataDir })).rejects.toThrow(problem);
      await rm(dataDir, { recursive: true });
    },
    30_000,
  );

  test('closes connections that never finish to ask, and serves others meanwhile', async () => {
    const { api, address, statusOf } = await start(AWAY);
    await using _ = api;
    const slow = Array.from({ length: 200 }, () => {
      const socket = connect(Number(new URL(address).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.resume();
      socket.write('GET /api/trades HTTP/1.1\r\nX-Slow: ');
      return new Promise((closed) => socket.once('close', closed));
    });
    expect(await statusOf('/health')).toBe(200);
    await Promise.all(slow);
    expect(await statusOf('/health')).toBe(200);
  }, 30_000);

  test('ends when its port is taken, and says so', async () => {
    const { api, address } = await start(AWAY);
    await using _ = api;
    const { port } = new URL(address);
    await expect(start({ ...AWAY, API_PORT: port })).rejects.toThrow(/Cannot listen/);
    // Where only the metrics have no port, people still reach it.
    const other = await start({ ...AWAY, METRICS_PORT: port });
    await using unmeasured = other.api;
    expect(await other.statusOf('/health')).toBe(200);
    expect(unmeasured.lines.join('\n')).toContain('METRICS_PORT is taken');
  }, 30_000);

  test('shows its sign of life, starts the demo, and finds its database again', async () => {
    await using database = await startDatabase();
    await using engine = await startEngine();
    const { api, statusOf } = await start({
      DATABASE_URL: database.server.url,
      TEMPORAL_ADDRESS: engine.server.address,
      TEMPORAL_NAMESPACE: engine.server.namespace,
    });
    await using _ = api;
    const { db, installationId } = database;
    await until('it beats', () => db.botHealth.findFirst({ where: { process: 'api' } }));
    await until('the run is started', async () => (await engine.gateway.runState()) === 'running');
    expect(await db.botConfiguration.count({ where: { installationId, active: true } })).toBe(1);
    await db.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                       WHERE pid <> pg_backend_pid() AND datname = current_database()`;
    const since = new Date();
    await until('it beats again', () =>
      db.botHealth.findFirst({ where: { process: 'api', heartbeatAt: { gt: since } } }),
    );
    expect(await statusOf('/api/trades')).toBe(200);
    expect(await api.stop()).toBe(0);
  }, 60_000);
});
