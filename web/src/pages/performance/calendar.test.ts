import { expect, test } from 'vitest';
import { calendarOf } from './calendar.ts';

const group = (name: string, profit: string) => ({ name, profit, count: 2, wins: 1, average: '0' });

test('weeks begin on Monday, and the last one ends today', () => {
  const weeks = calendarOf([], { today: '2026-11-21', weeks: 2 }); // a Saturday
  expect(weeks.map((week) => week.map(({ day }) => day.slice(8)))).toEqual([
    ['09', '10', '11', '12', '13', '14', '15'],
    ['16', '17', '18', '19', '20', '21'],
  ]);
  expect(calendarOf([], { today: '2026-11-16', weeks: 1 })[0]).toHaveLength(1);
});

test('days are shaded by what they brought beside the others', () => {
  const days = [
    group('2026-11-16', '30'),
    group('2026-11-17', '0.01'),
    group('2026-11-18', '-20'),
    group('2026-11-19', '0'),
  ];
  const [week = []] = calendarOf(days, { today: '2026-11-20', weeks: 1 });
  expect(week.map(({ shade }) => shade)).toEqual([3, 1, -2, 0, 0]);
  expect(week[3]).toMatchObject({ profit: '0', trades: 2 });
  expect(week[4]).toMatchObject({ profit: null, trades: 0 });
});
