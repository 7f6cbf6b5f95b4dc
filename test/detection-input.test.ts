import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import type { HandListing } from '#domain/listing-by-hand.ts';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import type { Log } from '#domain/ports.ts';
import { createExchangeClient } from '#exchange/client.ts';
import { createMarketStream } from '#exchange/streams/market-stream.ts';
import { commitSightings } from '#monitor/commit-sightings.ts';
import type { MonitorDeps } from '#monitor/deps.ts';
import { isSilent } from '#monitor/health/source-alarms.ts';
import { createSourceHealth } from '#monitor/health/source-health.ts';
import { announcementsSource } from '#monitor/sources/announcements-source.ts';
import { calendarSource } from '#monitor/sources/calendar-source.ts';
import type { LookDeps } from '#monitor/sources/source.ts';
import { createTickerWatch } from '#monitor/watch-tickers.ts';
import { connectDatabase, type Database } from '#prisma/client.ts';
import { armByHand, termsOf } from '#prisma/detection/manual-listings.ts';
import { ensureInstallation } from '#prisma/installation.ts';
import { recordSighting } from '#prisma/listings.ts';
import { pendingSightings } from '#prisma/seen-coins.ts';
import { createTestDatabase } from './shared-world.ts';
import { until } from './until.ts';

// What people and pages may say wrongly: clear answers, few rows, an alert, no crash.

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;
const options = tradingOptions.parse({ ...demoOptions, maxNewPerPoll: 2 });
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => NOW };

let db: Database;
let installationId: string;
const ended = new AsyncDisposableStack();

beforeAll(async () => {
  const database = ended.use(await createTestDatabase());
  db = connectDatabase(database.url);
  ended.defer(() => db.$disconnect());
});
afterAll(() => ended.disposeAsync());
beforeEach(async () => {
  installationId = await ensureInstallation(db, { mode: 'simulator', account: randomUUID() });
});

const run = () => ({
  runId: randomUUID(),
  state: 'running',
  configurationId: randomUUID(),
  baselineAt: new Date(NOW),
  options,
});

describe('a listing typed by an operator', () => {
  const arm = (changes: Partial<HandListing> = {}) => {
    const asked = {
      base: asset('HAND'),
      quote: asset('USDT'),
      opensAtMs: NOW + HOUR,
      maxPrice: '0.05',
      quoteAmount: null,
      ...changes,
    };
    return armByHand(db, { installationId, asked, options, nowMs: NOW });
  };
  const seen = (source: 'calendar' | 'exchangeInfo', trading: boolean) =>
    recordSighting(db, {
      installationId,
      sighting: {
        source,
        base: asset('HAND'),
        quote: asset('USDT'),
        symbol: marketSymbol('HANDUSDT'),
        fullName: null,
        opensAtMs: trading ? null : NOW + HOUR,
        trading,
        arrivedAtMs: NOW,
        raw: null,
      },
      baseline: false,
      quotes: ['USDT'],
      tooMany: false,
    });

  test('is committed for the monitor to start, with what was set for it', async () => {
    const answer = await arm({ quoteAmount: '150' });
    expect(answer).toMatchObject({ kind: 'armed' });
    const [pending] = await pendingSightings(db, installationId, { arrivedUntilMs: NOW });
    expect(pending).toMatchObject({ source: 'manual', listing: { symbol: 'HANDUSDT' } });
    expect(await termsOf(db, pending?.listingId ?? '')).toEqual({
      maxPrice: '0.05',
      quoteAmount: '150',
    });
  });

  test('twice is one listing, and the second is told so', async () => {
    const answers = [await arm(), await arm(), await arm({ opensAtMs: NOW + 2 * HOUR })];
    expect(answers.map(({ kind }) => kind)).toEqual(['armed', 'conflict', 'conflict']);
    expect(answers[1]).toMatchObject({ reason: 'armedAlready' });
    expect(await db.listing.count({ where: { installationId } })).toBe(1);
  });

  test('by two operators at once is one listing', async () => {
    const answers = await Promise.all([arm(), arm()]);
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['armed', 'conflict']);
  });

  test('that a source has announced is armed, not doubled', async () => {
    await seen('calendar', false);
    expect(await arm()).toMatchObject({ kind: 'armed' });
    expect(await db.listing.count({ where: { installationId } })).toBe(1);
  });

  test('for a pair that trades is refused with the reason', async () => {
    await seen('exchangeInfo', true);
    expect(await arm()).toMatchObject({ kind: 'conflict', reason: 'trades' });
  });

  test('in the past or without a price guard changes nothing', async () => {
    expect(await arm({ opensAtMs: NOW - 1 })).toMatchObject({ kind: 'refused' });
    expect(await arm({ maxPrice: null })).toMatchObject({
      kind: 'refused',
      problems: [{ field: 'maxPrice' }],
    });
    expect(await db.listing.count({ where: { installationId } })).toBe(0);
  });
});

/** A web site that answers one text, whatever is asked. */
const site = async (text: string) => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const exchange = createExchangeClient({
    restUrl: url,
    webUrl: url,
    credentials: null,
    recvWindowMs: 1000,
  });
  return {
    exchange,
    [Symbol.asyncDispose]: async () => {
      await exchange.close();
      await new Promise((done) => server.close(done));
    },
  };
};

const calendar = (newCoins: unknown) => JSON.stringify({ data: { newCoins } });

describe('a calendar', () => {
  const look = async (text: string) => {
    await using web = await site(text);
    // What is left out is for other sources.
    return await calendarSource.look({ exchange: web.exchange, clock, log } as unknown as LookDeps);
  };

  test('with times in seconds, in text and in the year 5138 names coins without a time', async () => {
    const { sightings, malformed } = await look(
      calendar([
        { vcoinName: 'GOOD', firstOpenTime: NOW + HOUR },
        { vcoinName: 'DIGITS', firstOpenTime: String(NOW + HOUR) },
        { vcoinName: 'SECONDS', firstOpenTime: (NOW + HOUR) / 1000 },
        { vcoinName: 'TEXT', firstOpenTime: 'tomorrow' },
        { vcoinName: 'Y5138', firstOpenTime: 99_999_999_999_999 },
        { vcoinName: 'NONE' },
        { firstOpenTime: NOW + HOUR },
        { vcoinName: 42 },
        'nonsense',
        null,
      ]),
    );
    expect(sightings.map(({ base, opensAtMs }) => [base, opensAtMs])).toEqual([
      ['GOOD', NOW + HOUR],
      ['DIGITS', NOW + HOUR],
      ['SECONDS', null],
      ['TEXT', null],
      ['Y5138', null],
      ['NONE', null],
    ]);
    expect(malformed).toBe(4);
  });

  test('of 10,000 coins is an alert, keeps little, and starts nothing', async () => {
    const coins = Array.from({ length: 10_000 }, (_, n) => ({
      vcoinName: `MANY${n}`,
      firstOpenTime: NOW + HOUR,
    }));
    const { sightings } = await look(calendar(coins));
    expect(sightings).toHaveLength(10_000);
    const deps = { db, installationId, log, clock, health: createSourceHealth(clock) };
    const batch = { run: run(), source: 'calendar', reading: 'news' } as const;
    const told: string[] = [];
    await commitSightings(deps, batch, { sightings, tell: ({ id }) => told.push(id) });
    expect(told).toEqual([]);
    expect(await db.listing.count({ where: { installationId } })).toBe(0);
    expect(await db.listingSignal.count({ where: { installationId } })).toBeLessThanOrEqual(100);
    expect(await db.alert.findFirst({ where: { installationId } })).toMatchObject({
      episodeKey: 'too-many-new:calendar',
    });
  });

  test.each([
    ['a page that is no JSON', '<html>403</html>'],
    ['no list', '{"data":{"newCoins":7}}'],
    ['nothing', '{}'],
  ])('that is %s is a failed look, not a crash', async (_, text) => {
    await expect(look(text)).rejects.toThrow('new_coin_calendar');
  });
});

test('news is understood, or counted by why it is set aside', async () => {
  const titles = [
    'First in Market: MEXC to List Sample (SMPL) in Innovation Zone',
    'MEXC to List SMPLUSDT Futures on Sep 6, 2026, 06:10 (UTC)',
    'MEXC to List OTHERUSDT Futures',
    'Binance Will List Sample (SMPL)',
    'Postponement of the Listing of Later (LATER)',
    'Trade and Share 500,000 USDT!',
  ];
  const details = titles.map((title) => ({ title, url: '', language: 'en-US', postTime: NOW }));
  await using web = await site(
    JSON.stringify({ code: 0, msg: 'success', data: [{ details, totalPage: 1 }] }),
  );
  // What is left out is for other sources.
  const deps = { exchange: web.exchange, clock, log } as unknown as LookDeps;
  const { sightings, takenBack, setAside } = await announcementsSource.look(deps);
  expect(sightings.map(({ base }) => base)).toEqual(['SMPL']);
  expect(takenBack).toMatchObject([{ base: 'LATER', kind: 'openingWithdrawn' }]);
  expect(setAside).toEqual({ futures: 2, otherExchange: 1, notAListing: 1 });
});

test('a stream that takes the subscription and never sends is silent, not calm', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  sockets.on('connection', (socket) =>
    socket.on('message', (message: Buffer) => {
      const { params = [] } = JSON.parse(message.toString()) as { params?: string[] };
      socket.send(JSON.stringify({ id: 0, code: 0, msg: params[0] ?? 'PONG' }));
    }),
  );
  await new Promise<void>((done) => sockets.once('listening', done));
  const { port } = sockets.address() as AddressInfo;
  const stream = createMarketStream({ wsUrl: `ws://127.0.0.1:${port}` });
  let nowMs = NOW;
  const health = createSourceHealth({ now: () => nowMs });
  const deps = { db, installationId, log, clock: { now: () => nowMs }, health };
  // The rest is for what a frame brings.
  const watch = createTickerWatch(deps as unknown as MonitorDeps, stream);
  watch.follow(run());
  await until('it is connected', () => sockets.clients.size > 0);
  nowMs += 13_000;
  const state = health.all()['miniTickers'];
  expect(state).toMatchObject({ lastOkAt: null });
  expect(state && isSilent(state, nowMs)).toBe(true);
  watch.stop();
  await stream.close();
  await new Promise((done) => sockets.close(done));
});
