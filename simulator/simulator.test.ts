import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from './clock.ts';
import { formatFixed } from './matching/fixed.ts';
import { coinName } from './scenarios/names.ts';
import type { Simulator } from './simulator.ts';
import { control, openPair, signed, startTestSimulator, type Body } from './testing.ts';

const folders: string[] = [];

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const buy = { symbol: 'AAAUSDT', side: 'BUY', type: 'LIMIT', quantity: 10 } as const;

async function kept(simulator: Simulator) {
  const { accounts, orders, fills } = (await control(simulator, 'GET /_sim/truth')).body;
  const listings = (await control(simulator, 'GET /_sim/listings')).body;
  return { accounts, orders, fills, symbols: listings.map((listing) => listing['symbol']) };
}

describe('a restart', () => {
  it('finds the same account, orders, fills and listings, and orders still execute', async () => {
    const dataDir = await dataFolder();
    const first = await startTestSimulator({ dataDir });
    await openPair(first, 'AAAUSDT');
    await signed(first, 'POST /api/v3/order', { ...buy, price: '1.05' });
    await signed(first, 'POST /api/v3/order', { ...buy, price: '0.90' });
    const before = await kept(first);
    await first.stop();
    await using second = await startTestSimulator({ dataDir });
    expect(await kept(second)).toEqual(before);
    const open = (await signed(second, 'GET /api/v3/openOrders')).body;
    expect(open).toHaveLength(1);
    const canceled = await signed(second, 'DELETE /api/v3/openOrders', { symbol: 'AAAUSDT' });
    expect(canceled.body).toHaveLength(1);
  });

  it('keeps the error of the clock, and the switches', async () => {
    const dataDir = await dataFolder();
    const first = await startTestSimulator({ dataDir });
    await control(first, 'POST /_sim/clock', { skewMs: 50_000 });
    await control(first, 'POST /_sim/switches', { cancelAnswer: 'CANCELED' });
    await first.stop();
    await using second = await startTestSimulator({ dataDir });
    expect(second.venue.clock.nowMs() - Date.now()).toBeGreaterThan(49_000);
    expect(second.venue.switches.cancelAnswer).toBe('CANCELED');
  });

  it('after kill -9 has every order that was acknowledged', async () => {
    const dataDir = await dataFolder();
    const child = await startProcess(dataDir);
    await openPair(child.simulator, 'AAAUSDT');
    const acknowledged: unknown[] = [];
    for (let index = 0; index < 20; index += 1) {
      const reply = await signed(child.simulator, 'POST /api/v3/order', { ...buy, price: '1.05' });
      acknowledged.push(reply.body['orderId']);
    }
    child.kill('SIGKILL');
    await child.exited;
    await using again = await startTestSimulator({ dataDir });
    const { orders } = (await control(again, 'GET /_sim/truth')).body;
    expect((orders ?? []).map((order: Body) => order['orderId'])).toEqual(acknowledged);
  });

  it('on SIGTERM saves and exits with 0', async () => {
    const child = await startProcess(await dataFolder());
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
  });
});

/** Starts `main.ts` on free ports as its own process. */
async function startProcess(dataDir: string) {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main], {
    env: {
      SIMULATOR_PORT: '0',
      DATA_DIR: dataDir,
      SIMULATOR_SCENARIO: 'empty',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = /^simulator ready (\S+) control (\S+)$/.exec(line);
    if (ready === null) continue;
    const [, url = '', controlUrl = ''] = ready;
    // Only the addresses are used of a simulator in another process.
    const simulator = { url, controlUrl } as Simulator;
    return { simulator, exited, kill: (signal: NodeJS.Signals) => child.kill(signal) };
  }
  throw new Error('the simulator did not say that it is ready');
}

describe('the demo', () => {
  it('announces within 15 s and every 90 s, opens 30 s later, and never repeats a name', async () => {
    const clock = new ManualClock(1_760_000_000_000);
    await using simulator = await startTestSimulator({ clock, scenario: 'demo' });
    const started = clock.nowMs();
    clock.advance(2 * 3_600_000);
    const known = [...simulator.venue.markets()].map((market) => market.plan);
    expect(simulator.venue.scenario.namesUsed).toBeGreaterThan(75);
    const alive = known.filter((plan) => plan.announceAtMs !== null);
    expect(alive.length).toBeLessThan(40);
    for (const plan of alive) {
      const leadMs = (plan.opensAtMs ?? 0) - (plan.announceAtMs ?? 0);
      expect(leadMs).toBeGreaterThanOrEqual(30_000);
      expect(leadMs).toBeLessThanOrEqual(31_000);
    }
    expect(new Set(alive.map((plan) => plan.path.kind))).toEqual(
      new Set(['winner', 'loser', 'flat']),
    );
    expect(started).toBeLessThan(clock.nowMs());
  });

  it('has the first pair in the calendar within 15 s', async () => {
    const clock = new ManualClock(1_760_000_000_000);
    await using simulator = await startTestSimulator({ clock, scenario: 'demo' });
    clock.advance(15_000);
    const announced = [...simulator.venue.markets()].filter((m) => m.plan.announceAtMs !== null);
    expect(announced).toHaveLength(1);
  });

  it('has 20,000 names, some not ASCII, for any offset', () => {
    for (const offset of [0, 777, 1599]) {
      const names = Array.from({ length: 20_000 }, (_, number) => coinName(number, offset).ticker);
      expect(new Set(names).size).toBe(names.length);
      expect(names.some((name) => /[^A-Z0-9]/.test(name))).toBe(true);
    }
  });
});

describe('one seed', () => {
  it('and the same requests give the same truth', async () => {
    const run = async (): Promise<string> => {
      const clock = new ManualClock(1_760_000_000_000);
      await using simulator = await startTestSimulator({ clock, scenario: 'demo', seed: 'twin' });
      clock.advance(60_000);
      const listing = [...simulator.venue.markets()].find((m) => m.plan.announceAtMs !== null);
      const symbol = listing?.plan.symbol ?? '';
      const price = formatFixed(listing?.lastPrice ?? 0n);
      const quantity = (40 / Number(price)).toFixed(2);
      const timestamp = clock.nowMs();
      const order = { symbol, side: 'BUY', type: 'LIMIT', price, quantity, timestamp };
      await signed(simulator, 'POST /api/v3/order', order);
      clock.advance(30_000);
      const { accounts, orders, fills } = (await control(simulator, 'GET /_sim/truth')).body;
      const { prints } = simulator.venue.market(symbol) ?? { prints: [] };
      const seen = prints.map((print) => [print.price, print.quantity, print.timeMs].join(' '));
      return JSON.stringify({ accounts, orders, fills, seen });
    };
    const first = await run();
    expect(first.includes('"orderId"')).toBe(true);
    expect((await run()) === first).toBe(true);
  });

  it('and three hundred orders and cancels, again and again', async () => {
    const run = async (): Promise<object> => {
      const clock = new ManualClock(1_760_000_000_000);
      await using simulator = await startTestSimulator({ clock, seed: 'twins' });
      const opensAt = clock.nowMs() - 200_000;
      for (const symbol of ['AAAUSDT', 'BBBUSDT'])
        await control(simulator, 'POST /_sim/listings', { symbol, opensAt, firstPrice: '1.00' });
      const answers: string[] = [];
      for (let count = 0; count < 300; count += 1) {
        clock.advance((count * 37) % 400);
        const symbol = count % 3 === 0 ? 'BBBUSDT' : 'AAAUSDT';
        const timestamp = clock.nowMs();
        const side = count % 4 === 3 ? 'SELL' : 'BUY';
        const type = ['LIMIT', 'IMMEDIATE_OR_CANCEL', 'FILL_OR_KILL', 'LIMIT_MAKER'][count % 4];
        const { lastPrice } = simulator.venue.market(symbol) ?? {};
        const price = formatFixed(lastPrice ?? 10n ** 18n);
        const order = { symbol, side, type: String(type), price, quantity: 5 + (count % 20) };
        const call = count % 7 === 6 ? 'DELETE /api/v3/openOrders' : 'POST /api/v3/order';
        const asked = call.startsWith('POST') ? order : { symbol };
        answers.push(JSON.stringify((await signed(simulator, call, { ...asked, timestamp })).body));
      }
      const { accounts, orders, fills } = (await control(simulator, 'GET /_sim/truth')).body;
      return { answers, accounts, orders, fills };
    };
    const first = await run();
    expect(JSON.stringify(first).match(/"fillId"|"quantity"/g)?.length).toBeGreaterThan(100);
    expect(await run()).toEqual(first);
  }, 30_000);
});
