import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { freePort } from '#scripts/setup/ports.ts';
import { NAMESPACE, startTemporal } from '#scripts/setup/temporal-server.ts';
import { until } from '#test/until.ts';
import type { World } from '#test/world.ts';
import { startChild, type Child } from './child.ts';
import { arrivalsOf, postsOf, startGround, type Ground } from './ground.ts';
import { msBetween, rowOf, type Bench, type Row, type Section } from './measure.ts';
import type { BareCalls } from './processes/bare.ts';
import type { PlainCalls } from './processes/plain-temporal.ts';
import { stageRows } from './stages.ts';
import { benchOptions, cleanUp, entryOptions, pause, pauseUntil } from './trades.ts';

/** What the server does when it is not told otherwise (1.31.2). */
const SERVER_DEFAULTS = {
  'system.enableActivityEagerExecution': 'false',
  'history.transferProcessorMaxPollRPS': '20',
  'history.timerProcessorMaxPollRPS': '20',
  'history.visibilityProcessorMaxPollRPS': '20',
  'matching.numTaskqueueReadPartitions': '4',
  'matching.numTaskqueueWritePartitions': '4',
};

const CROWD = 50;
const TICKER_EVERY_MS = 3000;
/** A pair begins to trade this long before the frame that reveals it. */
const TRADED_BEFORE_MS = 250;
/** The same rest as the path has between two of its frames. */
const REST_MS = 1500;
const TARGET_MS = 20;
const TIMES_FASTER = 10;

/** A pair that nobody announced: from the frame that shows it to the order. */
export const benchSurprise = async (bench: Bench): Promise<Section> => {
  bench.say('surprise: starting');
  await using ground = await startGround(['worker', 'monitor']);
  const sizes = bench.quick ? { alone: 3, crowds: 1 } : { alone: 22, crowds: 1 };
  const baselines = await runBaselines(bench, ground, sizes);
  await ground.world.startRun({ ...benchOptions, entry: entryOptions('firstPrint') });
  // The first frame after a start shows what was there before.
  await pause(2 * TICKER_EVERY_MS);
  const alone = await runOurs(bench, ground, { count: sizes.alone, size: 1 });
  const everyMs = baselines.plainInARow.p50;
  const row = await runOurs(bench, ground, { count: sizes.alone, size: 1, everyMs });
  const crowd = await runOurs(bench, ground, { count: sizes.crowds, size: CROWD });
  return sectionOf(baselines, { alone, row, crowd });
};

interface Sizes {
  readonly alone: number;
  readonly crowds: number;
}

interface Baselines {
  readonly commit: Row;
  readonly plain: Row;
  /** Each begins when the one before is done: above 20 tasks a second the server's defaults hold each up. */
  readonly plainInARow: Row;
  readonly commitCrowd: Row;
  readonly plainCrowd: Row;
}

const runBaselines = async (bench: Bench, ground: Ground, sizes: Sizes): Promise<Baselines> => {
  const folder = await mkdtemp(join(tmpdir(), 'sniper-plain-'));
  ground.defer(() => rm(folder, { recursive: true, force: true }));
  const temporal = await startTemporal({
    cli: ground.temporalCli,
    dataDir: folder,
    port: await freePort(),
    uiPort: null,
    dynamicConfig: SERVER_DEFAULTS,
  });
  ground.defer(() => temporal.stop());
  try {
    await using bare = startChild<BareCalls>('bare.ts');
    await using plain = startChild<PlainCalls>('plain-temporal.ts');
    const { relayUrl: wsUrl, databaseUrl, world } = ground;
    const input = { restUrl: world.simulator.url, wsUrl, databaseUrl, most: CROWD };
    await bare.ask('start', input);
    await bare.ask('warm', undefined as never);
    await plain.ask('start', { ...input, temporalAddress: temporal.address, namespace: NAMESPACE });
    const one = { count: sizes.alone, size: 1, restMs: REST_MS };
    const row = { count: 4 * sizes.alone, size: 1, restMs: 0 };
    const many = { count: sizes.crowds, size: CROWD, restMs: REST_MS };
    const run = (
      what: string,
      to: Child<BareCalls> | Child<PlainCalls>,
      plan: Omit<Baseline, 'what' | 'to'>,
    ) =>
      runBaseline(
        { bench, ground, fire: to },
        { ...plan, what, to: to === bare ? 'bare' : 'plain' },
      );
    return {
      commit: await run('one Postgres commit + POST, alone', bare, one),
      plain: await run('plain Temporal calls, server defaults, alone', plain, one),
      plainInARow: await run('plain Temporal calls, server defaults, in a row', plain, row),
      commitCrowd: await run(`one Postgres commit + POST, ${CROWD} at once`, bare, many),
      plainCrowd: await run(`plain Temporal calls, server defaults, ${CROWD} at once`, plain, many),
    };
  } finally {
    await temporal.stop(); // ours are measured without it
  }
};

interface Plan {
  readonly count: number;
  readonly size: number;
  /** One that often, in a row; else each waits for a frame of the exchange. */
  readonly everyMs?: number;
}

interface Baseline extends Plan {
  /** Between two of them. */
  readonly restMs: number;
  readonly what: string;
  readonly to: 'bare' | 'plain';
}

const runBaseline = async (
  actors: { bench: Bench; ground: Ground; fire: Pick<Child<BareCalls>, 'ask'> },
  { what, to, count, size, restMs }: Baseline,
): Promise<Row> => {
  const { bench, ground, fire } = actors;
  const starts = new Map<string, bigint>();
  for (let n = 0; n < count; n += 1) {
    const orders = Array.from({ length: size }, (_, k) => ({
      symbol: `X${to}${size}R${restMs}N${n}K${k}USDC`,
      price: '1',
      quantity: '20',
      clientOrderId: `${to}-${size}-${restMs}-${n}-${k}`,
    }));
    const fired = fire.ask('fireOnTicker', { orders });
    await pause(restMs);
    const ns = await ground.relay.ask('reveal', {
      to,
      symbols: orders.map((order) => order.symbol),
    });
    for (const { clientOrderId } of orders) starts.set(clientOrderId, ns);
    await fired;
  }
  const arrivals = postsOf(await ground.requests());
  const took = [...starts].flatMap(([id, ns]) => {
    const arrived = arrivals.get(id);
    return arrived === undefined ? [] : [msBetween(ns, arrived)];
  });
  const row = rowOf(what, took);
  bench.say(`  ${what}: n ${row.n}, p50 ${row.p50.toFixed(2)} ms, p99 ${row.p99.toFixed(2)} ms`);
  return row;
};

interface Ours {
  readonly took: readonly number[];
  readonly stages: readonly Row[];
  /** Bought, but another source was faster than the frame: not counted. */
  readonly polled: number;
  readonly missing: number;
}

let round = 0;

const runOurs = async (bench: Bench, ground: Ground, plan: Plan): Promise<Ours> => {
  const { world, relay } = ground;
  round += 1;
  const all: string[] = [];
  const cleaning: Promise<void>[] = [];
  for (let n = 0; n < plan.count; n += 1) {
    const symbols = Array.from({ length: plan.size }, (_, k) => `S${round}N${n}K${k}QUSDT`);
    all.push(...symbols);
    if (plan.everyMs !== undefined) {
      await revealWithin(ground, symbols, plan.everyMs);
      continue;
    }
    const revealedAtMs = await planForNextTicker(ground, symbols);
    await pauseUntil(revealedAtMs + 700 + 40 * plan.size);
    const clean = cleanUp(world, symbols);
    if (plan.size > 1) await clean;
    else cleaning.push(clean);
  }
  if (plan.everyMs !== undefined) await cleanUp(world, all);
  await Promise.all(cleaning);
  const starts = await relay.ask('seen', { by: 'ticker', symbols: all });
  const trades = await world.db.trade.findMany({ where: { symbol: { in: all } } });
  const polled = trades.filter((trade) => trade.source !== 'miniTickers');
  for (const { symbol } of polled) starts.delete(symbol);
  const arrivals = arrivalsOf(await ground.requests());
  const took = [...starts].flatMap(([symbol, ns]) => {
    const arrival = arrivals.get(symbol);
    return arrival === undefined ? [] : [msBetween(ns, arrival.ns)];
  });
  const what =
    plan.everyMs !== undefined ? 'in a row' : plan.size === 1 ? 'alone' : `${plan.size} at once`;
  bench.say(`  ours, ${what}: n ${took.length}, p50 ${rowOf('', took).p50.toFixed(2)} ms`);
  return {
    took,
    stages: await stageRows(ground, { what, starts, arrivals }),
    polled: polled.length,
    missing: all.length - polled.length - took.length,
  };
};

/** Lists pairs that begin to trade just before a ticker frame; answers when that is due, epoch ms. */
const planForNextTicker = async (
  { world, relay }: Ground,
  symbols: readonly string[],
): Promise<number> => {
  const lastNs = await until('a ticker frame', () => relay.ask('lastTicker', undefined as never));
  const lastMs = Date.now() - Number(process.hrtime.bigint() - lastNs) / 1e6;
  const room = 500 + 10 * symbols.length;
  const periods = Math.ceil((Date.now() + room - lastMs) / TICKER_EVERY_MS);
  const dueMs = Math.round(lastMs + periods * TICKER_EVERY_MS);
  const opensAt = dueMs - TRADED_BEFORE_MS;
  for (const symbol of symbols) await list(world, symbol, opensAt);
  return dueMs;
};

/** Lists pairs that trade at once and shows them in a frame of the bench's own; takes so long, ms. */
const revealWithin = async (
  { world, relay }: Ground,
  symbols: readonly string[],
  ms: number,
): Promise<void> => {
  const startedAtMs = Date.now();
  for (const symbol of symbols) await list(world, symbol, startedAtMs);
  await pauseUntil(startedAtMs + ms / 2);
  await relay.ask('reveal', { to: null, symbols });
  await pauseUntil(startedAtMs + ms);
};

const list = async (world: World, symbol: string, opensAt: number): Promise<void> => {
  const path = { kind: 'steady' };
  const body = { symbol, opensAt, visibleAt: opensAt, path, firstPrice: '0.0100' };
  await world.control('POST', 'listings', body);
};

const fasterTarget = (what: string, times: number) => ({
  what,
  limit: `${TIMES_FASTER} times faster`,
  found: `${times.toFixed(1)} times`,
  met: times >= TIMES_FASTER,
});

const sectionOf = (
  { commit, plain, plainInARow, commitCrowd, plainCrowd }: Baselines,
  { alone, row, crowd }: Readonly<Record<'alone' | 'row' | 'crowd', Ours>>,
): Section => {
  const one = rowOf('frame → order, alone', alone.took);
  const many = rowOf(`frame → order, ${CROWD} at once`, crowd.took);
  const next = rowOf('frame → order, in a row', row.took);
  const faster = { alone: plain.p50 / one.p50, inARow: plainInARow.p50 / next.p50 };
  const sum = (of: (ours: Ours) => number) => of(alone) + of(row) + of(crowd);
  return {
    name: 'surprise',
    title: 'A surprise: from the frame that reveals a pair to the order at the exchange',
    rows: [
      one,
      commit,
      plain,
      ...alone.stages,
      next,
      plainInARow,
      ...row.stages,
      many,
      commitCrowd,
      plainCrowd,
      ...crowd.stages,
    ],
    targets: [
      {
        what: 'surprise, frame → order, p50',
        limit: `${TARGET_MS} ms`,
        found: `${one.p50.toFixed(1)} ms`,
        met: one.p50 <= TARGET_MS,
      },
      fasterTarget('surprise against plain Temporal calls, p50', faster.alone),
      fasterTarget('surprises in a row against plain Temporal calls in a row, p50', faster.inARow),
    ],
    notes: [
      'Counted from the last byte of the ticker frame that first shows the pair. The pair is in no record of the exchange before it trades, and the poll of open pairs is held back, so that the frame is the first to tell. Ours commits the sighting, starts the workflow and beside it judges, reserves and arms, takes the permit and sends.',
      `Plain Temporal: the frame starts a workflow that runs a risk step (one commit) and an order step as activities, on a Temporal server with its own defaults. In a row each begins when the one before is done, and ours come as often: the server's limit of 20 polls a second holds each task up; alone, after a rest, nothing does, and ours is ${faster.alone.toFixed(1)} times as fast. Ten times is not to be had there: plain takes ${(plain.p50 / commit.p50).toFixed(1)} times as long as one commit and POST.`,
      `The entry runs beside its workflow (ADR 0016). What stands before the order, one after the other: asking for the pair’s record, the sighting’s commit, Temporal’s answer that the workflow is started beside the commits of verdict, reservation and permit. The first surprise of a process took ${alone.took[0]?.toFixed(0) ?? '?'} ms: its code was compiled then.`,
      `Of ours ${sum((each) => each.polled)} were seen first by a poll and are not counted, ${sum((each) => each.missing)} were not bought. With ${CROWD} at once ours takes ${(many.p50 / plainCrowd.p50).toFixed(2)} times as long as plain Temporal at p50, and ${(many.p99 / commitCrowd.p99).toFixed(1)} times as long as commit and POST at p99.`,
    ],
  };
};
