import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { serve } from '@hono/node-server';
import { connectMeasured } from '#prisma/client.ts';
import { noteKeyUse, sealedWith } from '#prisma/credentials.ts';
import { createRecordTotals } from '#prisma/reads/record-totals.ts';
import { beat } from '#prisma/runs.ts';
import { apiEnv, readEnv } from '#runtime/env.ts';
import { ensureKeyRing, keyRingFile, type KeyRing } from '#runtime/key-ring.ts';
import { createLog } from '#runtime/log.ts';
import { countBeat } from '#runtime/metrics-of-life.ts';
import { venueOf } from '#runtime/mode.ts';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { sealingConverter } from '#runtime/payload-codec.ts';
import { every, stopRequested } from '#runtime/shutdown.ts';
import { startTracing } from '#runtime/tracing.ts';
import { createApp } from './app.ts';
import { createAuth } from './auth/auth.ts';
import { checkExposure, inUrl } from './auth/exposure.ts';
import { RATES } from './auth/rate-limit.ts';
import type { ApiDeps } from './deps.ts';
import { createEventHub } from './events/hub.ts';
import { listenForChanges } from './events/listen.ts';
import { findInstallation } from './installation.ts';
import { createExporter, serveMetrics } from './metrics/exporter.ts';
import { recordApi } from './metrics/record.ts';
import { listenToChats } from './notifications/commands/listen.ts';
import { startNotifier } from './notifications/notifier.ts';
import { refuseOtherMode } from './other-mode.ts';
import { startDemo } from './start-demo.ts';
import { requestFields } from './request-fields.ts';
import { createTemporalGateway } from './temporal/gateway.ts';
import { createHeartbeat } from './watch/heartbeat.ts';
import { watchParts } from './watch/watch-parts.ts';

// The API shows and commands. It stays up while Postgres or Temporal are away, and says so.

const BEAT_MS = 2000;
/** Answers under way, and live streams, get this long to end. */
const ANSWERS_END_WITHIN_MS = 2000;
const PING_MS = 10_000;
/** A client that sends slowly, or nothing, is not waited for; nor do many take all sockets. */
const PATIENCE = {
  headersTimeout: 5000,
  requestTimeout: 15_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 16 * 1024,
};
const CONNECTIONS_MAX = 1000;
const VERSION = '0.1.0';

const env = readEnv(apiEnv, process.env);
const venue = venueOf(env);
checkExposure(env.API_HOST, env.PUBLIC_URL);
const operatorToken = await ensureOperatorToken(env.DATA_DIR);
const tracing = await startTracing('api', env.OTEL_EXPORTER_OTLP_ENDPOINT);
const log = createLog({
  process: 'api',
  mode: venue.mode,
  level: env.LOG_LEVEL,
  format: env.LOG_FORMAT,
  context: () => ({ ...requestFields(), ...tracing?.logFields() }),
});
const clock = { now: () => Date.now() };
const { db, pool } = connectMeasured(env.DATABASE_URL);
const exporter = createExporter();
const { metrics } = exporter;
const events = createEventHub(randomUUID().slice(0, 8));
const listening = listenForChanges(env.DATABASE_URL, events, { clock, log });
const keys = async (): Promise<KeyRing> => {
  const ring = await ensureKeyRing(keyRingFile(env), () => sealedWith(db));
  await noteKeyUse(db, ring.current.id);
  return ring;
};
const temporal = createTemporalGateway({
  uiUrl: env.TEMPORAL_UI_URL ?? null,
  dataConverter: sealingConverter(keys),
  ...(tracing === null ? {} : { interceptors: tracing.client }),
});
const publicUrl = env.PUBLIC_URL === undefined ? null : new URL(env.PUBLIC_URL);
const auth = createAuth({
  db,
  operatorToken,
  keys,
  cookiePrefix: `sniper-${env.API_PORT}`,
  origin: publicUrl?.origin ?? `http://127.0.0.1:${env.API_PORT}`,
  rates: RATES,
  clock,
  log,
});
const webRoot = join(import.meta.dirname, '..', 'web', 'dist');
const deps: ApiDeps = {
  db,
  totals: createRecordTotals(db, clock),
  auth,
  keys,
  temporal,
  events,
  installation: findInstallation(db, { venue, MEXC_API_KEY: env.MEXC_API_KEY }, clock),
  clock,
  log,
  metrics,
  version: VERSION,
  webRoot: existsSync(webRoot) ? webRoot : null,
  hosts: ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${env.API_PORT}`),
  publicUrl,
  heartbeat: env.HEARTBEAT_URL === undefined ? null : createHeartbeat(env.HEARTBEAT_URL, clock),
  tracing,
  pingMs: PING_MS,
};
const app = createApp(deps);
const server = serve({
  // Nothing from outside may say who calls.
  fetch: (request, { incoming, outgoing }) => app.fetch(request, { incoming, outgoing }),
  hostname: env.API_HOST,
  port: env.API_PORT,
  serverOptions: PATIENCE,
});
const startedAt = new Date();
const instance = `${hostname()}:${process.pid}`;
const life = { process: 'api' as const, instance, version: VERSION, startedAt, details: {} };
const beating = every(
  BEAT_MS,
  async () => {
    recordApi(deps, pool());
    await beat(db, life, clock.now());
    countBeat(metrics);
  },
  { log, what: 'The sign of life' },
);
const measuring = serveMetrics(exporter, { port: env.METRICS_PORT, log });
const notifier = startNotifier(deps);
const watching = watchParts(deps);
const chats = listenToChats(deps, (request, { caller }) => app.fetch(request, { caller }));
const stopping = new AbortController();
let demo: ReturnType<typeof startDemo> | null = null;
const refuse = (why: string) => {
  log.error({}, why);
  process.exit(1);
};
void refuseOtherMode(deps, { refuse, signal: stopping.signal }).then((mayGoOn) => {
  if (mayGoOn && venue.mode === 'simulator' && !stopping.signal.aborted) demo = startDemo(deps);
});
flushCompileCache(); // who is killed keeps nothing at its end
server.maxConnections = CONNECTIONS_MAX;
const url = `http://${inUrl(env.API_HOST)}:${env.API_PORT}`;
server.once('listening', () => log.info({ url, publicUrl }, 'API ready'));
server.once('error', (error) => {
  log.error({ err: error }, `Cannot listen on ${env.API_HOST}:${env.API_PORT}`);
  process.exit(1);
});
const stopDemo = () => demo?.stop();
await stopRequested(log);
stopping.abort();
stopDemo();
events.close();
await Promise.race([
  new Promise((done) => server.close(done)),
  new Promise((late) => setTimeout(late, ANSWERS_END_WITHIN_MS)),
]);
await Promise.allSettled([
  beating.stop(),
  listening.stop(),
  notifier.stop(),
  chats.stop(),
  watching.stop(),
  measuring.stop(),
]);
if ('closeAllConnections' in server) server.closeAllConnections();
await tracing?.close();
await db.$disconnect();
process.exit(0); // the connection to Temporal ends with the process: it may still be retrying
