import type { TradeView } from '#api/schemas/trade.ts';
import { plain } from '../../lib/chart-data.ts';
import type { ExitDraft, Exits } from './exit-form.ts';
import { formatPrice } from '../../lib/format.ts';

// What an edit of the exits would do. For the eye only: the guard counts exactly, and decides.

const numberOf = (text: string): number => Number(text.trim().replace(',', '.'));

const MINUTE_MS = 60_000;

/** Targets of the present plan that must have been sold for so little to be held. */
const targetsDone = (
  exits: Exits,
  { bought, held }: Pick<TradeView, 'bought' | 'held'>,
): number => {
  const sold = 1 - Number(held) / Number(bought);
  let sum = 0;
  return exits.ladder.filter((leg) => {
    sum += leg.fraction;
    return sum <= sold + 0.001; // quantities are cut to the exchange's step
  }).length;
};

/** Reasons for which the guard would sell as soon as it reads such a plan. */
export const sellsAtOnce = (
  draft: ExitDraft,
  trade: Pick<TradeView, 'guard' | 'bought' | 'held' | 'stages'>,
  { exits, nowMs }: { exits: Exits; nowMs: number },
): readonly string[] => {
  const gain = trade.guard?.gainPercent ?? null;
  const { filledAt } = trade.stages;
  if (gain === null || filledAt === null || Number(trade.held) === 0) return [];
  const reasons: string[] = [];
  const stop = numberOf(draft.numbers.stop);
  const now = `${gain >= 0 ? '+' : '−'}${Math.abs(gain).toFixed(2)} %`;
  if (gain <= -stop) reasons.push(`the price is at ${now}, below a stop of −${stop} %`);
  const maxHold = numberOf(draft.numbers.maxHold);
  if (nowMs - new Date(filledAt).getTime() >= maxHold * MINUTE_MS)
    reasons.push(`it is held for longer than ${maxHold} min already`);
  const done = targetsDone(exits, trade);
  const reached = draft.ladder.findIndex(
    (leg, n) => n >= done && leg.gain.trim() !== '' && gain >= numberOf(leg.gain),
  );
  if (reached >= 0) reasons.push(`the price is at ${now}, above target ${reached + 1}`);
  return reasons;
};

/** "about 0.0₅1234": where a percentage of the entry lies; null when one of them is not known. */
export const aboutPrice = (entry: string | null, percent: string): string | null => {
  const value = numberOf(percent);
  if (entry === null || percent.trim() === '' || !Number.isFinite(value)) return null;
  return `about ${formatPrice(plain(Number(entry) * (1 + value / 100)), 4)}`;
};
