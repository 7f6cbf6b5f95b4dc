import type { Stage } from './matrix/stage.ts';
import type { TestProcess } from './processes.ts';
import { botRunWorkflowId } from '#workflows/messages.ts';
import { boughtOrders, mismatches, truthOf } from './truth.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

// Listings are announced and open one after another while two monitors watch, and again and again
// one of the two, drawn by chance, is killed and started anew.

export interface KillPlan {
  readonly listings: number;
  readonly seed: number;
  /** Hears what happens. */
  readonly say?: (text: string) => void;
}

/** What became of one listing. */
export interface KilledListing {
  readonly symbol: string;
  readonly outcome: string;
  /** From its announcement until its first sighting was committed, ms. */
  readonly seenAfterMs: number;
  /** Between the opening and the send of the order that bought, ms; null when none did. */
  readonly sentAfterMs: number | null;
  /** The monitor that held its permit was killed: its order was asked for and never repeated. */
  readonly inDoubt: boolean;
  /** The monitor that had it armed was killed before it had the permit. */
  readonly senderDied: boolean;
  readonly buys: number;
  readonly problems: readonly string[];
  /** What its log says, with ms after the opening. */
  readonly story: readonly string[];
}

export interface KillResult {
  readonly seed: number;
  readonly kills: number;
  readonly listings: readonly KilledListing[];
  /** From each kill of the monitor that watched until another one watched, ms. */
  readonly takenOverMs: readonly number[];
}

/** Rises a little, then falls through the stop for good: a trade ends soon. */
const BRIEF = {
  kind: 'custom',
  points: [
    [0, 1],
    [2, 1.05],
    [5, 0.6],
    [600, 0.5],
  ],
};
/** Announced this long before the opening: enough to be seen, admitted and armed after a kill. */
const LEAD_MS = [15_000, 30_000] as const;
const BETWEEN_MS = [1000, 4000] as const;
const KILL_EVERY_MS = [3000, 9000] as const;
const CLOSED_WITHIN_MS = 180_000;

/** A sender that died is noticed after seconds: an entry may be that late here, and no later. */
export const KILL_OPTIONS = {
  entry: { window: 60, freshness: 10_000, minPrint: '0', maxOverFirst: 300, slippage: 20 },
};

/** Runs the plan to its end; the stage's one monitor gets a second one beside it. */
export const runKills = async (stage: Stage, plan: KillPlan): Promise<KillResult> => {
  const { world } = stage;
  const random = randomOf(plan.seed);
  await world.control('POST', 'switches', { rateModel: 'off' });
  const over = new AbortController();
  const killing = keepKilling(stage, {
    random: randomOf(plan.seed + 1),
    over: over.signal,
    say: plan.say ?? (() => {}),
  });
  const planned: { readonly symbol: string; readonly announcedAtMs: number }[] = [];
  for (let n = 0; n < plan.listings; n += 1) {
    const base = `KILL${plan.seed}N${n}`;
    const announcedAtMs = Date.now();
    const opensInMs = between(random, LEAD_MS);
    const symbol = await world.list({ base, opensInMs, more: { firstPrice: '1', path: BRIEF } });
    planned.push({ symbol, announcedAtMs });
    await pause(between(random, BETWEEN_MS));
  }
  await pause(LEAD_MS[1]);
  over.abort();
  const { kills, takenOverMs } = await killing;
  const listings = [];
  for (const each of planned) listings.push(await endOf(world, each));
  return { seed: plan.seed, kills, takenOverMs, listings };
};

const endOf = async (
  world: World,
  { symbol, announcedAtMs }: { symbol: string; announcedAtMs: number },
): Promise<KilledListing> => {
  const trade = await until(
    `${symbol} is closed`,
    async () => {
      const row = await world.trade(symbol);
      return row?.phase === 'closed' ? row : null;
    },
    { withinMs: CLOSED_WITHIN_MS, seen: () => world.trade(symbol) },
  );
  const log = await world.db.tradeLog.findMany({
    where: { tradeId: trade.id },
    orderBy: { at: 'asc' },
  });
  const listing = await world.db.listing.findUniqueOrThrow({ where: { id: trade.id } });
  const others = await world.db.listing.count({ where: { base: listing.base } });
  const problems = await mismatches(world, symbol);
  const buys = boughtOrders(await truthOf(world), symbol).length;
  const opensAtMs = trade.opensAt?.getTime() ?? null;
  const sentAtMs = trade.sentAt?.getTime() ?? null;
  return {
    symbol,
    outcome: trade.outcome ?? 'none',
    seenAfterMs: listing.firstSeenAt.getTime() - announcedAtMs,
    sentAfterMs: opensAtMs === null || sentAtMs === null ? null : sentAtMs - opensAtMs,
    inDoubt: log.some(({ kind }) => kind === 'doubt'),
    senderDied: log.some(({ text }) => text.startsWith('Not bought yet: Activity task')),
    story: log.map(({ at, text }) => `${at.getTime() - (opensAtMs ?? 0)}: ${text}`),
    buys,
    problems: others === 1 ? problems : [...problems, `${others} listings of one coin`],
  };
};

interface Victim {
  readonly pid: () => number;
  kill(): Promise<void>;
  start(): Promise<void>;
}

interface Killing {
  readonly random: () => number;
  readonly over: AbortSignal;
  readonly say: (text: string) => void;
}

const keepKilling = async (
  stage: Stage,
  { random, over, say }: Killing,
): Promise<{ readonly kills: number; readonly takenOverMs: readonly number[] }> => {
  const first: Victim = {
    pid: () => stage.process('monitor').pid,
    kill: () => stage.kill('monitor'),
    start: () => stage.start('monitor'),
  };
  const monitors = [first, await secondMonitor(stage.world)];
  const takenOverMs: number[] = [];
  let kills = 0;
  while (!over.aborted) {
    await pause(between(random, KILL_EVERY_MS), over);
    const victim = monitors[random() < 0.5 ? 0 : 1];
    if (over.aborted || victim === undefined) break;
    const watched = await watchOf(stage.world);
    say(`${Date.now()} killing monitor ${victim.pid()}`);
    await victim.kill();
    kills += 1;
    const killedAtMs = Date.now();
    const held = watched?.pid === victim.pid();
    await Promise.all([held ? takenOver(stage.world, killedAtMs) : null, victim.start()]);
    if (!held) continue;
    const since = (await watchOf(stage.world))?.startedAtMs ?? Date.now();
    const afterMs = Math.round(since - killedAtMs);
    takenOverMs.push(afterMs);
    say(`kill ${kills} was of the monitor that watched: the other one watches after ${afterMs} ms`);
  }
  return { kills, takenOverMs };
};

const secondMonitor = async (world: World): Promise<Victim> => {
  let running: TestProcess = await world.start('monitor');
  return {
    pid: () => running.pid,
    kill: () => running.kill(),
    start: async () => {
      running = await world.start('monitor');
    },
  };
};

/** Who holds `watchListings` now, and since when; null while nobody does. */
const watchOf = async (world: World): Promise<{ pid: number; startedAtMs: number } | null> => {
  const { raw } = await world.temporal.workflow.getHandle(botRunWorkflowId).describe();
  const [watch] = raw.pendingActivities ?? [];
  const startedAtMs = Number(watch?.lastStartedTime?.seconds ?? 0) * 1000;
  const pid = Number(/^\d+/.exec(watch?.lastWorkerIdentity ?? '')?.[0] ?? 0);
  const nanos = watch?.lastStartedTime?.nanos ?? 0;
  return watch?.state === STARTED ? { pid, startedAtMs: startedAtMs + nanos / 1_000_000 } : null;
};

/** temporal.api.enums.v1.PendingActivityState. */
const STARTED = 2;

const takenOver = (world: World, sinceMs: number): Promise<true> =>
  until(
    'another monitor watches',
    async () => ((await watchOf(world))?.startedAtMs ?? 0) > sinceMs,
    { withinMs: 60_000, seen: () => watchOf(world) },
  );

const pause = (ms: number, over?: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, ms);
    over?.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });

const between = (random: () => number, [from, to]: readonly [number, number]): number =>
  Math.round(from + random() * (to - from));

/** A small generator (mulberry32): the same seed is the same plan. */
const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Listings that came to nothing without the reason that the protocol allows. */
export const missed = ({ listings }: KillResult): readonly KilledListing[] =>
  listings.filter(
    (each) =>
      each.outcome !== 'traded' && !(each.outcome === 'unfilled' && each.inDoubt) && !isLate(each),
  );

/** Its sender was killed around the opening, perhaps twice, and late is not bought. */
export const isLate = ({ outcome, senderDied }: KilledListing): boolean =>
  outcome === 'tooLate' && senderDied;
