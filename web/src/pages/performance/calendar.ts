import { unitsOf } from '../../lib/decimal.ts';
import type { Group } from './performance.ts';

/** A day of the calendar; `profit` is null when no trade was closed on it. */
export interface CalendarDay {
  readonly day: string;
  readonly profit: string | null;
  readonly trades: number;
  /** How good or bad it was beside the best and the worst day: −3 to 3, never 0 with a profit or loss. */
  readonly shade: number;
}

/** Monday first; the last week ends with today. */
export type CalendarWeek = readonly CalendarDay[];

const DAY_MS = 86_400_000;
const SHADES = 3n;

const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const sizeOf = (units: bigint): bigint => (units < 0n ? -units : units);

/** The weeks up to the UTC day `today`, oldest first, from groups that are named by their days. */
export const calendarOf = (
  groups: readonly Group[],
  { today, weeks }: { readonly today: string; readonly weeks: number },
): readonly CalendarWeek[] => {
  const byDay = new Map(groups.map((group) => [group.name, group]));
  const most = groups.reduce((max, { profit }) => {
    const size = sizeOf(unitsOf(profit));
    return size > max ? size : max;
  }, 1n);
  const end = Date.parse(today);
  const monday = end - ((new Date(end).getUTCDay() + 6) % 7) * DAY_MS;
  return Array.from({ length: weeks }, (_, week) => {
    const from = monday - (weeks - 1 - week) * 7 * DAY_MS;
    const days = Array.from({ length: 7 }, (_each, n) => from + n * DAY_MS);
    return days
      .filter((ms) => ms <= end)
      .map((ms) => calendarDay(dayAt(ms), byDay.get(dayAt(ms)), most));
  });
};

const calendarDay = (day: string, group: Group | undefined, most: bigint): CalendarDay => {
  if (group === undefined) return { day, profit: null, trades: 0, shade: 0 };
  const units = unitsOf(group.profit);
  // Rounded up: the smallest profit has a colour too.
  const shade = Number((sizeOf(units) * SHADES + most - 1n) / most);
  return { day, profit: group.profit, trades: group.count, shade: units < 0n ? -shade : shade };
};
