import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '#simulator/clock.ts';
import { startSimulator } from '#simulator/simulator.ts';
import { startChild } from './child.ts';
import { startSimulatorProcess } from './ground.ts';
import { rowOf, type Bench, type Section } from './measure.ts';
import type { LoadCalls } from './processes/load-generator.ts';
import { pause } from './trades.ts';
import { signedPath } from './wire.ts';

const STREAMS = 60;
const ORDERS_PER_SECOND = 200;
const CORES_MAX = 1;
/** The kernel counts a process's time in these. */
const TICKS_PER_SECOND = 100;

/** The exchange look-alike under the load that the other measurements may put on it. */
export const benchSimulator = async ({ quick, say }: Bench): Promise<Section> => {
  const seconds = quick ? 3 : 25;
  say(
    `simulator: 2,500 pairs, ${STREAMS} private streams, ${ORDERS_PER_SECOND} orders/s, ${seconds} s`,
  );
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'sniper-load-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const { simulator, pid } = await startSimulatorProcess(stack, {
    SIMULATOR_SCENARIO: 'large',
    SIMULATOR_SEED: 'bench',
    DATA_DIR: folder,
  });
  const load = stack.use(startChild<LoadCalls>('load-generator.ts'));
  const { url, controlUrl, wsUrl } = simulator;
  await load.ask('start', { url, controlUrl, wsUrl, streams: STREAMS });
  const loading = load.ask('run', { seconds: seconds + 2, perSecond: ORDERS_PER_SECOND });
  await pause(1500); // the first orders are still being compiled
  const cores = await coresOf(pid, seconds);
  const done = await loading;
  const hashes = [await truthHash(), await truthHash()];
  const row = rowOf('CPU of the look-alike, each second', cores, 'cores');
  const mean = cores.reduce((sum, each) => sum + each, 0) / cores.length;
  return {
    name: 'simulator',
    title: 'The exchange look-alike under load',
    rows: [row, rowOf('its answers to orders', done.answeredMs)],
    targets: [
      {
        what: `the look-alike with 2,500 pairs, ${STREAMS} private streams, ${ORDERS_PER_SECOND} orders/s`,
        limit: `${CORES_MAX} core`,
        found: `${mean.toFixed(2)} cores`,
        met: mean <= CORES_MAX && done.accepted > 0,
      },
      {
        what: 'the same seed and the same requests give the same truth',
        limit: 'the same hash',
        found: hashes.map((hash) => hash.slice(0, 12)).join(' and '),
        met: hashes[0] === hashes[1],
      },
    ],
    notes: [
      `${done.accepted} of ${done.sent} orders accepted in ${seconds + 2} s, ${done.frames} frames on the private streams; the load comes from a process of its own. Time of the process is read from /proc.`,
      'The hash is of everything the exchange has booked after 300 requests, with the clock moved by hand; only the stamps of arrival are left out.',
    ],
  };
};

const coresOf = async (pid: number, seconds: number): Promise<readonly number[]> => {
  const cores: number[] = [];
  for (let n = 0; n < seconds; n += 1) {
    const before = { ticks: ticksOf(pid), ns: process.hrtime.bigint() };
    await pause(1000);
    const passed = Number(process.hrtime.bigint() - before.ns) / 1e9;
    cores.push((ticksOf(pid) - before.ticks) / TICKS_PER_SECOND / passed);
  }
  return cores;
};

/** User and system time of all its threads: fields 14 and 15 of proc(5). */
const ticksOf = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

const START_MS = 1_790_000_000_000;
const REQUESTS = 300;

/** Plays the same requests against a new exchange, and hashes what it has booked. */
const truthHash = async (): Promise<string> => {
  const clock = new ManualClock(START_MS);
  await using simulator = await startSimulator({
    port: 0,
    controlPort: 0,
    dataDir: null,
    scenario: 'empty',
    seed: 'truth',
    clock,
  });
  for (let n = 0; n < REQUESTS; n += 1) {
    const side = n % 3 === 2 ? 'SELL' : 'BUY';
    const params = { symbol: 'SOLUSDT', side, type: 'MARKET', quantity: '0.1' };
    const path = signedPath(
      '/api/v3/order',
      { ...params, newClientOrderId: `t${n}` },
      clock.nowMs(),
    );
    const answer = await fetch(`${simulator.url}${path}`, {
      method: 'POST',
      headers: { 'x-mexc-apikey': 'sim-key' },
    });
    await answer.text();
    clock.advance(37);
  }
  const truth = await fetch(`${simulator.controlUrl}/_sim/truth`);
  const text = JSON.stringify(await truth.json(), withoutStamps);
  return createHash('sha256').update(text).digest('hex');
};

const STAMPS = new Set(['arrivedNs', 'arrivedUnixMs', 'answeredNs']);

const withoutStamps = (key: string, value: unknown): unknown =>
  STAMPS.has(key) ? undefined : value;
