import { expect, test } from 'vitest';
import { connectMeasured } from '#prisma/client.ts';
import { createApp } from '../app.ts';
import { asked, testDeps } from '../testing.ts';
import { createExporter } from './exporter.ts';
import { recordApi } from './record.ts';

// Without a database, which needs none.

const AWAY = 'postgresql://nobody:nothing@127.0.0.1:1/none';

const measuredApp = () => {
  const { db, pool } = connectMeasured(AWAY);
  const exporter = createExporter();
  const deps = testDeps(db, { metrics: exporter.metrics });
  const app = createApp(deps);
  const ask = async (path: string, init = {}) => (await app.fetch(asked(path, init), {})).status;
  return { ask, deps, pool, text: () => exporter.text() };
};

test('requests are counted by their route, never by what somebody wrote into the path', async () => {
  const { ask, text } = measuredApp();
  expect(await ask('/api/trades/listing00001')).toBe(503);
  expect(await ask('/api/trades/listing00002')).toBe(503);
  expect(await ask('/health')).toBe(200);
  expect(await ask('/api/no-such-route/4711')).toBe(404);
  expect(await ask('/wp-login.php')).toBe(404);
  expect(await ask('/api/trades', { headers: { authorization: '' } })).toBe(401);
  const written = await text();
  for (const line of [
    'sniper_api_requests_total{route="GET /api/trades/{id}",status="503"} 2',
    'sniper_api_requests_total{route="GET /health",status="200"} 1',
    'sniper_api_requests_total{route="none",status="404"} 2',
    'sniper_api_request_seconds_count{route="GET /api/trades/{id}"} 2',
    'sniper_api_parts_missing_total 2',
    'sniper_api_failures_total 0',
    'sniper_notifications_total{result="failed"} 0',
  ])
    expect(written).toContain(`${line}\n`);
  expect(written).not.toMatch(/listing0|4711|wp-login/);
});

test('what is true now is told: live streams, the pool, the process; nothing of a trader', async () => {
  const { deps, pool, text } = measuredApp();
  const listener = deps.events.subscribe(null, { hear: () => undefined, end: () => undefined });
  recordApi(deps, pool());
  await deps.db.$queryRaw`SELECT 1`.catch(() => undefined); // nobody answers; there is a pool now
  recordApi(deps, pool());
  listener?.stop();
  const written = await text();
  for (const line of [
    'sniper_api_streams 1',
    'sniper_api_database_connections{state="busy"} 0',
    'sniper_api_database_waiting 0',
    'sniper_build_info{version="0.0.0",mode="simulator"} 1',
  ])
    expect(written).toContain(`${line}\n`);
  expect(written).toMatch(/^sniper_resident_memory_bytes [1-9]/m);
  expect(written).not.toContain('sniper_guarded_positions');
});
