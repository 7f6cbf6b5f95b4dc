import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { startProcess, type TestProcess } from './processes.ts';
import { startWorld } from './shared-world.ts';
import { truthOf } from './truth.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

// The ways in which EXCHANGE=live trades, with the simulator as the venue: nothing else differs.

const OPTIONS = {
  entry: { freshness: 10_000 },
  exit: { ladder: [], trailing: null, stop: 20, stopConfirm: 100, slackSteps: [0.5, 5] },
};
/** Calm, then far below the stop. */
const FALL = [
  [0, 1],
  [8, 1],
  [9, 0.7],
  [600, 0.7],
];
const CALM = [
  [0, 1],
  [600, 1.01],
];

const list = (world: World, base: string, points: number[][]) =>
  world.list({ base, opensInMs: 9000, more: { path: { kind: 'custom', points } } });

/** Orders that reached the venue, as `side symbol`. */
const orders = async (world: World): Promise<string[]> => {
  const { requests } = (await world.control('GET', 'truth')) as {
    requests: { method: string; path: string; params: { side?: string; symbol?: string } }[];
  };
  return requests
    .filter(({ method, path }) => method === 'POST' && /\/(?:order|batchOrders)$/.test(path))
    .map(({ params }) => `${params.side} ${params.symbol}`);
};

describe('a dry run', () => {
  let world: World;
  let guard: TestProcess;
  beforeAll(async () => {
    const installation = { mode: 'test', account: 'paper' } as const;
    world = await startWorld({ installation, env: { EXCHANGE: 'live' } });
    [guard] = await Promise.all([world.start('worker'), world.start('monitor')]);
    await world.startRun(OPTIONS);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test('buys, holds over the death of its guard, sells and books, and sends nothing', async () => {
    const symbol = await list(world, 'PAPER', FALL);
    const held = await world.phase(symbol, 'holding');
    await guard.kill();
    await world.start('worker');
    expect(held.mode).toBe('test');
    const trade = await world.phase(symbol, 'closed');
    expect([trade.outcome, trade.exitReason]).toEqual(['traded', 'stop']);
    expect(trade.bought.gt(0) && trade.sold.gt(0)).toBe(true);
    expect(trade.profit?.isNegative()).toBe(true);
    expect(await orders(world)).toEqual([]);
    expect((await truthOf(world)).orders).toEqual([]);
    const paper = await world.db.paperOrder.findMany({ where: { symbol } });
    expect(paper.map(({ side, executed }) => [side, executed.gt(0)])).toEqual(
      expect.arrayContaining([
        ['buy', true],
        ['sell', true],
      ]),
    );
  });

  test('is not left for real orders while its run is active', async () => {
    const settings = { LIVE_TRADING: 'yes-i-mean-it', METRICS_PORT: String(await freePort()) };
    await expect(
      startProcess('worker/main.ts', {
        env: { ...world.env, ...settings },
        ready: 'Worker ready',
      }),
    ).rejects.toThrow(/Not started in mode test, account sim: a run is active/);
  });
});

describe('real orders', () => {
  let world: World;
  let address: string;
  let headers: Record<string, string>;
  beforeAll(async () => {
    const installation = { mode: 'test', account: 'sim' } as const;
    const env = { EXCHANGE: 'live', LIVE_TRADING: 'yes-i-mean-it' };
    world = await startWorld({ installation, env });
    const port = String(await freePort());
    address = `http://127.0.0.1:${port}/api`;
    await Promise.all([
      world.start('worker'),
      world.start('monitor'),
      world.start('api', { API_PORT: port }),
    ]);
    await world.startRun(OPTIONS);
    const token = await ensureOperatorToken(world.env['DATA_DIR'] ?? '');
    headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const ask = async (method: string, path: string, body?: object) => {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${address}${path}`, { method, headers, ...json });
    return (await answer.json()) as Record<string, unknown>;
  };

  test('go out only with every part of the gate, and exits without it', async () => {
    const early = await list(world, 'EARLY', CALM);
    expect(await ask('POST', '/live/preflight')).toMatchObject({
      state: 'done',
      live: { open: false, preflight: { passed: true, ofKeyInUse: true } },
    });
    expect((await world.phase(early, 'closed')).outcome).toBe('denied');
    const verdict = await world.db.riskVerdict.findFirstOrThrow({
      where: { listing: { symbol: early } },
    });
    expect(verdict.rules).toContainEqual(
      expect.objectContaining({ rule: 'liveGate', passed: false }),
    );
    expect(await orders(world)).toEqual([]);

    const { phrase } = await ask('GET', '/live');
    expect(await ask('POST', '/live/confirm', { text: phrase })).toMatchObject({ open: true });
    const bought = await list(world, 'BOUGHT', CALM);
    const { id } = await world.phase(bought, 'holding');
    expect(await orders(world)).toEqual([`BUY ${bought}`]);

    expect(await ask('DELETE', '/live/confirm')).toMatchObject({ open: false });
    const late = await list(world, 'LATE', CALM);
    await ask('POST', `/trades/${id}/sell`, { reason: 'enough' });
    expect((await world.phase(bought, 'closed')).outcome).toBe('traded');
    expect((await world.phase(late, 'closed')).outcome).toBe('denied');
    const sent = await until('the sale is at the exchange', () => orders(world));
    expect(sent.filter((each) => each.startsWith('BUY'))).toEqual([`BUY ${bought}`]);
    expect(sent).toContain(`SELL ${bought}`);
  });
});
