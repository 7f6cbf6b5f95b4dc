import { describe, expect, test } from 'vitest';
import { createSourceHealth, type SourceHealth } from './source-health.ts';
import { isSilent, openingsAreTold } from './source-alarms.ts';

const MINUTE = 60_000;

/** Health whose clock the test moves. */
const world = (): { health: SourceHealth; at: (ms: number) => void; now: () => number } => {
  let nowMs = 1_790_000_000_000;
  const now = () => nowMs;
  return { health: createSourceHealth({ now }), at: (ms) => (nowMs += ms), now };
};
const fine = { malformed: 0 };
const stateOf = (health: SourceHealth, name: string) => {
  const state = health.all()[name];
  if (state === undefined) throw new Error(`${name} is not expected`);
  return state;
};

describe('a source', () => {
  test('is silent when it is older than two of its periods', () => {
    const { health, at, now } = world();
    health.ok('calendar', MINUTE, fine);
    at(2 * MINUTE + 6000);
    expect(isSilent(stateOf(health, 'calendar'), now())).toBe(false);
    at(1);
    expect(isSilent(stateOf(health, 'calendar'), now())).toBe(true);
    health.ok('calendar', MINUTE, fine);
    expect(isSilent(stateOf(health, 'calendar'), now())).toBe(false);
  });

  test('that never sends is silent too, once it is expected', () => {
    const { health, at, now } = world();
    health.expect('miniTickers', 3000);
    at(12_001);
    expect(isSilent(stateOf(health, 'miniTickers'), now())).toBe(true);
  });

  test('is not called silent for the time in which nobody asked it', () => {
    const { health, at, now } = world();
    health.ok('calendar', MINUTE, fine);
    at(60 * MINUTE);
    health.expect('calendar', MINUTE);
    expect(isSilent(stateOf(health, 'calendar'), now())).toBe(false);
  });

  test('keeps its counts, how long it takes, and how far it lags', () => {
    const { health } = world();
    health.failed('calendar', MINUTE, new Error('403'));
    health.ok('calendar', MINUTE, { malformed: 2, tookMs: 80, openings: 3 });
    health.ok('calendar', MINUTE, { malformed: 1, tookMs: 90, openings: 4 });
    health.lags(new Map([['calendar', 1200]]));
    expect(stateOf(health, 'calendar')).toMatchObject({
      errors: 1,
      lastError: null,
      malformed: 3,
      tookMs: 90,
      lagMs: 1200,
      openings: 4,
    });
  });
});

describe('openings', () => {
  const PAGES = ['calendar', 'webPairs'] as const;

  test('are not judged before a source was asked', () => {
    const { health, now } = world();
    expect(openingsAreTold(health.all(), now())).toBeNull();
    for (const name of PAGES) health.expect(name, MINUTE);
    expect(openingsAreTold(health.all(), now())).toBeNull();
  });

  test.each(PAGES)('are told while %s answers', (name) => {
    const { health, now } = world();
    for (const each of PAGES) health.failed(each, MINUTE, new Error('403'));
    health.ok(name, MINUTE, fine);
    expect(openingsAreTold(health.all(), now())).toBe(true);
  });

  test('are told by nobody when both pages are refused and the record names none', () => {
    const { health, now } = world();
    for (const each of PAGES) health.failed(each, MINUTE, new Error('403'));
    health.ok('exchangeInfo', 5000, fine);
    expect(openingsAreTold(health.all(), now())).toBe(false);
    health.ok('exchangeInfo', 5000, { malformed: 0, openings: 1 });
    expect(openingsAreTold(health.all(), now())).toBe(true);
  });

  test('are told by nobody when the pages fall silent', () => {
    const { health, at, now } = world();
    for (const each of PAGES) health.ok(each, MINUTE, fine);
    at(3 * MINUTE);
    expect(openingsAreTold(health.all(), now())).toBe(false);
  });
});
