import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { marketSymbol } from '#domain/market-symbol.ts';
import { encodePush, type Push } from '#simulator/streams/frames.ts';
import { until } from '#test/until.ts';
import { balanceIn, fillIn, orderIn } from '../streams/account/account-events.ts';
import { createBookStream } from '../streams/book-stream.ts';
import { decodeFrame } from '../streams/frames.ts';
import { createMarketStream } from '../streams/market-stream.ts';
import { fixture } from './fixtures.ts';

// Frames that were seen, with bytes changed or cut: read as they stand, or counted, never more.

const printed = fixture('calls.printed-2025.json')['examples'];
const names = ['Spot Account Orders', 'Spot Account Deals', 'Spot Account Update'];
const channels = ['Trade Streams', 'Diff.Depth Stream'];
const frames = [
  ...[...names, ...channels].map((name) =>
    Buffer.from(encodePush(printed?.[name] as unknown as Push)),
  ),
  ...Array.from(fixture('frames.ours-2026.json')['frames'] ?? []).map((each) =>
    Buffer.from(String(each['hex']), 'hex'),
  ),
];
const PLAIN = /^\d+(\.\d+)?$/;

const spoilt = fc.constantFrom(...frames).chain((good) =>
  fc.oneof(
    fc.nat(good.length).map((end) => good.subarray(0, end)),
    fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const copy = Buffer.from(good);
        for (const [at, value] of changes) copy[at] = value;
        return copy;
      }),
  ),
);

const readOrThrown = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return null;
  }
};

test('private frames: 5,000 are read with plain amounts, or not at all', () => {
  fc.assert(
    fc.property(spoilt, (bytes) => {
      const frame = readOrThrown(() => decodeFrame(bytes));
      if (frame === null) return;
      const order = readOrThrown(() => orderIn(frame));
      const fill = readOrThrown(() => fillIn(frame));
      const balance = readOrThrown(() => balanceIn(frame));
      const amounts = [
        ...(order === null ? [] : [order.quantity, order.executed, order.executedQuote]),
        ...(fill === null ? [] : [fill.price, fill.quantity, fill.quote, fill.fee]),
        ...(balance === null ? [] : [balance.free, balance.locked]),
      ];
      for (const amount of amounts) expect(amount).toMatch(PLAIN);
    }),
    { numRuns: 5000 },
  );
});

/** A server that accepts every channel and then sends whatever it is given. */
const serve = async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const sockets = new Set<WebSocket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('message', (data: Buffer) => {
      const { params } = JSON.parse(data.toString('utf8')) as { params?: string[] }; // our client's
      for (const msg of params ?? []) socket.send(JSON.stringify({ id: 0, code: 0, msg }));
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `ws://127.0.0.1:${port}`,
    sockets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.terminate();
      await new Promise((done) => server.close(done));
    },
  };
};

test('public frames: streams live through 4,000, and tell plain amounts only', async () => {
  await using server = await serve();
  const btc = marketSymbol('BTCUSDT');
  const told: string[] = [];
  const market = createMarketStream({ wsUrl: server.url });
  const books = createBookStream({
    wsUrl: server.url,
    snapshot: async () => ({ version: 10_589_632_358n, bids: [], asks: [] }),
  });
  market.watch(btc, {
    onDeal: (deal) => told.push(deal.price, deal.quantity),
    onBook: ({ bid, ask }) => {
      for (const level of [bid, ask]) if (level !== null) told.push(level.price, level.quantity);
    },
    onState: () => undefined,
  });
  books.follow(btc);
  await until('both live', () => market.state() === 'live' && books.state() === 'live');
  const all = fc.sample(spoilt, 4000);
  for (const bytes of all) for (const socket of server.sockets) socket.send(bytes);
  // What is whole comes last: when it is told, everything before it was heard.
  const before = told.length;
  const whole = frames[names.length];
  for (const socket of server.sockets) socket.send(whole ?? '');
  await until('the last deal', () => told.length > before && told.at(-2) === '93220.00');
  for (const amount of told) expect(amount).toMatch(PLAIN);
  for (const { price, quantity } of books.best(btc, 1000)?.bids ?? [])
    expect(`${price} ${quantity}`).toMatch(/^[\d.]+ [\d.]+$/);
  expect([market.state(), books.state()]).toEqual(['live', 'live']);
  expect(market.malformed()).toBeGreaterThan(0);
  await market.close();
  await books.close();
});
