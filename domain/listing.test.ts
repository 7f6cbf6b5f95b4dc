import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confidenceOf, type Source } from './listing.ts';

interface Seen {
  readonly source: Source;
  readonly opensAtMs: number | null;
  readonly trading: boolean;
}

const seen = (source: Source, opensAtMs: number | null = null, trading = false): Seen => ({
  source,
  opensAtMs,
  trading,
});
const pointsOf = (...sightings: Seen[]): number => confidenceOf(sightings).points;
const MINUTE = 60_000;

describe('confidence', () => {
  test('the exchange’s own opening is enough, a calendar or a title alone is not', () => {
    expect(pointsOf(seen('exchangeInfo', 1))).toBe(70);
    expect(pointsOf(seen('exchangeInfo', null, true))).toBe(70);
    expect(pointsOf(seen('exchangeInfo'))).toBe(50);
    expect(pointsOf(seen('miniTickers', null, true))).toBe(60);
    expect(pointsOf(seen('calendar', 1))).toBe(35);
    expect(pointsOf(seen('announcements', 1))).toBe(20);
    expect(pointsOf(seen('manual', 1))).toBe(90);
    expect(pointsOf()).toBe(0);
  });

  test('the opening must be told by the record itself to count for it', () => {
    expect(pointsOf(seen('exchangeInfo'), seen('calendar', 1))).toBe(85);
  });

  test('a pair that is open to the API is believed more, one that trades without it less', () => {
    const record = seen('exchangeInfo', null, true);
    const because = (each: Seen & { apiTrading: boolean }) =>
      confidenceOf([each]).reasons.at(-1)?.because;
    expect(confidenceOf([{ ...record, apiTrading: true }]).points).toBe(80);
    expect(because({ ...record, apiTrading: true })).toBe('open to the API');
    expect(confidenceOf([{ ...record, apiTrading: false }]).points).toBe(60);
    expect(because({ ...record, apiTrading: false })).toBe('it trades, but not by the API yet');
    expect(pointsOf(seen('defaultSymbols', null, true)), 'the list of such pairs').toBe(70);
    const closed = { ...seen('exchangeInfo', 1), apiTrading: false };
    expect(confidenceOf([closed]).points, 'before the opening every pair is closed').toBe(70);
  });

  test('agreement of two sources adds up to a minute apart, contradiction takes away', () => {
    expect(pointsOf(seen('calendar', 0), seen('announcements', MINUTE))).toBe(70);
    expect(pointsOf(seen('calendar', 0), seen('announcements', MINUTE + 1))).toBe(35);
    expect(pointsOf(seen('exchangeInfo', 1000), seen('calendar', 1000))).toBe(100);
    expect(pointsOf(seen('exchangeInfo', 1000), seen('calendar', 10_000_000))).toBe(85);
  });

  test('one of three sources that contradicts is a contradiction', () => {
    const two = [seen('exchangeInfo', 0), seen('calendar', 0)];
    const { reasons } = confidenceOf([...two, seen('announcements', 10 * MINUTE)]);
    expect(reasons.map((reason) => reason.points)).toContain(-20);
  });

  test('sources that agree only through a third do not agree', () => {
    const ends = [seen('calendar', 0), seen('announcements', 2 * MINUTE)];
    const { reasons } = confidenceOf([...ends, seen('exchangeInfo', MINUTE)]);
    expect(reasons.map((reason) => reason.points)).toContain(-20);
  });

  test('a source that repeats itself confirms nothing', () => {
    const calendar = seen('calendar', 1000);
    expect(pointsOf(calendar, calendar, { ...calendar, trading: true })).toBe(35);
  });

  test('a source that moves the opening contradicts nobody', () => {
    expect(pointsOf(seen('calendar', 0), seen('calendar', 10 * MINUTE))).toBe(35);
    const moved = [seen('calendar', 0), seen('calendar', 10 * MINUTE)];
    expect(pointsOf(...moved, seen('exchangeInfo', 10 * MINUTE))).toBe(100);
  });
});

describe('whatever was seen', () => {
  const aSighting: fc.Arbitrary<Seen> = fc.record({
    source: fc.constantFrom<Source>(
      'exchangeInfo',
      'calendar',
      'defaultSymbols',
      'miniTickers',
      'announcements',
      'manual',
    ),
    opensAtMs: fc.option(fc.integer({ min: 0, max: 5 }).map((n) => n * 40_000)),
    trading: fc.boolean(),
  });
  const sightings = fc.array(aSighting, { maxLength: 8 });

  test('points are 0 to 100 and the reasons add up to them', () => {
    fc.assert(
      fc.property(sightings, (all) => {
        const { points, reasons } = confidenceOf(all);
        const sum = reasons.reduce((total, reason) => total + reason.points, 0);
        expect(points).toBe(Math.min(100, Math.max(0, sum)));
        for (const reason of reasons) expect(reason.because).not.toBe('');
      }),
    );
  });

  test('neither order nor repetition changes them', () => {
    fc.assert(
      fc.property(sightings, fc.nat(), (all, by) => {
        const from = all.length === 0 ? 0 : by % all.length;
        const turned = [...all.slice(from), ...all.slice(0, from)].reverse();
        expect(confidenceOf([...turned, ...all])).toEqual(confidenceOf(all));
      }),
    );
  });

  test('another source that tells no time never takes away', () => {
    fc.assert(
      fc.property(sightings, aSighting, (all, more) => {
        const silent = { ...more, opensAtMs: null };
        expect(pointsOf(...all, silent)).toBeGreaterThanOrEqual(pointsOf(...all));
      }),
    );
  });
});
