import { expect, test } from 'vitest';
import { stageNames } from '#api/schemas/trade.ts';
import { waterfallOf } from './waterfall.ts';

const none = {
  publishedAt: null,
  seenAt: null,
  signalledAt: null,
  startedAt: null,
  verdictAt: null,
  armedAt: null,
  triggeredAt: null,
  sentAt: null,
  acknowledgedAt: null,
  filledAt: null,
  exitDecidedAt: null,
  closedAt: null,
};
const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
const opening = (stages: Partial<typeof none> | Record<string, string>) =>
  waterfallOf({ ...none, ...stages })[1];

test('every stage has its bar once', () => {
  const keys = waterfallOf(none).flatMap((part) => part.bars.map((bar) => bar.key));
  expect(keys).toEqual([...stageNames]);
});

test('bars of a part share their zero and fill its time', () => {
  const part = opening({
    triggeredAt: at(0),
    sentAt: at(10),
    acknowledgedAt: at(40),
    filledAt: at(50),
  });
  expect(part?.totalMs).toBe(50);
  expect(part?.bars.map((bar) => [bar.tookMs, bar.from, bar.width])).toEqual([
    [null, 0, 0],
    [10, 0, 20],
    [30, 20, 60],
    [10, 80, 20],
  ]);
});

test('a stage that was left out is bridged', () => {
  const part = opening({ triggeredAt: at(0), acknowledgedAt: at(40) });
  expect(part?.bars.map((bar) => bar.tookMs)).toEqual([null, null, 40, null]);
});

test('a trade that was never sent has no time at the opening', () => {
  expect(opening({})?.totalMs).toBeNull();
});

test('a clock that went back draws nothing outside', () => {
  const part = opening({ triggeredAt: at(10), sentAt: at(0) });
  expect(part?.bars.every((bar) => bar.from >= 0 && bar.from + bar.width <= 100)).toBe(true);
});
