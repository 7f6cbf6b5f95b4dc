import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sighting, Source } from '#domain/listing.ts';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import {
  GONE_FOR_MS,
  identityOf,
  opensAhead,
  openingOf,
  raceOf,
  TOGETHER_MS,
  type Circumstances,
  type CoinRecord,
  type LastLife,
} from './listing-identity.ts';

const NOW = 1_790_000_000_000;

const sighting = (more: Partial<Sighting> = {}): Sighting => ({
  source: 'exchangeInfo',
  base: asset('NEW'),
  quote: asset('USDT'),
  symbol: marketSymbol('NEWUSDT'),
  fullName: null,
  opensAtMs: null,
  trading: true,
  arrivedAtMs: NOW,
  raw: null,
  ...more,
});
const ahead = (more: Partial<Sighting> = {}) =>
  sighting({ opensAtMs: NOW + 3_600_000, trading: false, ...more });

const life = (more: Partial<LastLife> = {}): LastLife => ({
  id: 'abc',
  generation: 1,
  state: 'ended',
  opensAtMs: null,
  traded: true,
  endedAtMs: NOW - 40 * GONE_FOR_MS,
  endReason: 'traded',
  ...more,
});
const coin = (more: Partial<CoinRecord> = {}): CoinRecord => ({
  last: null,
  setAsideBy: [],
  tradedElsewhereAtMs: null,
  delistedAtMs: null,
  ...more,
});
const usual: Circumstances = { baseline: false, quotes: ['USDT'], tooMany: false };
const none = (reason: string, generation = 0) => ({ kind: 'notAListing', reason, generation });

describe('a coin', () => {
  test('that nobody has seen is a listing, generation 1', () => {
    expect(identityOf(sighting(), coin(), usual)).toEqual({ kind: 'new', generation: 1 });
  });

  test('with an unfinished listing is that listing', () => {
    const last = life({ endedAtMs: null, state: 'started' });
    expect(identityOf(sighting(), coin({ last }), usual)).toMatchObject({ listingId: 'abc' });
  });

  test('of the baseline with a new quote or a returned flag is an old one', () => {
    const last = life({ generation: 0, state: 'baseline', endReason: 'traded before we came' });
    expect(identityOf(ahead(), coin({ last }), usual)).toEqual(none('oldCoin'));
    expect(identityOf(sighting(), coin({ last }), usual)).toEqual(none('oldCoin'));
  });

  test('of the baseline that never traded and is announced is a listing', () => {
    const last = life({ generation: 0, state: 'baseline', traded: false });
    expect(identityOf(ahead(), coin({ last }), usual)).toEqual({ kind: 'new', generation: 1 });
    expect(identityOf(sighting(), coin({ last }), usual)).toEqual(none('oldCoin'));
  });

  test('that was called off and is announced again has another life', () => {
    const last = life({ endReason: 'cancelled', traded: false });
    expect(identityOf(ahead(), coin({ last }), usual)).toEqual({ kind: 'new', generation: 2 });
    expect(identityOf(sighting(), coin({ last }), usual)).toEqual(none('ended', 1));
  });

  test('that returns after a delisting is a new generation, after a suspension it is not', () => {
    const last = life({ generation: 3 });
    const gone = (ms: number) => coin({ last, delistedAtMs: NOW - ms });
    expect(identityOf(sighting(), gone(GONE_FOR_MS), usual)).toEqual({
      kind: 'new',
      generation: 4,
    });
    expect(identityOf(sighting(), gone(GONE_FOR_MS - 1), usual)).toEqual(none('ended', 3));
  });

  test('that traded in another quote before is an old one, unless both opened together', () => {
    const since = (ms: number) => coin({ tradedElsewhereAtMs: NOW - ms });
    expect(identityOf(sighting(), since(TOGETHER_MS + 1), usual)).toEqual(none('oldCoin'));
    expect(identityOf(sighting(), since(TOGETHER_MS), usual)).toMatchObject({ kind: 'new' });
    expect(identityOf(sighting({ quote: asset('USDC') }), coin(), usual)).toEqual(
      none('quoteNotWanted'),
    );
  });

  test('among too many at once stays set aside, for all but an operator', () => {
    const tooMany = { ...usual, tooMany: true };
    expect(identityOf(sighting(), coin(), tooMany)).toEqual(none('tooManyAtOnce'));
    const after = coin({ setAsideBy: ['exchangeInfo'] });
    expect(identityOf(sighting({ source: 'miniTickers' }), after, usual)).toEqual(
      none('tooManyAtOnce'),
    );
    expect(identityOf(sighting({ source: 'manual' }), after, usual)).toMatchObject({ kind: 'new' });
  });

  test('among too many of a page is still believed when the exchange itself shows it', () => {
    const after = coin({ setAsideBy: ['calendar'] });
    expect(identityOf(sighting(), after, usual)).toMatchObject({ kind: 'new' });
    expect(identityOf(ahead({ source: 'webPairs' }), after, usual)).toEqual(none('tooManyAtOnce'));
  });
});

const anySource = fc.constantFrom<Source>(
  'exchangeInfo',
  'calendar',
  'webPairs',
  'defaultSymbols',
  'miniTickers',
  'announcements',
);
const anySighting = fc
  .record({
    source: anySource,
    quote: fc.constantFrom(null, asset('USDT'), asset('USDC')),
    opensAtMs: fc.option(fc.integer({ min: NOW - 1000, max: NOW + 1000 }), { nil: null }),
    trading: fc.boolean(),
  })
  .map((each) => sighting(each));
const anyLife = fc
  .record({
    generation: fc.nat(5),
    state: fc.constantFrom('baseline', 'ended'),
    traded: fc.boolean(),
    endReason: fc.constantFrom('traded', 'dust', 'denied', 'disarmed', 'tooLate'),
  })
  .map((each) => life(each));
const anyCircumstances = fc.record({
  baseline: fc.boolean(),
  quotes: fc.constant(['USDT']),
  tooMany: fc.boolean(),
});

describe('whatever is reported', () => {
  test('the first look makes nothing new of what is not announced for later', () => {
    fc.assert(
      fc.property(anySighting, (each) => {
        const identity = identityOf(each, coin(), { ...usual, baseline: true });
        expect(identity.kind === 'new').toBe(opensAhead(each) && each.quote !== 'USDC');
      }),
    );
  });

  test('a finished coin that traded and was never taken off gets no other life', () => {
    fc.assert(
      fc.property(anySighting, anyLife, anyCircumstances, (each, last, circumstances) => {
        const finished = coin({ last: { ...last, traded: true } });
        expect(identityOf(each, finished, circumstances).kind).toBe('notAListing');
      }),
    );
  });

  test('nothing of a look with too many is new', () => {
    fc.assert(
      fc.property(anySighting, fc.option(anyLife, { nil: null }), (each, last) => {
        const tooMany = { ...usual, tooMany: true };
        expect(identityOf(each, coin({ last }), tooMany).kind).toBe('notAListing');
      }),
    );
  });

  test('a generation is never used twice', () => {
    const gone = fc.option(fc.integer({ min: 0, max: 3 * GONE_FOR_MS }), { nil: null });
    fc.assert(
      fc.property(anySighting, anyLife, gone, (each, last, ms) => {
        const record = coin({ last, delistedAtMs: ms === null ? null : NOW - ms });
        const identity = identityOf(each, record, usual);
        expect(identity.generation).toBe(
          identity.kind === 'new' ? last.generation + 1 : last.generation,
        );
      }),
    );
  });
});

const report = (source: Source, arrivedAtMs: number, more: object = {}) => ({
  source,
  arrivedAtMs,
  opensAtMs: null,
  trading: false,
  takenBack: false,
  ...more,
});

describe('the opening that all reports say', () => {
  test('is the last word of the most trusted source', () => {
    const reports = [
      report('exchangeInfo', 1, { opensAtMs: 500 }),
      report('calendar', 2, { opensAtMs: 505 }),
      report('exchangeInfo', 3, { opensAtMs: 900 }),
      report('miniTickers', 4, { trading: true }),
    ];
    expect(openingOf(reports)).toBe(900);
    expect(openingOf([...reports, report('exchangeInfo', 5, { takenBack: true })])).toBe(505);
  });

  test('is unknown when all took theirs back', () => {
    const said = report('calendar', 1, { opensAtMs: 500 });
    expect(openingOf([said, report('calendar', 2, { takenBack: true })])).toBeNull();
    expect(openingOf([])).toBeNull();
  });
});

describe('the race of the sources', () => {
  test('says who was first, and by how much, to name it and to see it trade', () => {
    const race = raceOf([
      report('exchangeInfo', 160),
      report('calendar', 100, { opensAtMs: 500 }),
      report('miniTickers', 530, { trading: true }),
      report('exchangeInfo', 570, { trading: true }),
      report('calendar', 700, { takenBack: true }),
    ]);
    expect(race).toEqual([
      {
        source: 'calendar',
        reportedAtMs: 100,
        behindMs: 0,
        tradingAtMs: null,
        tradingBehindMs: null,
      },
      {
        source: 'exchangeInfo',
        reportedAtMs: 160,
        behindMs: 60,
        tradingAtMs: 570,
        tradingBehindMs: 40,
      },
      {
        source: 'miniTickers',
        reportedAtMs: 530,
        behindMs: 430,
        tradingAtMs: 530,
        tradingBehindMs: 0,
      },
    ]);
  });
});
