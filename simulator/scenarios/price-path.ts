import { figures, firstTradeOverOpen } from './figures.ts';
import { hashText, quantile, randomAt, randomFrom } from './random.ts';

/** What a listing does: `custom` is [seconds after the opening, multiple of the first price]. */
export type PathPlan =
  | { readonly kind: 'winner' | 'loser' | 'flat' | 'steady' }
  | { readonly kind: 'custom'; readonly points: readonly (readonly [number, number])[] };

/** A price as a function of time alone, so that any instant can be asked for in any order. */
export interface PricePath {
  /** Multiple of the first price, `seconds` after the opening. */
  multipleAt(seconds: number): number;
  /** Distance of the best ask from the best bid over the middle. */
  readonly spread: number;
  /** Share of the steps in which somebody trades without a reason, per second of market life. */
  activityAt(seconds: number): number;
}

/** The path of a plan; the same plan and seed give the same path. */
export function pricePath(plan: PathPlan, seed: string): PricePath {
  const root = hashText(seed);
  const random = randomFrom(root);
  switch (plan.kind) {
    case 'winner':
      return livelyPath(winnerPoints(random), root);
    case 'loser':
      return livelyPath(loserPoints(random), root);
    case 'flat':
      return flatPath(root);
    case 'steady':
      return steadyPath(root);
    case 'custom':
      return {
        multipleAt: (seconds) => interpolate(plan.points, seconds),
        spread: 0.002,
        activityAt: () => 0.8,
      };
  }
}

function winnerPoints(random: () => number): (readonly [number, number])[] {
  const peak = Math.max(1.25, quantile(figures.highOverOpen, random()) / firstTradeOverOpen);
  const kept = quantile(figures.closeOverHigh, random());
  const peakAt = 10 + 25 * random();
  return [
    [0, 1],
    [1.5, 1 + (peak - 1) * 0.12],
    [4, 1 + (peak - 1) * 0.07],
    [peakAt, peak],
    [peakAt + 12, peak * (1 + kept) * 0.5],
    [peakAt + 60, peak * kept],
  ];
}

function loserPoints(random: () => number): (readonly [number, number])[] {
  const low = quantile(figures.lowOverOpen, random());
  const spike = 1 + 0.12 * random();
  const lowAt = 12 + 30 * random();
  return [
    [0, 1],
    [1 + random(), spike],
    [4, 1 - (1 - low) * 0.1],
    [lowAt, low],
    [lowAt + 40, low * (0.85 + 0.25 * random())],
  ];
}

function livelyPath(points: readonly (readonly [number, number])[], root: number): PricePath {
  const deviation = quantile(figures.episodeMinuteDeviation, randomAt(root, -1));
  return {
    multipleAt: (seconds) => {
      const calm = seconds > 120 ? figures.quietMinuteDeviation : 0;
      const lively = deviation * Math.exp(-Math.max(0, seconds) / 60);
      const noise =
        waves(root, seconds, [1, 4]) * lively + waves(root + 1, seconds, [60, 600]) * calm;
      return interpolate(points, seconds) * Math.exp(noise);
    },
    spread: quantile(figures.openingSpread, randomAt(root, -2)),
    activityAt: (seconds) => fading(seconds, 0.95, 1 - 0.44),
  };
}

function flatPath(root: number): PricePath {
  const silent = quantile(figures.silentMinuteShare, 0.5 + randomAt(root, -3) / 2);
  return {
    multipleAt: (seconds) => Math.exp(waves(root, seconds, [2, 30]) * 0.004),
    spread: quantile(figures.openingSpread, randomAt(root, -2)),
    activityAt: (seconds) => fading(seconds, 0.6, 1 - silent),
  };
}

/** A market that has traded for years: a slow wander around its price, by the hour and the day. */
function steadyPath(root: number): PricePath {
  const day = 86_400;
  return {
    multipleAt: (seconds) =>
      Math.exp(
        waves(root, seconds, [30, 300]) * 0.0006 + waves(root + 1, seconds, [3600, day]) * 0.01,
      ),
    spread: 0.0006,
    activityAt: () => 0.7,
  };
}

const fading = (seconds: number, first: number, last: number): number =>
  last + (first - last) * Math.exp(-Math.max(0, seconds) / 40);

/** Straight in the logarithm between the points, flat before the first and after the last. */
function interpolate(points: readonly (readonly [number, number])[], seconds: number): number {
  const after = points.findIndex(([at]) => at > seconds);
  if (after < 0) return points.at(-1)?.[1] ?? 1;
  const right = points[after] ?? [0, 1];
  const left = points[after - 1] ?? right;
  if (right[0] === left[0]) return left[1];
  const share = (seconds - left[0]) / (right[0] - left[0]);
  return left[1] * (right[1] / left[1]) ** share;
}

/** Sum of smooth noises of standard deviation about 1, one per period in seconds. */
function waves(root: number, seconds: number, periods: readonly number[]): number {
  let sum = 0;
  for (const [index, period] of periods.entries()) {
    const at = seconds / period;
    const left = Math.floor(at);
    const share = (1 - Math.cos((at - left) * Math.PI)) / 2;
    const seed = root + index * 7919;
    sum += step(seed, left) * (1 - share) + step(seed, left + 1) * share;
  }
  return sum;
}

/** A heavy-tailed step: mostly small, now and then several times as large. */
function step(seed: number, index: number): number {
  const size = randomAt(seed + 1, index) < figures.largeStepShare ? figures.largeStepFactor : 1;
  return (randomAt(seed, index) * 2 - 1) * size;
}
