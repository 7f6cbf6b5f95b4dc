import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { parseKeyRing } from '#runtime/key-ring.ts';
import { connectDatabase, type Database } from '#prisma/client.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { createRecordTotals } from '#prisma/reads/record-totals.ts';
import { startPostgres, type PostgresServer } from '#scripts/setup/postgres-server.ts';
import { applyMigrations } from '#scripts/setup/prisma-setup.ts';
import { ensureTemporalCli } from '#scripts/setup/temporal-cli.ts';
import { startTemporal, type TemporalServer } from '#scripts/setup/temporal-server.ts';
import { askTemplate, copyDatabase, TEMPLATE_ASKED_AT } from '#scripts/setup/copy-database.ts';
import { createAuth } from './auth/auth.ts';
import type { ApiDeps } from './deps.ts';
import { createEventHub } from './events/hub.ts';
import { createExporter } from './metrics/exporter.ts';
import { createTemporalGateway, type TemporalGateway } from './temporal/gateway.ts';

// What the tests of the API stand on: a real Postgres, a clock that they set, and rows.

export const MODE = 'simulator';
export const ACCOUNT = 'sim';
/** The name under which the tests call. */
export const HOST = '127.0.0.1:21000';

/** What the tests call with, unless they say otherwise. */
export const TOKEN = 'sno_token-of-the-tests-0123456789abcdef';
/** Makes nobody wait. */
const UNLIMITED = { perSecond: 1e6, burst: 1e6 };
const KEYS = parseKeyRing('keys of the tests', `k1 ${randomBytes(32).toString('base64')}\n`);

export interface TestDatabase extends AsyncDisposable {
  readonly db: Database;
  readonly server: { readonly url: string };
  readonly installationId: string;
}

/**
 * A database of one's own, migrated, with an installation in it: a copy on the Postgres that the unit
 * tests share, and elsewhere on one of its own.
 */
export const startDatabase = async (): Promise<TestDatabase> => {
  const stack = new AsyncDisposableStack();
  const askedAt = env[TEMPLATE_ASKED_AT];
  const server = askedAt === undefined ? await ownServer(stack) : stack.use(await copyOf(askedAt));
  const db = connectDatabase(server.url);
  stack.defer(() => db.$disconnect());
  const installationId = await ensureInstallation(db, { mode: MODE, account: ACCOUNT });
  return { db, server, installationId, [Symbol.asyncDispose]: () => stack.disposeAsync() };
};

const copyOf = async (askedAt: string) => copyDatabase(await askTemplate(askedAt));

const ownServer = async (stack: AsyncDisposableStack): Promise<PostgresServer> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sniper-api-'));
  await chmod(dataDir, 0o755); // as root, Postgres runs as another user and must enter
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const server = await startPostgres({ dataDir, port: await freePort() });
  stack.defer(() => server.stop());
  await applyMigrations(server.url);
  return server;
};

export interface TestEngine extends AsyncDisposable {
  readonly server: TemporalServer;
  readonly client: Client;
  /** For workers. */
  readonly native: NativeConnection;
  readonly gateway: TemporalGateway;
  /** One that waits for answers a moment only: for what nobody answers. */
  readonly hasty: TemporalGateway;
}

/** A Temporal of one's own, in memory. The Temporal CLI is looked for as `npm test` does. */
export const startEngine = async (): Promise<TestEngine> => {
  const stack = new AsyncDisposableStack();
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const { path } = await ensureTemporalCli(env, () => undefined);
  const settings = { cli: path, dataDir: null, port: await freePort(), uiPort: null };
  const server = await startTemporal(settings);
  stack.defer(() => server.stop());
  const native = await NativeConnection.connect({ address: server.address });
  stack.defer(() => native.close());
  const connection = await Connection.connect({ address: server.address });
  stack.defer(() => connection.close());
  const client = new Client({ connection, namespace: server.namespace });
  const gateway = createTemporalGateway({ uiUrl: 'http://127.0.0.1:21099', server });
  stack.defer(() => gateway.close());
  const hasty = createTemporalGateway({ uiUrl: null, server, answerWithinMs: 500 });
  stack.defer(() => hasty.close());
  const close = () => stack.disposeAsync();
  return { server, client, native, gateway, hasty, [Symbol.asyncDispose]: close };
};

/** Log lines as they were written, so that a test can look for one. */
export const createTestLog = () => {
  const lines: { level: string; fields: object; text: string }[] = [];
  const write = (level: string) => (fields: object, text: string) => {
    lines.push({ level, fields, text });
  };
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
};

/** A gateway to a Temporal that is not there. */
export const noTemporal = (): TemporalGateway =>
  createTemporalGateway({
    uiUrl: 'http://127.0.0.1:21099',
    server: { address: '127.0.0.1:1', namespace: 'sniper' },
  });

/** All that the app needs; what a test does not name is real and idle. */
export const testDeps = (
  db: Database,
  more: Partial<ApiDeps> = {},
): ApiDeps & { readonly log: ReturnType<typeof createTestLog> } => {
  const clock = more.clock ?? { now: () => Date.now() };
  const log = createTestLog();
  const auth = createAuth({
    db,
    operatorToken: TOKEN,
    keys: () => Promise.resolve(KEYS),
    cookiePrefix: 'sniper-test',
    origin: `http://${HOST}`,
    rates: { reads: UNLIMITED, changes: UNLIMITED, strangers: UNLIMITED },
    clock,
    log,
  });
  return {
    db,
    totals: createRecordTotals(db, clock),
    auth,
    keys: () => Promise.resolve(KEYS),
    publicUrl: null,
    heartbeat: null,
    tracing: null,
    temporal: noTemporal(),
    events: createEventHub('test'),
    installation: {
      venue: { mode: MODE, orders: 'play' },
      account: ACCOUNT,
      key: () => Promise.resolve(null),
      id: () => ensureInstallation(db, { mode: MODE, account: ACCOUNT }),
    },
    clock,
    metrics: createExporter().metrics,
    version: '0.0.0',
    webRoot: null,
    hosts: [HOST],
    pingMs: 10_000,
    ...more,
    log,
  };
};

/** A call of a script that has the token; `authorization: ''` leaves it out. */
export const asked = (path: string, init: RequestInit & { json?: unknown } = {}): Request => {
  const { json, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (!headers.has('host')) headers.set('host', HOST);
  if (!headers.has('authorization')) headers.set('authorization', `Bearer ${TOKEN}`);
  if (headers.get('authorization') === '') headers.delete('authorization');
  if (json !== undefined) headers.set('content-type', 'application/json');
  return new Request(`http://${HOST}${path}`, {
    ...rest,
    headers,
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
};

/** Writes a listing with its trade; `n` names it and dates it: a higher one is newer. */
export const aTrade = async (
  db: Database,
  trade: { installationId: string; n: number; phase: string; more?: object },
): Promise<string> => {
  const { installationId, n, phase, more = {} } = trade;
  const id = `listing${String(n).padStart(5, '0')}`;
  const at = new Date(Date.UTC(2026, 5, 1, 8, 0, n));
  const names = { base: `COIN${n}`, quote: 'USDT', symbol: `COIN${n}USDT` };
  await db.listing.create({
    data: { ...names, id, installationId, generation: 1, state: 'started', firstSeenAt: at },
  });
  await db.trade.create({
    data: {
      ...names,
      id,
      installationId,
      workflowId: `sniper:${id}`,
      mode: MODE,
      source: 'exchangeInfo',
      phase,
      summary: `number ${n}`,
      createdAt: at,
      ...more,
    },
  });
  return id;
};

/** Writes what a source said of COIN1, and what it became. */
export const aSighting = async (
  db: Database,
  said: {
    installationId: string;
    listingId: string | null;
    source: string;
    at: Date;
    more?: object;
  },
): Promise<void> => {
  const { installationId, listingId, source, at, more = {} } = said;
  await db.listingSignal.create({
    data: {
      installationId,
      listingId,
      source,
      base: 'COIN1',
      symbol: 'COIN1USDT',
      trading: false,
      arrivedAt: at,
      handledAt: at,
      raw: {},
      dedupKey: `${source}|${listingId}|${at.getTime()}`,
      result: 'new',
      ...more,
    },
  });
};

/** Writes a configuration; the demo's options unless others are named. */
export const aConfiguration = async (db: Database, installationId: string): Promise<string> => {
  const row = await db.botConfiguration.create({
    data: {
      installationId,
      name: 'test',
      version: 1,
      active: true,
      options: tradingOptions.parse(demoOptions),
    },
  });
  return row.id;
};

/** Says that a process is alive, `ageMs` ago. */
export const aHeartbeat = async (
  db: Database,
  beat: { process: string; ageMs: number; instance?: string; details?: object },
): Promise<void> => {
  const { process, ageMs, instance = 'one', details = {} } = beat;
  const values = {
    version: '0.0.0',
    startedAt: new Date(0),
    heartbeatAt: new Date(Date.now() - ageMs),
    details,
  };
  await db.botHealth.upsert({
    where: { process_instance: { process, instance } },
    create: { process, instance, ...values },
    update: values,
  });
};

/** Empties what the tests write. The log of trades can only grow, and they write none. */
export const clear = async (db: Database): Promise<void> => {
  await db.$transaction([
    db.fill.deleteMany(),
    db.tradeOrder.deleteMany(),
    db.trade.deleteMany(),
    db.riskVerdict.deleteMany(),
    db.listingSignal.deleteMany(),
    db.listing.deleteMany(),
    db.botRun.deleteMany(),
    db.botConfiguration.deleteMany(),
    db.botHealth.deleteMany(),
    db.alert.deleteMany(),
    db.killSwitch.deleteMany(),
  ]);
};
