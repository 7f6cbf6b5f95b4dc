import { NotInTime, until } from '#test/until.ts';
import type { World } from '#test/world.ts';
import { startChild, type Child } from './child.ts';
import { postsOf, startGround, type Ground } from './ground.ts';
import { msBetween, rowOf, type Bench, type Row, type Section } from './measure.ts';
import type { BareCalls } from './processes/bare.ts';
import { benchOptions, entryOptions, pause, pauseUntil } from './trades.ts';

/** Percent below the entry; deep enough that nothing but our own step in the path crosses it. */
const STOP = 30;
const DROP_TO = 0.5;
const HELD = 200;
const TOGETHER = 50;
/** From one crossing to the next. */
const GAP_MS = 1000;
const SHOWN_MS = 15_000;
const ENTERED_WITHIN_MS = SHOWN_MS + 25_000;
/** After their opening all of a group are held, on a busy machine too. */
const BOUGHT_WITHIN_MS = 45_000;
const SET_UP_MS = 2000;
const TARGET_MS = 2;

interface Held {
  readonly symbol: string;
  /** When its price steps below the stop, epoch ms; null: never. */
  readonly dropsAtMs: number | null;
}

/** Positions are held, and the price of one after the other crosses its stop. */
export const benchStop = async (bench: Bench): Promise<Section> => {
  bench.say('stop: starting');
  await using ground = await startGround(['worker', 'monitor']);
  await using bare = startChild<BareCalls>('bare.ts');
  const { world, relayUrl: wsUrl, databaseUrl } = ground;
  const restUrl = world.simulator.url;
  await bare.ask('start', { restUrl, wsUrl, databaseUrl, most: 1 });
  const exit = { maxHold: 60, timeStop: 60, stop: STOP, stopConfirm: 0, ladder: [] };
  const more = { trailing: null, breakEven: null };
  await world.startRun({
    ...benchOptions,
    entry: entryOptions('firstPrint'),
    exit: { ...exit, ...more },
  });
  const sizes = bench.quick ? { held: 10, drops: 3 } : { held: HELD, drops: 20 };
  const held = await hold(ground, bench, sizes);
  const dropping = held.filter((each) => each.dropsAtMs !== null);
  await ground.relay.ask('watchBids', { symbols: dropping.map((each) => each.symbol) });
  await pauseUntil((dropping.at(-1)?.dropsAtMs ?? 0) + 5000);
  const took = await crossings(ground, dropping);
  if (took.length === 0)
    throw new Error(`none of ${sizes.drops} stops was crossed and sold; ${held.length} were held`);
  const baseline = await baselineRow(ground, bare, bench.quick ? 3 : 20);
  return sectionOf(rowOf(`stop crossed → sale, ${held.length} held`, took), baseline, {
    held: held.length,
    missing: dropping.length - took.length,
  });
};

/** Buys them in groups that open together; answers what is held. */
const hold = async (
  { world }: Ground,
  bench: Bench,
  sizes: { readonly held: number; readonly drops: number },
): Promise<readonly Held[]> => {
  const groups = Math.ceil(sizes.held / TOGETHER);
  const all: Held[] = [];
  for (let group = 0; group < groups; group += 1) {
    const opensAt = Date.now() + SHOWN_MS + SET_UP_MS;
    const count = Math.min(TOGETHER, sizes.held - all.length);
    const pairs = Array.from({ length: count }, (_, k): Held => {
      // Of the last group, when all the others are held.
      const drops = group === groups - 1 && k < sizes.drops;
      const dropsAtMs = drops ? opensAt + BOUGHT_WITHIN_MS + k * GAP_MS : null;
      return { symbol: `H${group * TOGETHER + k}QUSDT`, dropsAtMs };
    });
    for (const { symbol, dropsAtMs } of pairs)
      await world.control('POST', 'listings', {
        symbol,
        opensAt,
        visibleAt: opensAt - SHOWN_MS,
        firstPrice: '0.0100',
        path: { kind: 'custom', points: pointsOf(opensAt, dropsAtMs) },
      });
    all.push(...pairs);
    await entered(world, pairs);
    bench.say(`  ${all.length} positions`);
  }
  const bought = await world.db.trade.findMany({ where: { phase: 'holding' } });
  const symbols = new Set(bought.map((trade) => trade.symbol));
  return all.filter((each) => symbols.has(each.symbol));
};

/** Waits until all are held or not bought, but not for ever: what is held then is measured. */
const entered = async ({ db }: World, pairs: readonly Held[]): Promise<void> => {
  const symbol = { in: pairs.map((pair) => pair.symbol) };
  const where = { symbol, phase: { in: ['holding', 'closed'] } };
  const isDone = async () => (await db.trade.count({ where })) === pairs.length;
  await until('entries have ended', isDone, { withinMs: ENTERED_WITHIN_MS }).catch(
    (error: unknown) => {
      if (!(error instanceof NotInTime)) throw error;
    },
  );
};

const pointsOf = (opensAtMs: number, dropsAtMs: number | null): [number, number][] => {
  if (dropsAtMs === null) return [[0, 1]];
  const second = (dropsAtMs - opensAtMs) / 1000;
  return [
    [0, 1],
    [second, 1],
    [second + 0.05, DROP_TO],
  ];
};

/** From the frame whose bid was first at or below the stop to the arrival of the sale, ms. */
const crossings = async (ground: Ground, dropping: readonly Held[]): Promise<readonly number[]> => {
  const { world, relay } = ground;
  const bids = await relay.ask('bids', undefined as never);
  const symbols = dropping.map((each) => each.symbol);
  const trades = await world.db.trade.findMany({ where: { symbol: { in: symbols } } });
  const all = await ground.requests();
  return trades.flatMap(({ symbol, entryPrice }) => {
    const stop = Number(entryPrice) * (1 - STOP / 100);
    const crossed = bids.get(symbol)?.find(({ bid }) => bid <= stop);
    const sale = all.find(
      ({ method, path, params }) =>
        method === 'POST' &&
        path === '/api/v3/order' &&
        params['symbol'] === symbol &&
        params['side'] === 'SELL',
    );
    return crossed === undefined || sale === undefined
      ? []
      : [msBetween(crossed.ns, sale.arrivedNs)];
  });
};

/** A frame, one commit, one POST, with the same positions held meanwhile. */
const baselineRow = async (ground: Ground, bare: Child<BareCalls>, count: number): Promise<Row> => {
  const starts = new Map<string, bigint>();
  for (let n = 0; n < count; n += 1) {
    const clientOrderId = `stop-${n}`;
    const symbol = `XSTOP${n}USDC`;
    const fired = bare.ask('fireOnTicker', {
      orders: [{ symbol, price: '1', quantity: '20', clientOrderId }],
    });
    await pause(GAP_MS);
    starts.set(clientOrderId, await ground.relay.ask('reveal', { to: 'bare', symbols: [symbol] }));
    await fired;
  }
  const arrivals = postsOf(await ground.requests());
  const took = [...starts].flatMap(([id, ns]) => {
    const arrived = arrivals.get(id);
    return arrived === undefined ? [] : [msBetween(ns, arrived)];
  });
  return rowOf('stream handler + one commit + POST, meanwhile', took);
};

const sectionOf = (
  ours: Row,
  bare: Row,
  { held, missing }: { held: number; missing: number },
): Section => ({
  name: 'stop',
  title: 'A stop: from the frame that crosses it to the sale at the exchange',
  rows: [ours, bare],
  targets: [
    {
      what: `stop crossed → sale with ${held} positions held, p50`,
      limit: `commit and POST ${bare.p50.toFixed(2)} + ${TARGET_MS} ms`,
      found: `${ours.p50.toFixed(2)} ms`,
      met: ours.p50 <= bare.p50 + TARGET_MS,
    },
  ],
  notes: [
    `One position after the other steps below its stop while ${held} are held; no confirmation is asked for. The guard decides, and another activity takes the permit of the exit and sends: a decision passes through Temporal on its way. ${missing} did not sell in time to be counted.`,
  ],
});
