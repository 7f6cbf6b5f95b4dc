import { startChild, type Child } from './child.ts';
import { arrivalsOf, startGround, type Ground } from './ground.ts';
import {
  monotonicAt,
  msBetween,
  rowOf,
  type Bench,
  type Row,
  type Section,
  type Target,
} from './measure.ts';
import type { BareCalls } from './processes/bare.ts';
import { stageRows } from './stages.ts';
import { benchOptions, cleanUp, entryOptions, pauseUntil, remove } from './trades.ts';

type Mode = 'firstPrint' | 'fixed';

/** One instant at which pairs open: ours are bought by us, the others by the bare script. */
interface Slot {
  readonly opensAtMs: number;
  readonly symbols: readonly string[];
  readonly bare: boolean;
}

/** Found once in all slots: how long after its clock began each order arrived. */
interface Series {
  readonly took: readonly number[];
  /** Sent, and refused because the pair was not open yet, before the one that counts. */
  readonly early: number;
  readonly missing: number;
}

/** Between two openings; a position is bought and sold within it. */
const GAP_MS = 2500;
const CROWD = 50;
/** So long before its opening the exchange shows a pair: two polls, and all of it is armed. */
const SHOWN_MS = 15_000;
/** Many take longer, on a busy machine: an entry that is not armed at the opening says nothing. */
const CROWD_SHOWN_MS = 35_000;
/** The script needs to know a pair only this long before. */
const BARE_SHOWN_MS = 6000;
/** Room to set up what opens together. */
const SET_UP_MS = 2000;

/** Announced openings in both modes, alone and fifty at one instant, beside a bare script. */
export const benchAnnounced = async (bench: Bench): Promise<Section> => {
  const first = await oneMode(bench, 'firstPrint');
  const fixed = await oneMode(bench, 'fixed');
  return {
    name: 'announced',
    title: 'An announced opening: order at the exchange',
    rows: [...first.rows, ...fixed.rows],
    targets: [...first.targets, ...fixed.targets],
    notes: [
      'First-print mode counts from the frame of the first trade, fixed mode from the instant of the opening. The bare script holds warm connections; it subscribes and posts when the frame comes, or sleeps until the instant and posts. Nothing of it is durable, judged or recorded.',
      'The guards of price and depth are set wide: with the usual `minAskDepth` a first-print order also waits for the book.',
      'Our own limit of orders per second is lifted for this: the exchange itself takes 12 a second from an account, so of fifty at one instant it would refuse most, whoever sends them.',
      ...first.notes,
      ...fixed.notes,
    ],
  };
};

const oneMode = async (bench: Bench, mode: Mode) => {
  bench.say(`announced, ${mode}: starting`);
  await using ground = await startGround(['worker', 'monitor']);
  await using bare = startChild<BareCalls>('bare.ts');
  const { world, relayUrl, databaseUrl } = ground;
  const restUrl = world.simulator.url;
  await bare.ask('start', { restUrl, wsUrl: relayUrl, databaseUrl, most: CROWD });
  await world.startRun({ ...benchOptions, entry: entryOptions(mode) });
  const sizes = bench.quick ? { alone: 3, crowds: 1 } : { alone: 24, crowds: 1 };
  const alone = await runSlots({ ground, bare, bench }, { mode, count: sizes.alone, size: 1 });
  const crowd = await runSlots({ ground, bare, bench }, { mode, count: sizes.crowds, size: CROWD });
  return summary(mode, { alone, crowd });
};

interface Actors {
  readonly ground: Ground;
  readonly bare: Child<BareCalls>;
  readonly bench: Bench;
}

interface Plan {
  readonly mode: Mode;
  /** Slots of each kind. */
  readonly count: number;
  /** Pairs that open at one instant. */
  readonly size: number;
}

interface Found {
  readonly ours: Series;
  readonly bare: Series;
  readonly stages: readonly Row[];
}

const runSlots = async (actors: Actors, plan: Plan): Promise<Found> => {
  const { ground, bench } = actors;
  bench.say(`announced, ${plan.mode}: ${plan.count} x ${plan.size} openings of each kind`);
  const slots = plan.size === 1 ? await sideBySide(actors, plan) : await oneByOne(actors, plan);
  const ours = slots.filter((slot) => !slot.bare);
  const arrivals = arrivalsOf(await ground.requests());
  const measure = async (of: readonly Slot[]) => {
    const starts = await startsOf(ground, plan.mode, of);
    return seriesOf(starts, arrivals);
  };
  const found = {
    ours: await measure(ours),
    bare: await measure(slots.filter((slot) => slot.bare)),
    stages: await stageRows(ground, {
      what: plan.size === 1 ? 'alone' : `${plan.size} at once`,
      starts: await startsOf(ground, plan.mode, ours),
      arrivals,
    }),
  };
  bench.say(`  ours ${text(found.ours)}; bare ${text(found.bare)}`);
  return found;
};

const text = ({ took, early, missing }: Series): string =>
  `n ${took.length}, p50 ${rowOf('', took).p50.toFixed(2)} ms, ${early} early, ${missing} missing`;

let round = 0;

const slotOf = (plan: Plan, n: number, opensAtMs: number): Slot => {
  const bare = n % 2 === 1;
  const names = Array.from({ length: plan.size }, (_, k) => `R${round}N${n}K${k}Q`);
  return { opensAtMs, symbols: names.map((name) => name + (bare ? 'USDC' : 'USDT')), bare };
};

/** Openings in a row: while one is bought, the next ones are armed. */
const sideBySide = async (actors: Actors, plan: Plan): Promise<readonly Slot[]> => {
  round += 1;
  const startMs = Date.now() + SHOWN_MS + SET_UP_MS;
  const slots = Array.from({ length: 2 * plan.count }, (_, n) =>
    slotOf(plan, n, startMs + n * GAP_MS),
  );
  await Promise.all(slots.map((slot) => runSlot(actors, plan.mode, slot)));
  return slots;
};

/** Crowds: each is over before the next one is set up. */
const oneByOne = async (actors: Actors, plan: Plan): Promise<readonly Slot[]> => {
  round += 1;
  const slots: Slot[] = [];
  for (let n = 0; n < 2 * plan.count; n += 1) {
    const shownMs = n % 2 === 1 ? BARE_SHOWN_MS : CROWD_SHOWN_MS;
    const slot = slotOf(plan, n, Date.now() + shownMs + SET_UP_MS);
    await runSlot(actors, plan.mode, slot);
    slots.push(slot);
  }
  return slots;
};

const runSlot = async (actors: Actors, mode: Mode, slot: Slot): Promise<void> => {
  const { ground, bare } = actors;
  const { opensAtMs, symbols } = slot;
  await pauseUntil(opensAtMs - CROWD_SHOWN_MS - SET_UP_MS);
  for (const symbol of symbols) await plan(ground, slot, symbol);
  const fires = slot.bare ? fireBare(bare, mode, slot) : Promise.resolve();
  await pauseUntil(opensAtMs + 700 + symbols.length * 20);
  if (slot.bare) {
    await Promise.race([fires, pauseUntil(opensAtMs + 5000)]);
    for (const symbol of symbols) await remove(ground.world, symbol);
    if (mode === 'firstPrint') await bare.ask('leave', undefined as never);
  } else await cleanUp(ground.world, symbols);
};

const plan = async (
  ground: Ground,
  { opensAtMs, bare, symbols }: Slot,
  symbol: string,
): Promise<void> => {
  await ground.world.control('POST', 'listings', {
    symbol,
    baseAsset: symbol.slice(0, -4),
    quoteAsset: symbol.slice(-4),
    opensAt: opensAtMs,
    visibleAt: bare ? opensAtMs : opensAtMs - (symbols.length > 1 ? CROWD_SHOWN_MS : SHOWN_MS),
    path: { kind: 'steady' },
    firstPrice: '0.0100',
  });
};

const fireBare = async (bare: Child<BareCalls>, mode: Mode, slot: Slot): Promise<void> => {
  const { opensAtMs, symbols } = slot;
  const orders = symbols.map((symbol) => ({
    symbol,
    price: '0.0115',
    quantity: '1700',
    clientOrderId: `bare-${symbol}`,
  }));
  await pauseUntil(opensAtMs - 3000);
  const fired = mode === 'firstPrint' ? bare.ask('fireOnPrint', { orders }) : null;
  await pauseUntil(opensAtMs - 2000);
  await bare.ask('warm', undefined as never);
  await (fired ?? bare.ask('fireAt', { orders, atMs: opensAtMs }));
};

/** When the clock of each pair began, monotonic ns. */
const startsOf = async (
  ground: Ground,
  mode: Mode,
  slots: readonly Slot[],
): Promise<ReadonlyMap<string, bigint>> => {
  const symbols = slots.flatMap((slot) => slot.symbols);
  if (mode === 'firstPrint') return ground.relay.ask('seen', { by: 'deal', symbols });
  return new Map(
    slots.flatMap(({ opensAtMs, symbols: of }) => {
      const ns = monotonicAt(opensAtMs);
      return of.map((symbol) => [symbol, ns] as const);
    }),
  );
};

const seriesOf = (
  starts: ReadonlyMap<string, bigint>,
  arrivals: ReturnType<typeof arrivalsOf>,
): Series => {
  const pairs = [...starts].map(([symbol, ns]) => ({ ns, arrival: arrivals.get(symbol) }));
  return {
    took: pairs.flatMap(({ ns, arrival }) =>
      arrival === undefined ? [] : [msBetween(ns, arrival.ns)],
    ),
    early: pairs.filter(({ arrival }) => (arrival?.refused ?? 0) > 0).length,
    missing: pairs.filter(({ arrival }) => arrival === undefined).length,
  };
};

const NAMES = { firstPrint: 'first print → order', fixed: 'opening → order' } as const;

const summary = (mode: Mode, { alone, crowd }: { alone: Found; crowd: Found }) => {
  const name = NAMES[mode];
  const one = {
    ours: rowOf(`${name}, alone`, alone.ours.took),
    bare: rowOf(`${name}, bare script, alone`, alone.bare.took),
  };
  const many = {
    ours: rowOf(`${name}, ${CROWD} at once`, crowd.ours.took),
    bare: rowOf(`${name}, bare script, ${CROWD} at once`, crowd.bare.took),
  };
  const targets: Target[] = [
    within(`${name}, p50`, { ours: one.ours.p50, bare: one.bare.p50, ms: 1 }),
    within(`${name}, p99`, { ours: one.ours.p99, bare: one.bare.p99, ms: 5 }),
  ];
  return {
    rows: [one.ours, one.bare, ...alone.stages, many.ours, many.bare, ...crowd.stages],
    targets,
    notes: [
      `${name}: ${ratio(one.ours.p50, one.bare.p50)} times the bare script at p50 and ${ratio(one.ours.p99, one.bare.p99)} at p99; with ${CROWD} at once ${ratio(many.ours.p50, many.bare.p50)} and ${ratio(many.ours.p99, many.bare.p99)}. ${lost(alone)} ${lost(crowd)}`.trim(),
    ],
  };
};

const ratio = (ours: number, bare: number): string => (ours / bare).toFixed(1);

const lost = ({ ours, bare }: Found): string =>
  ours.missing + ours.early + bare.early + bare.missing === 0
    ? ''
    : `Of ours ${ours.early} sent once too early and ${ours.missing} did not buy; of the script ${bare.early} and ${bare.missing}.`;

const within = (
  what: string,
  { ours, bare, ms }: { ours: number; bare: number; ms: number },
): Target => ({
  what,
  limit: `bare script ${bare.toFixed(2)} + ${ms} ms`,
  found: `${ours.toFixed(2)} ms`,
  met: ours <= bare + ms,
});
