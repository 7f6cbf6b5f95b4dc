import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sighting } from '#domain/listing.ts';
import { asset, marketSymbol, type Asset } from '#domain/market-symbol.ts';
import { createSeenReports } from './seen-reports.ts';

const NOW = 1_790_000_000_000;
const LATER = NOW + 3_600_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // what the flag adds

/** What is still reachable: the tests of other files leave garbage in the same process. */
const heldBytes = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

const sighting = (more: Partial<Sighting> = {}): Sighting => ({
  source: 'calendar',
  base: asset('NEW'),
  quote: null,
  symbol: null,
  fullName: null,
  opensAtMs: LATER,
  trading: false,
  arrivedAtMs: NOW,
  raw: null,
  ...more,
});

describe('what is fresh', () => {
  test('a report is fresh until it is kept, and again when it says something else', () => {
    const seen = createSeenReports();
    const first = sighting();
    expect(seen.fresh([first])).toEqual([first]);
    expect(seen.fresh([first]), 'what was not committed is not forgotten').toEqual([first]);
    seen.keep('calendar', [first]);
    expect(seen.fresh([{ ...first, arrivedAtMs: NOW + 1 }])).toEqual([]);
    expect(seen.fresh([{ ...first, opensAtMs: LATER + 1 }])).toHaveLength(1);
    expect(seen.fresh([{ ...first, trading: true }])).toHaveLength(1);
    expect(seen.fresh([{ ...first, source: 'webPairs' }])).toHaveLength(1);
  });

  test('a page that invents names does not fill the memory, nor make others forget', () => {
    const seen = createSeenReports();
    const record = sighting({ source: 'exchangeInfo' });
    seen.keep('exchangeInfo', [record]);
    const look = (n: number) =>
      Array.from({ length: 5000 }, (_, at) =>
        sighting({ base: `X${n}N${at}` as Asset, opensAtMs: at % 2 === 0 ? LATER : null }),
      );
    const before = heldBytes();
    for (let n = 0; n < 60; n += 1) {
      const page = look(n);
      seen.keep('calendar', page);
      seen.forget(seen.missing('calendar', page, NOW));
    }
    expect(seen.fresh([record])).toEqual([]);
    expect(heldBytes() - before).toBeLessThan(15 * 2 ** 20);
  });

  test('a repeated look is never fresh, whatever it holds', () => {
    const looks = fc.array(
      fc.record({
        base: fc.constantFrom('AAA', 'BBB', '币安人生'),
        opensAtMs: fc.option(fc.integer({ min: NOW - 9, max: NOW + 9 }), { nil: null }),
        trading: fc.boolean(),
      }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(looks, (each) => {
        const byBase = new Map(each.map((one) => [one.base, one]));
        const look = [...byBase.values()].map((one) => sighting({ ...one, base: asset(one.base) }));
        const seen = createSeenReports();
        seen.keep('calendar', seen.fresh(look));
        expect(seen.fresh(look)).toEqual([]);
      }),
    );
  });
});

describe('an opening that is not named any more', () => {
  const inRecords = (base: string) =>
    sighting({ source: 'exchangeInfo', base: asset(base), symbol: marketSymbol(`${base}USDT`) });

  const watching = () => {
    const seen = createSeenReports();
    seen.missing('exchangeInfo', [inRecords('OLD')], NOW);
    seen.keep('calendar', [sighting()]);
    return seen;
  };

  test('is taken back at the second miss, and stays so until it is committed', () => {
    const seen = watching();
    expect(seen.missing('calendar', [], NOW)).toEqual([]);
    const [gone] = seen.missing('calendar', [], NOW);
    expect(gone).toMatchObject({ base: 'NEW', kind: 'calledOff', source: 'calendar' });
    expect(seen.missing('calendar', [], NOW)).toHaveLength(1);
    seen.forget(gone === undefined ? [] : [gone]);
    expect(seen.missing('calendar', [], NOW)).toEqual([]);
    expect(seen.fresh([sighting()]), 'what comes again is news').toHaveLength(1);
  });

  test('is no matter when the page left it out once', () => {
    const seen = watching();
    for (let look = 0; look < 5; look += 1) {
      expect(seen.missing('calendar', [], NOW)).toEqual([]);
      expect(seen.missing('calendar', [sighting()], NOW)).toEqual([]);
    }
  });

  test('only loses its time while some source still names the coin', () => {
    const seen = watching();
    seen.missing('exchangeInfo', [inRecords('NEW')], NOW);
    seen.missing('calendar', [], NOW);
    expect(seen.missing('calendar', [], NOW)).toMatchObject([{ kind: 'openingWithdrawn' }]);
  });

  test('is not called off by a page alone, before the records were read', () => {
    const seen = createSeenReports();
    seen.keep('calendar', [sighting()]);
    seen.missing('calendar', [], NOW);
    expect(seen.missing('calendar', [], NOW)).toMatchObject([{ kind: 'openingWithdrawn' }]);
  });

  test('is over when its time has come', () => {
    const seen = watching();
    for (let look = 0; look < 5; look += 1) expect(seen.missing('calendar', [], LATER)).toEqual([]);
  });

  test('is noticed by a watch that began after it was said', () => {
    const said = { source: 'calendar', base: 'NEW', symbol: null, trading: false } as const;
    const seen = createSeenReports([{ ...said, opensAtMs: LATER }], NOW);
    expect(seen.fresh([sighting()]), 'what was committed is not committed again').toEqual([]);
    expect(seen.fresh([sighting({ opensAtMs: LATER + 1 })])).toHaveLength(1);
    expect(seen.hasLooked('calendar'), 'it has not looked itself').toBe(false);
    seen.missing('calendar', [], NOW);
    expect(seen.missing('calendar', [], NOW)).toHaveLength(1);
  });
});
