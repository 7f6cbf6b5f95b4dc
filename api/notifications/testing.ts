import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Database } from '#prisma/client.ts';
import { createApp } from '../app.ts';
import { asked, clear, startDatabase, testDeps, type TestDatabase } from '../testing.ts';
import type { ChannelView, DeliveryView } from './schemas.ts';

/** What a service was asked. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server of a service of messages: keeps what it was asked, answers what the test says. */
export interface TestService extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** Answers the next requests, in order; then 200. */
  readonly replies: Reply[];
  /** What Telegram has for who asks for updates; each is given once. */
  readonly updates: object[];
}

export const startService = async (): Promise<TestService> => {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const updates: object[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (text += part));
    request.on('end', () => {
      const json = JSON.parse(text) as Record<string, unknown>; // all of these services take JSON
      const answer = ({ status, body, headers }: Reply) =>
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify(body ?? { ok: true }));
      if (request.url?.endsWith('/getUpdates') === true) {
        const result = updates.splice(0);
        // Telegram holds the question while there is nothing; here it need not be long.
        setTimeout(
          () => answer({ status: 200, body: { ok: true, result } }),
          result.length ? 0 : 50,
        );
        return;
      }
      received.push({ path: request.url ?? '', headers: request.headers, text, json });
      answer(replies.shift() ?? { status: 200 });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    replies,
    updates,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** A bot's token; it has the word that no test may find in clear. */
export const BOT = '12345678:AAplantedplantedplantedplanted';
export const SIGNING = 'planted-signing-secret-0123456789';

const inputsTo = (url: string) => ({
  telegram: { kind: 'telegram', name: 'phone', botToken: BOT, chatId: '42', apiUrl: url },
  discord: { kind: 'discord', name: 'server', webhookUrl: `${url}/api/webhooks/1/planted` },
  slack: { kind: 'slack', name: 'team', webhookUrl: `${url}/services/planted` },
  webhook: {
    kind: 'webhook',
    name: 'program',
    webhookUrl: `${url}/of-a-program?planted`,
    signingSecret: SIGNING,
  },
});

/** Where a file's tests of messages take place: renewed for each test. */
export interface NotificationGround {
  readonly db: Database;
  readonly installationId: string;
  readonly service: TestService;
  readonly deps: ReturnType<typeof testDeps>;
  /** What the clock shows; tests move it. */
  nowMs: number;
  /** Asks the API under /api/notifications. */
  readonly call: <T = object>(
    method: string,
    path: string,
    json?: unknown,
  ) => Promise<{ readonly status: number; readonly text: string; readonly json: T }>;
  readonly inputs: () => ReturnType<typeof inputsTo>;
  /** Adds a channel that leads to the service. */
  readonly added: (kind: keyof ReturnType<typeof inputsTo>, more?: object) => Promise<ChannelView>;
  readonly deliveries: () => Promise<DeliveryView[]>;
}

/** Registers what sets the ground up and takes it down. Call it once, at the top of a file. */
export const notificationGround = (): NotificationGround => {
  let database: TestDatabase;
  let service: TestService;
  let deps: ReturnType<typeof testDeps>;
  let app: ReturnType<typeof createApp>;
  beforeAll(async () => {
    database = await startDatabase();
  }, 60_000);
  afterAll(() => database[Symbol.asyncDispose]());
  beforeEach(async () => {
    const { db } = database;
    await db.notificationDelivery.deleteMany();
    await db.notificationChannel.deleteMany();
    await clear(db);
    await db.notificationEvent.deleteMany();
    service = await startService();
    ground.nowMs = Date.now();
    deps = testDeps(db, {
      clock: { now: () => ground.nowMs },
      publicUrl: new URL('https://sniper.example.com'),
    });
    app = createApp(deps);
  });
  afterEach(() => service[Symbol.asyncDispose]());
  const call: NotificationGround['call'] = async (method, path, json) => {
    const init = json === undefined ? { method } : { method, json };
    const response = await app.fetch(asked(`/api/notifications${path}`, init), {});
    const text = await response.text();
    return { status: response.status, text, json: JSON.parse(text) };
  };
  const ground: NotificationGround = {
    get db() {
      return database.db;
    },
    get installationId() {
      return database.installationId;
    },
    get service() {
      return service;
    },
    get deps() {
      return deps;
    },
    nowMs: 0,
    call,
    inputs: () => inputsTo(service.url),
    added: async (kind, more = {}) => {
      const input = { ...inputsTo(service.url)[kind], ...more };
      const { status, json } = await call<ChannelView>('POST', '', input);
      expect(status).toBe(201);
      return json;
    },
    deliveries: async () =>
      (await call<{ items: DeliveryView[] }>('GET', '/deliveries')).json.items,
  };
  return ground;
};
