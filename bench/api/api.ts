import { readFileSync } from 'node:fs';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { nodeFlags } from '#scripts/setup/node-flags.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { until } from '#test/until.ts';
import type { World } from '#test/world.ts';
import { startChild, type Child } from '../child.ts';
import { startGround } from '../ground.ts';
import type { Bench, Section } from '../measure.ts';
import type { ApiLoadCalls } from '../processes/api-load.ts';
import { benchOptions, entryOptions, pause } from '../trades.ts';
import { plansOf } from './plans.ts';
import { PER_SECOND, sectionOf, STREAMS, type Load } from './section.ts';
import { seedTrades } from './seed.ts';

const TRADES = 100_000;
/** Asked before it is counted: code that is new to its compiler says nothing of the next hour. */
const WARM_SECONDS = 5;
/** Bought before the questions begin, and held meanwhile. */
const HELD = 10;
const SHOWN_MS = 15_000;
const HELD_WITHIN_MS = 90_000;
/** One more opens as often while the questions are asked. */
const OPENING_EVERY_MS = 10_000;

/** Reads of all kinds on the records of years, with live streams open and a bot that trades. */
export const benchApi = async (bench: Bench): Promise<Section> => {
  bench.say(`api: ${TRADES} trades are written`);
  await using ground = await startGround([]);
  const { world, databaseUrl } = ground;
  const { installationId } = world;
  const seeded = await seedTrades(databaseUrl, { installationId, trades: TRADES }, bench.say);
  await world.start('worker');
  await world.start('monitor');
  await startBot(world, bench);
  const port = String(await freePort());
  const api = await world.start('api', {
    API_PORT: port,
    NODE_OPTIONS: nodeFlags('api').join(' '),
  });
  await using load = startChild<ApiLoadCalls>('api-load.ts');
  const token = await ensureOperatorToken(world.env['DATA_DIR'] ?? '');
  await load.ask('listen', { address: `http://127.0.0.1:${port}`, token, streams: STREAMS });
  const found = await underLoad(bench, { world, load, pid: api.pid });
  const plans = await plansOf(databaseUrl, TRADES);
  for (const plan of plans) bench.say(`  ${plan}`);
  return sectionOf(seeded, found, plans);
};

const startBot = async (world: World, { say }: Bench): Promise<void> => {
  await world.startRun({ ...benchOptions, entry: entryOptions('firstPrint') });
  const symbols = Array.from({ length: HELD }, (_, n) => `HELD${n}QUSDT`);
  for (const symbol of symbols) await opening(world, symbol);
  const where = { symbol: { in: symbols }, phase: 'holding' };
  const all = async () => (await world.db.trade.count({ where })) === HELD;
  await until(`${HELD} positions are held`, all, { withinMs: HELD_WITHIN_MS });
  say(`  ${HELD} positions are held`);
};

/** A pair whose price goes up and down a little, for as long as anybody looks. */
const opening = async (world: World, symbol: string): Promise<void> => {
  const points = Array.from({ length: 300 }, (_, n) => [2 * n, n % 2 === 0 ? 1 : 1.03]);
  await world.control('POST', 'listings', {
    symbol,
    opensAt: Date.now() + SHOWN_MS,
    visibleAt: Date.now(),
    firstPrice: '0.0100',
    path: { kind: 'custom', points },
  });
};

const underLoad = async (
  { quick, say }: Bench,
  of: { readonly world: World; readonly load: Child<ApiLoadCalls>; readonly pid: number },
): Promise<Load> => {
  const { world, load, pid } = of;
  const seconds = quick ? 10 : 60;
  await load.ask('ask', { seconds: WARM_SECONDS, perSecond: PER_SECOND, trades: TRADES, seed: 1 });
  say(`  ${PER_SECOND} reads a second for ${seconds} s`);
  await load.ask('forget', undefined as never);
  const watch = { done: false };
  const asking = load
    .ask('ask', { seconds, perSecond: PER_SECOND, trades: TRADES, seed: 2 })
    .finally(() => (watch.done = true));
  const [asked, memoryMb] = await Promise.all([
    asking,
    memoryOf(pid, watch),
    openOthers(world, seconds * 1000),
  ]);
  const heard = await load.ask('heard', undefined as never);
  return { asked, heard, memoryMb, filling: quick ? 3 : 10, seconds };
};

const openOthers = async (world: World, ms: number): Promise<void> => {
  for (let n = 0; n * OPENING_EVERY_MS < ms; n += 1) {
    await opening(world, `NEW${n}QUSDT`);
    await pause(OPENING_EVERY_MS);
  }
};

/** What it has in memory, once a second until all is done, MB. */
const memoryOf = async (pid: number, watch: { readonly done: boolean }) => {
  const found: number[] = [];
  while (!watch.done) {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    found.push(Number(/^VmRSS:\s*(\d+) kB$/m.exec(text)?.[1]) / 1024);
    await pause(1000);
  }
  return found;
};
