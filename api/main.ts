import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { serve } from '@hono/node-server';
import { connectDatabase } from '#prisma/client.ts';
import { accountOf, ensureInstallation, modeOf } from '#prisma/installation.ts';
import { beat } from '#prisma/runs.ts';
import { apiEnv, readEnv } from '#runtime/env.ts';
import { createLog } from '#runtime/log.ts';
import { every, stopRequested } from '#runtime/shutdown.ts';
import { createApp } from './app.ts';
import type { ApiDeps } from './deps.ts';
import { createEventHub } from './events/hub.ts';
import { listenForChanges } from './events/listen.ts';
import { startDemo } from './start-demo.ts';
import { createTemporalGateway } from './temporal/gateway.ts';

// The API shows and commands. It stays up while Postgres or Temporal are away, and says so.

const BEAT_MS = 2000;
/** Answers under way, and live streams, get this long to end. */
const ANSWERS_END_WITHIN_MS = 2000;
const PING_MS = 10_000;
const VERSION = '0.1.0';

const env = readEnv(apiEnv, process.env);
const log = createLog({ process: 'api', level: env.LOG_LEVEL, format: env.LOG_FORMAT });
const clock = { now: () => Date.now() };
const db = connectDatabase(env.DATABASE_URL);
const temporal = createTemporalGateway({ uiUrl: env.TEMPORAL_UI_URL ?? null });
const events = createEventHub(randomUUID().slice(0, 8));
const listening = listenForChanges(env.DATABASE_URL, events, { clock, log });
const key = { mode: modeOf(env.EXCHANGE), account: accountOf(env.MEXC_API_KEY) };
let installationId: Promise<string> | null = null;
const idOf = (): Promise<string> => {
  installationId ??= ensureInstallation(db, key).catch((error: unknown) => {
    installationId = null; // the database is away: asked again with the next request
    throw error;
  });
  return installationId;
};
const webRoot = join(import.meta.dirname, '..', 'web', 'dist');
const deps: ApiDeps = {
  db,
  temporal,
  events,
  installation: { ...key, id: idOf },
  clock,
  log,
  version: VERSION,
  webRoot: existsSync(webRoot) ? webRoot : null,
  hosts: ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${env.API_PORT}`),
  pingMs: PING_MS,
};
const server = serve({
  fetch: createApp(deps).fetch,
  hostname: '127.0.0.1',
  port: env.API_PORT,
});
const startedAt = new Date();
const instance = `${hostname()}:${process.pid}`;
const beating = every(
  BEAT_MS,
  () =>
    beat(db, { process: 'api', instance, version: VERSION, startedAt, details: {} }, clock.now()),
  { log, what: 'The sign of life' },
);
const demo = env.EXCHANGE === 'simulator' ? startDemo(deps) : null;
server.once('listening', () => log.info({ url: `http://127.0.0.1:${env.API_PORT}` }, 'API ready'));
server.once('error', (error) => {
  log.error({ err: error }, `Cannot listen on 127.0.0.1:${env.API_PORT}`);
  process.exit(1);
});
await stopRequested(log);
demo?.stop();
events.close();
await Promise.race([
  new Promise((done) => server.close(done)),
  new Promise((late) => setTimeout(late, ANSWERS_END_WITHIN_MS)),
]);
await Promise.allSettled([beating.stop(), listening.stop()]);
if ('closeAllConnections' in server) server.closeAllConnections();
await db.$disconnect();
process.exit(0); // the connection to Temporal ends with the process: it may still be retrying
