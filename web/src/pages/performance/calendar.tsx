import { useNow } from '../../lib/use-now.ts';
import { formatProfit } from '../../lib/format.ts';
import { calendarOf, type CalendarDay, type CalendarWeek } from './calendar.ts';
import type { Group } from './performance.ts';

/** A year; a narrow screen shows the end of it. */
const WEEKS = 53;

const SHADES: Readonly<Record<string, string>> = {
  '3': 'bg-gain text-bg',
  '2': 'bg-gain/55',
  '1': 'bg-gain/25',
  '-1': 'bg-loss/25',
  '-2': 'bg-loss/55',
  '-3': 'bg-loss text-bg',
};

/** What each day brought: the colour says how much, the sign which way. */
export const Calendar = ({ days, quote }: { days: readonly Group[]; quote: string }) => {
  const today = new Date(useNow(60_000)).toISOString().slice(0, 10);
  const weeks = calendarOf(days, { today, weeks: WEEKS });
  return (
    <div
      role="img"
      aria-label={`What each day of the last year brought, in ${quote}; the table "By day" has the same numbers`}
      className="flex justify-end gap-[3px] overflow-hidden p-4"
      data-testid="calendar"
    >
      {weeks.map((week, n) => (
        <Week key={week[0]?.day} week={week} before={weeks[n - 1]} quote={quote} />
      ))}
    </div>
  );
};

const monthOf = (week: CalendarWeek | undefined): string => week?.[0]?.day.slice(0, 7) ?? '';
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const Week = ({
  week,
  before,
  quote,
}: {
  week: CalendarWeek;
  before: CalendarWeek | undefined;
  quote: string;
}) => (
  <div className="flex w-4 shrink-0 flex-col gap-[3px]">
    <span className="h-4 text-2xs leading-4 whitespace-nowrap text-muted">
      {monthOf(week) === monthOf(before) ? '' : MONTHS[Number(monthOf(week).slice(5)) - 1]}
    </span>
    {week.map((day) => (
      <Day key={day.day} day={day} quote={quote} />
    ))}
  </div>
);

const Day = ({
  day: { day, profit, trades, shade },
  quote,
}: {
  day: CalendarDay;
  quote: string;
}) => (
  <span
    title={
      profit === null
        ? `${day}: no trade was closed`
        : `${day}: ${formatProfit(profit)} ${quote} in ${trades} ${trades === 1 ? 'trade' : 'trades'}`
    }
    data-day={day}
    data-shade={shade}
    className={`grid size-4 place-items-center rounded-sm text-2xs leading-none ${SHADES[shade] ?? 'bg-raised'}`}
  >
    {shade === 0 ? '' : shade > 0 ? '+' : '−'}
  </span>
);
