import { expect, test } from 'vitest';
import {
  byDay,
  byHour,
  byReason,
  curveOf,
  latencyOf,
  missedBy,
  totalOf,
  worstDrawdown,
  type ClosedTrade,
} from './performance.ts';

const aTrade = (more: Partial<ClosedTrade> = {}): ClosedTrade => ({
  quote: 'USDT',
  profit: '1',
  closedAt: '2026-11-21T08:10:00.000Z',
  opensAt: '2026-11-21T08:00:00.000Z',
  createdAt: '2026-11-21T07:00:00.000Z',
  exitReason: 'target',
  source: 'calendar',
  outcome: 'traded',
  stages: { triggeredAt: null, acknowledgedAt: null },
  ...more,
});
const closed = (minute: string, profit: string | null) =>
  aTrade({ profit, closedAt: `2026-11-21T08:${minute}:00.000Z` });

test('the curve grows in the order of closing, and falls from its best', () => {
  const curve = curveOf([closed('30', '-0.4'), closed('10', '0.3'), closed('20', '0.2')]);
  expect(curve.map((point) => [point.equity, point.drawdown])).toEqual([
    ['0.3', '0'],
    ['0.5', '0'],
    ['0.1', '-0.4'],
  ]);
  expect(worstDrawdown(curve)).toBe('-0.4');
});

test('a first loss is a drawdown from nothing', () => {
  expect(worstDrawdown(curveOf([closed('10', '-2')]))).toBe('-2');
});

test('what was not bought counts as missed, not as a trade', () => {
  const trades = [closed('10', '1'), closed('11', null), closed('12', null)].map((trade, n) => ({
    ...trade,
    outcome: n === 0 ? ('traded' as const) : ('spread' as const),
  }));
  expect(totalOf(trades)).toMatchObject({ count: 1, wins: 1, profit: '1' });
  expect(missedBy(trades)).toEqual([{ outcome: 'spread', count: 2 }]);
});

test('groups add up exactly', () => {
  const trades = [
    aTrade({ profit: '0.1', exitReason: 'stop' }),
    aTrade({ profit: '-0.4', exitReason: 'stop' }),
    aTrade({ profit: '7', exitReason: null }),
  ];
  expect(byReason(trades)).toEqual([
    { name: 'stop', count: 2, wins: 1, profit: '-0.3', average: '-0.15' },
    { name: 'unknown', count: 1, wins: 1, profit: '7', average: '7' },
  ]);
});

test('hours are those of the opening, days those of the closing, in UTC', () => {
  const late = aTrade({
    opensAt: '2026-11-20T23:59:00.000Z',
    closedAt: '2026-11-21T00:01:00.000Z',
  });
  expect(byHour([aTrade(), late]).map((group) => group.name)).toEqual(['08', '23']);
  expect(byDay([late]).map((group) => group.name)).toEqual(['2026-11-21']);
});

test('latencies are those of answered entries', () => {
  const took = (ms: number) =>
    aTrade({
      stages: {
        triggeredAt: '2026-11-21T08:00:00.000Z',
        acknowledgedAt: new Date(Date.UTC(2026, 10, 21, 8, 0, 0, ms)).toISOString(),
      },
    });
  const found = latencyOf([took(40), took(499), took(500), took(3000), aTrade()]);
  expect(found).toMatchObject({ count: 4, p50: 499, p95: 3000, p99: 3000 });
  expect(found.ranges.map((range) => range.count)).toEqual([1, 0, 0, 1, 1, 1]);
  expect(latencyOf([])).toMatchObject({ count: 0, p50: null });
});
