import { once } from 'node:events';
import { connect } from 'node:net';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '#scripts/setup/ports.ts';
import { until } from '#test/until.ts';
import { createApp } from './app.ts';
import { createEventHub, LISTENERS_MAX, type EventHub } from './events/hub.ts';
import { LISTENER_NAME, listenForChanges } from './events/listen.ts';
import type { ErrorEnvelope } from './schemas/error.ts';
import type { Change } from './schemas/event.ts';
import {
  aTrade,
  createTestLog,
  startDatabase,
  testDeps,
  type TestDatabase,
  TOKEN,
} from './testing.ts';

// From a row of Postgres to a socket, over real HTTP.

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
}, 30_000);

interface Heard {
  readonly event: string;
  readonly id: string;
  readonly data: { readonly id?: string; readonly kind?: string };
}

/** A server of one's own; `listening` also hears Postgres. */
const startServer = async (hub: EventHub, pingMs = 10_000) => {
  const stack = new AsyncDisposableStack();
  const port = await freePort();
  const hosts = [`127.0.0.1:${port}`];
  const app = createApp(testDeps(database.db, { events: hub, hosts, pingMs }));
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port });
  await once(server, 'listening');
  stack.defer(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return {
    port,
    url: `http://127.0.0.1:${port}/api/events`,
    hearPostgres: async () => {
      const parts = { clock: { now: () => Date.now() }, log: createTestLog() };
      const listener = listenForChanges(database.server.url, hub, parts);
      stack.defer(() => listener.stop());
      await until('Postgres is heard', async () => (await backends()).length === 1);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

const backends = () =>
  database.db.$queryRaw<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity
    WHERE application_name = ${LISTENER_NAME} AND datname = current_database()`;

const BEARER = { authorization: `Bearer ${TOKEN}` };

/** Reads a live stream as a browser does. */
const openStream = async (url: string, lastId?: string) => {
  const stop = new AbortController();
  const headers = { ...BEARER, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
  const response = await fetch(url, { headers, signal: stop.signal });
  const heard: Heard[] = [];
  const reading = (async () => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) if (!block.startsWith(':')) heard.push(parse(block));
    }
    return 'ended';
  })();
  const close = async () => {
    stop.abort();
    await reading.catch(() => undefined);
  };
  await until('the stream says hello', () => heard.some(({ event }) => event === 'hello'));
  return { response, heard, reading, close, [Symbol.asyncDispose]: close };
};

const parse = (block: string): Heard => {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
  return { event: field('event'), id: field('id'), data: JSON.parse(field('data')) as object };
};

const change = (id: string): Change => ({
  kind: 'trade',
  id,
  listingId: id,
  at: '2026-06-01T08:00:00.000Z',
});
const idsOf = (heard: readonly Heard[], event = 'trade') =>
  heard.filter((each) => each.event === event).map((each) => each.data.id);

describe('the live stream', { timeout: 30_000 }, () => {
  test('tells of a row that anybody writes', async () => {
    await using server = await startServer(createEventHub('a'));
    await server.hearPostgres();
    await using stream = await openStream(server.url);
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'holding' });
    await until('both rows are told', () => stream.heard.length === 3);
    expect(stream.heard.map((each) => each.event)).toEqual(['hello', 'listing', 'trade']);
    expect(stream.heard[2]?.data).toMatchObject({ kind: 'trade', id, listingId: id });
  });

  test('replays what was missed, from the id of the last event or of hello', async () => {
    const hub = createEventHub('a');
    await using server = await startServer(hub);
    const first = await openStream(server.url);
    hub.publish(change('1'));
    await until('one is heard', () => idsOf(first.heard).length === 1);
    await first.close();
    await until('it has left', () => hub.listeners() === 0);
    hub.publish(change('2'));
    hub.publish(change('3'));
    for (const [lastId, missed] of [
      [first.heard[1]?.id, ['2', '3']],
      [first.heard[0]?.id, ['1', '2', '3']],
    ] as const) {
      await using again = await openStream(server.url, lastId);
      expect(again.heard[0]).toMatchObject({ event: 'hello', id: lastId });
      await until('all is replayed', () => idsOf(again.heard).length === missed.length);
      expect(idsOf(again.heard)).toEqual(missed);
    }
  });

  test('asks to start over when the id is of another start', async () => {
    await using server = await startServer(createEventHub('now'));
    await using stream = await openStream(server.url, 'before-7');
    await until('resync is heard', () => stream.heard.length === 2);
    expect(stream.heard.map((each) => each.event)).toEqual(['hello', 'resync']);
  });

  test('asks to start over when Postgres was not heard for a while, and hears it again', async () => {
    await using server = await startServer(createEventHub('a'));
    await server.hearPostgres();
    await using stream = await openStream(server.url);
    const before = await backends();
    for (const { pid } of before) await database.db.$queryRaw`SELECT pg_terminate_backend(${pid})`;
    await until('resync is heard', () => stream.heard.some(({ event }) => event === 'resync'));
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 2, phase: 'armed' });
    await until('the row is told', () => idsOf(stream.heard).includes(id));
    expect(await backends()).not.toEqual(before);
  });

  test('is not stopped by a notice that it cannot read', async () => {
    await using server = await startServer(createEventHub('a'));
    await server.hearPostgres();
    await using stream = await openStream(server.url);
    for (const odd of ['not json', '{}', '{"table":"Odd","id":"1","listingId":null}'])
      await database.db.$queryRaw`SELECT pg_notify('sniper_events', ${odd})::text`;
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 3, phase: 'armed' });
    await until('the row is told', () => idsOf(stream.heard).includes(id));
    expect(stream.heard.map((each) => each.event)).toEqual(['hello', 'listing', 'trade']);
  });

  test('lets a client go that does not read, and keeps the others', async () => {
    const hub = createEventHub('a');
    await using server = await startServer(hub);
    await using reader = await openStream(server.url);
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined); // it is cut off
    socket.pause();
    socket.write(
      `GET /api/events HTTP/1.1\r\nAuthorization: Bearer ${TOKEN}\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`,
    );
    await until('both listen', () => hub.listeners() === 2);
    let published = 0;
    const big = 'x'.repeat(2000); // fills the buffers between the two sooner
    await until(
      'the slow one is gone',
      () => {
        for (let n = 0; n < 100; n += 1) hub.publish({ ...change(`${(published += 1)}`), at: big });
        return hub.listeners() === 1;
      },
      { withinMs: 60_000 },
    );
    await until('the other hears all', () => idsOf(reader.heard).length >= published);
    socket.destroy();
    expect(idsOf(reader.heard)).toEqual(Array.from({ length: published }, (_, n) => `${n + 1}`));
  }, 90_000);

  test('breaks a silence by a ping, which is no position to go on from', async () => {
    await using server = await startServer(createEventHub('a'), 20);
    await using stream = await openStream(server.url);
    await until('it pings', () => stream.heard.length > 2);
    expect(stream.heard[1]).toMatchObject({
      event: 'ping',
      id: '',
      data: { at: expect.any(String) },
    });
  });

  test('ends when the server stops', async () => {
    const hub = createEventHub('a');
    await using server = await startServer(hub);
    await using stream = await openStream(server.url);
    hub.close();
    expect(await stream.reading).toBe('ended');
  });

  test('is refused when too many listen', async () => {
    const hub = createEventHub('a');
    for (let n = 0; n < LISTENERS_MAX; n += 1)
      hub.subscribe(null, { hear: () => undefined, end: () => undefined });
    await using server = await startServer(hub);
    const response = await fetch(server.url, { headers: BEARER });
    expect(response.status).toBe(429);
    expect(((await response.json()) as ErrorEnvelope).error.code).toBe('RATE_LIMITED');
  });
});
