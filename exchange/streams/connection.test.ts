import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { StreamState } from '#domain/market.ts';
import type { Simulator } from '#simulator/simulator.ts';
import { control, openPair, signed, startTestSimulator } from '#simulator/testing.ts';
import { until } from '#test/until.ts';
import { connect, type Connection, type ConnectionSettings } from './connection.ts';
import { decodeFrame } from './frames.ts';

const DEPTH = 'spot@public.aggre.depth.v3.api.pb@10ms@ABCUSDT';

let simulator: Simulator;
let connection: Connection | null = null;

beforeAll(async () => {
  simulator = await startTestSimulator();
  await openPair(simulator, 'ABCUSDT');
});
afterAll(() => simulator.stop());
afterEach(() => connection?.close());

/** A connection that remembers what it heard, and how often its address was asked for. */
const listen = (url: string, changes: Partial<ConnectionSettings> = {}) => {
  const heard = { states: [] as StreamState[], frames: [] as Uint8Array[], refused: '', opens: 0 };
  connection = connect({
    url: async () => {
      heard.opens += 1;
      return url;
    },
    onFrame: (bytes) => heard.frames.push(bytes),
    onState: (state) => heard.states.push(state),
    onRefused: (channel) => (heard.refused = channel),
    ...changes,
  });
  return { heard, connection };
};

const versionsIn = (frames: readonly Uint8Array[]) =>
  frames.map((bytes) => {
    const { fromVersion = '0', toVersion = '0' } = decodeFrame(bytes).publicAggreDepths ?? {};
    return { from: BigInt(fromVersion), to: BigInt(toVersion) };
  });

/** Versions that lie between two frames and were in none. */
const missed = (frames: readonly Uint8Array[]): number => {
  let last: bigint | null = null;
  let gaps = 0;
  for (const { from, to } of versionsIn(frames)) {
    if (last !== null && from > last + 1n) gaps += 1;
    last = last === null || to > last ? to : last;
  }
  return gaps;
};

/** A small order that rests on the book: one change of one level. */
const changeBook = async (): Promise<void> => {
  const order = { symbol: 'ABCUSDT', side: 'BUY', type: 'LIMIT', price: '0.9', quantity: '2' };
  const reply = await signed(simulator, 'POST /api/v3/order', order);
  if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
};

describe('a connection', () => {
  test('is replaced before its end without losing a frame, and stays live', async () => {
    const { heard, connection: kept } = listen(simulator.wsUrl, { renewAfterMs: 100 });
    kept.subscribe(DEPTH);
    await until('two renewals, under changes of the book', async () => {
      await changeBook();
      return heard.opens >= 3 && heard.frames.length > 20 && kept.isReady();
    });
    expect(heard.states).toEqual(['live']);
    expect(missed(heard.frames)).toBe(0);
  });

  test('is always ahead of an exchange that ends connections by their age', async () => {
    const times = { idleMs: 30_000, silenceMs: 60_000, lifeMs: 700, sweepMs: 10 };
    await using strict = await startTestSimulator({ socketTimes: times });
    await openPair(strict, 'ABCUSDT');
    const { heard, connection: kept } = listen(strict.wsUrl, { renewAfterMs: 100 });
    kept.subscribe(DEPTH);
    const order = { symbol: 'ABCUSDT', side: 'BUY', type: 'LIMIT', price: '0.9', quantity: '2' };
    const since = performance.now();
    await until('three lives', async () => {
      await signed(strict, 'POST /api/v3/order', order);
      return performance.now() - since > 3 * times.lifeMs;
    });
    expect(heard.opens).toBeGreaterThan(2);
    expect(heard.states).toEqual(['live']);
    expect(missed(heard.frames)).toBe(0);
  });

  test('whose replacement never gets ready goes on as it is', async () => {
    let asked = 0;
    const nobody = 'ws://127.0.0.1:1/ws';
    const { heard, connection: kept } = listen('', {
      renewAfterMs: 100,
      url: async () => ((asked += 1) === 1 ? simulator.wsUrl : nobody),
    });
    kept.subscribe(DEPTH);
    await until('two attempts', () => asked >= 3);
    const before = heard.frames.length;
    await until('more frames', () => heard.frames.length > before);
    expect(heard.states).toEqual(['live']);
  });

  test('takes a refusal for a refusal although its code is 0, and asks again', async () => {
    const { heard, connection: kept } = listen(simulator.wsUrl);
    const channel = 'spot@public.aggre.deals.v3.api.pb@10ms@LATERUSDT';
    kept.subscribe(channel);
    await until('the refusal', () => heard.refused === channel);
    expect(kept.isReady()).toBe(false);
    await openPair(simulator, 'LATERUSDT');
    await until('accepted', () => kept.isReady());
    expect(kept.state()).toBe('live');
  });

  test('asks again for a channel that was refused for a while', async () => {
    const fault = { stream: 'refuse', channel: 'spot@public.aggre.depth', count: 3 };
    await control(simulator, 'POST /_sim/faults', fault);
    const { heard, connection: kept } = listen(simulator.wsUrl);
    kept.subscribe(DEPTH);
    await until('accepted', () => kept.isReady());
    expect(heard.refused).toBe(DEPTH);
    await until('a frame', () => heard.frames.length > 0);
  });

  test('says ready once after each gap', async () => {
    let ready = 0;
    const { heard, connection: kept } = listen(simulator.wsUrl, { onReady: () => (ready += 1) });
    kept.subscribe(DEPTH);
    await until('ready', () => ready === 1);
    await control(simulator, 'POST /_sim/faults', { stream: 'drop' });
    await until('ready again', () => ready === 2);
    expect(heard.states).toEqual(['live', 'connecting', 'live']);
  });

  test('that is closed stays closed', async () => {
    const { heard, connection: kept } = listen(simulator.wsUrl);
    await until('live', () => kept.state() === 'live');
    await kept.close();
    expect(heard.states).toEqual(['live', 'closed']);
    expect(kept.state()).toBe('closed');
  });
});

describe('a server that talks nonsense', () => {
  const serve = async (greet: (socket: WebSocket) => void) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', greet);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on TCP
    return {
      url: `ws://127.0.0.1:${port}`,
      server,
      [Symbol.asyncDispose]: async () => {
        for (const socket of server.clients) socket.terminate();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  };

  test('is not believed, and does no harm', async () => {
    const texts = ['', 'null', '[]', '{"msg":5}', '{"msg":"spot@other"}', '<html>', '{"code":0}'];
    await using nonsense = await serve((socket) => {
      for (const text of texts) socket.send(text);
    });
    const { heard, connection: kept } = listen(nonsense.url);
    kept.subscribe(DEPTH);
    await until('heard', () => kept.ageMs() !== null);
    expect(kept.isReady()).toBe(false);
    expect(heard.refused).toBe('');
  });

  test('that sends a frame without end is left, and asked again', async () => {
    await using flood = await serve((socket) => socket.send(Buffer.alloc(20_000_000)));
    const before = process.memoryUsage().rss;
    const { heard } = listen(flood.url);
    await until('three connections', () => heard.opens >= 3);
    expect(heard.frames).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(512 * 1024 * 1024);
  });

  test('that hangs up at once is asked less and less often', async () => {
    const atMs: number[] = [];
    await using rude = await serve((socket) => {
      atMs.push(performance.now());
      socket.terminate();
    });
    listen(rude.url);
    await until('four connections', () => atMs.length >= 4);
    const [first = 0, second = 0] = atMs;
    const [third = 0, fourth = 0] = atMs.slice(2);
    expect(fourth - third).toBeGreaterThan(second - first);
  });
});
