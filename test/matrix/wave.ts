import type { TradeRow } from '../world.ts';
import { boughtOrders, heldOf, mismatches, truthOf } from '../truth.ts';
import { until } from '../until.ts';
import type { Point } from './points.ts';
import type { Stage } from './stage.ts';
import type { Victim } from './victims.ts';

/** What one kill with eight trades in flight came to. */
export interface WaveResult {
  readonly point: string;
  readonly victim: string;
  readonly switches: string;
  readonly seed: number;
  readonly trades: number;
  readonly bought: number;
  readonly duplicates: number;
  /** Positions that nobody owns any more. */
  readonly lost: number;
  /** Sentences that say how record and truth differ. */
  readonly mismatches: readonly string[];
  /** From the kill until the trade at the point was worked on again, ms. */
  readonly resumeMs: number;
}

export interface Wave {
  readonly point: Point;
  readonly victim: Victim;
  /** Named positions of the exchange's undocumented switches. */
  readonly switches: { readonly name: string; readonly set: Readonly<Record<string, unknown>> };
  readonly seed: number;
}

/** The trade did not come to the point: nothing was struck, and nothing is shown. */
export class NotReached extends Error {}

/** A wave, and once more if its point was not reached: on a slow machine a pair may open unseen. */
export const runReached = (stage: Stage, wave: Wave): Promise<WaveResult> =>
  runWave(stage, wave).catch((error: unknown) => {
    if (!(error instanceof NotReached)) throw error;
    return runWave(stage, wave);
  });

const TRADES = 8;
/** Announced this long before the opening: a poll of the records, admission, and arming. */
const LEAD_MS = 7500;
/** And this much longer where the victim is prepared first. */
const PREPARED_MS = 8000;
/** The others open around the one that is held. */
const SPREAD_MS = 1500;
const CLOSED_WITHIN_MS = 120_000;

/** Up through the first target, then down through every stop. */
const PATH = {
  kind: 'custom',
  points: [
    [0, 1],
    [1.5, 1.06],
    [3, 1.06],
    [4, 0.6],
    [20, 0.3],
    // Low, but what is left of a position is always worth selling.
    [600, 0.3],
  ],
};

/** Eight pairs open; at the point something is struck; all must end as if nothing had been. */
export const runWave = async (stage: Stage, wave: Wave): Promise<WaveResult> => {
  const { world } = stage;
  await world.control('DELETE', 'faults');
  await world.control('POST', 'switches', { rateModel: 'off', ...wave.switches.set });
  const symbols = await planTrades(stage, wave);
  const target = symbols[0] ?? '';
  if (wave.victim.prepare !== undefined) {
    for (const symbol of symbols) await begun(stage, symbol);
    await wave.victim.prepare(stage);
  }
  const release = await wave.point.prepare(stage, target);
  let struckAtMs: number;
  try {
    await wave.point.reached(stage, target).catch((error: unknown) => {
      throw new NotReached(`${wave.point.name} was not reached`, { cause: error });
    });
    struckAtMs = Date.now();
    await wave.victim.strike(stage, release);
  } finally {
    await release();
  }
  const resumeMs = await resumed(stage, target, struckAtMs);
  for (const symbol of symbols) await closed(stage, symbol);
  return { ...(await judge(stage, symbols)), ...namesOf(wave), resumeMs };
};

const namesOf = (wave: Wave) => ({
  point: wave.point.name,
  victim: wave.victim.name,
  switches: wave.switches.name,
  seed: wave.seed,
});

const LETTERS = 'ABCDEFGH';

const planTrades = async (stage: Stage, wave: Wave): Promise<string[]> => {
  const stamp = Date.now().toString(36).toUpperCase();
  const jitter = jitterOf(wave.seed);
  const leadMs = LEAD_MS + (wave.victim.prepare === undefined ? 0 : PREPARED_MS);
  const symbols: string[] = [];
  for (let n = 0; n < TRADES; n += 1)
    symbols.push(
      await stage.world.list({
        base: `K${stamp}${LETTERS[n]}`,
        opensInMs: leadMs + (n === 0 ? 0 : jitter(SPREAD_MS) - SPREAD_MS / 2),
        more: { firstPrice: '1', path: PATH, ...(n === 0 ? wave.point.listing : {}) },
      }),
    );
  return symbols;
};

/** Small and repeatable: the same seed opens the pairs at the same distances. */
const jitterOf = (seed: number): ((below: number) => number) => {
  let state = (seed * 2_654_435_761 + 1) % 4_294_967_296;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
};

const begun = (stage: Stage, symbol: string): Promise<TradeRow> =>
  until(`${symbol} is traded`, () => stage.world.trade(symbol), { withinMs: CLOSED_WITHIN_MS });

/** When the trade at the point is written about again, or has ended. */
const resumed = async (stage: Stage, symbol: string, sinceMs: number): Promise<number> => {
  await until(
    `${symbol} goes on`,
    async () => {
      const trade = await stage.world.trade(symbol);
      return trade !== null && (trade.phase === 'closed' || trade.updatedAt.getTime() > sinceMs);
    },
    { withinMs: CLOSED_WITHIN_MS, seen: () => stage.world.trade(symbol).catch(String) },
  );
  return Date.now() - sinceMs;
};

const closed = (stage: Stage, symbol: string): Promise<TradeRow> =>
  until(
    `${symbol} is closed`,
    async () => {
      const trade = await stage.world.trade(symbol);
      return trade?.phase === 'closed' ? trade : null;
    },
    { withinMs: CLOSED_WITHIN_MS, seen: () => stage.world.trade(symbol).catch(String) },
  );

/** What a dust of the pair may be worth: the exchange takes no smaller order. */
const DUST_QUOTE = 1;

const judge = async (stage: Stage, symbols: readonly string[]) => {
  const { world } = stage;
  const truth = await truthOf(world);
  const buys = symbols.map((symbol) => boughtOrders(truth, symbol).length);
  const lost: string[] = [];
  const problems: string[] = [];
  for (const symbol of symbols) {
    const held = heldOf(truth, symbol.replace(/USDT$/, ''));
    // No price is above 1.06: what is left is worth at most that much.
    if (held.times(1.06).gt(DUST_QUOTE * 2))
      lost.push(`${symbol}: ${held.toFixed()} is still held`);
    problems.push(...(await mismatches(world, symbol)));
  }
  const open = await world.db.riskReservation.count({
    where: { state: 'reserved', listing: { symbol: { in: [...symbols] } } },
  });
  if (open > 0) problems.push(`${open} reservations are still open`);
  const permits = await world.db.sendPermit.count({
    where: { state: 'taken', listing: { symbol: { in: [...symbols] } } },
  });
  if (permits > 0) problems.push(`${permits} permits are still taken`);
  return {
    trades: symbols.length,
    bought: buys.filter((count) => count > 0).length,
    duplicates: buys.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
    lost: lost.length,
    mismatches: [...problems, ...lost],
  };
};
