import { expect, test, vi } from 'vitest';
import { agoText, clockText, countdownText, durationText, exactText } from './time.ts';

test('a clock is in UTC, with milliseconds when asked', () => {
  expect(clockText('2026-11-21T07:04:09.050Z')).toBe('07:04:09');
  expect(clockText('2026-11-21T07:04:09.050Z', true)).toBe('07:04:09.050');
  expect(exactText('2026-11-21T07:04:09.050Z')).toBe('2026-11-21 07:04:09.050 UTC');
});

test('local time is that of the browser, with its own date', () => {
  vi.stubEnv('TZ', 'Asia/Tokyo');
  expect(clockText('2026-11-21T17:04:09.050Z', true, 'local')).toBe('02:04:09.050');
  expect(exactText('2026-11-21T17:04:09.050Z', 'local')).toBe('2026-11-22 02:04:09.050 local');
  vi.unstubAllEnvs();
});

test.each([
  [60_000, '01:00'],
  [59_001, '01:00'],
  [12_000, '00:12'],
  [1, '00:01'],
  [0, '00:00'],
  [-5000, '00:00'],
  [3_849_000, '1:04:09'],
  [2 * 86_400_000 + 3 * 3_600_000 + 600_000, '2 d 03:10'],
])('%d ms before an opening the countdown shows %s', (left, text) => {
  expect(countdownText(left)).toBe(text);
});

test.each([
  [420, '420 ms'],
  [1342, '1.3 s'],
  [12_900, '12 s'],
  [185_000, '3 min 5 s'],
  [180_000, '3 min'],
  [7_800_000, '2 h 10 min'],
  [4 * 86_400_000, '4 d'],
  [-3, '0 ms'],
])('%d ms take %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  [0, 'now'],
  [-4000, 'now'],
  [5200, '5 s ago'],
  [59_999, '59 s ago'],
  [593_000, '9 min ago'],
  [7_300_000, '2 h ago'],
  [5 * 86_400_000, '5 d ago'],
])('%d ms old reads %s', (ms, text) => {
  expect(agoText(ms)).toBe(text);
});
