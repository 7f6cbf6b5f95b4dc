import { describe, expect, test } from 'vitest';
import { demoOptions, tradingOptions } from './configuration.ts';
import { handProblems, lower, withTerms, type HandListing } from './listing-by-hand.ts';
import { asset } from './market-symbol.ts';

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;
const options = tradingOptions.parse(demoOptions);

const asked = (changes: Partial<HandListing> = {}): HandListing => ({
  base: asset('NEW'),
  quote: asset('USDT'),
  opensAtMs: NOW + HOUR,
  maxPrice: '0.05',
  quoteAmount: null,
  ...changes,
});
const problems = (changes: Partial<HandListing>) =>
  handProblems(asked(changes), { nowMs: NOW, options });

describe('a listing that an operator types', () => {
  test('is armed with a time ahead, or without one, and a price guard', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ opensAtMs: null, quoteAmount: '200' })).toEqual([]);
  });

  test.each([
    {
      what: 'in the past',
      changes: { opensAtMs: NOW - 90_000 },
      field: 'opensAtMs',
      text: 'lies 90 s in the past',
    },
    {
      what: 'in seconds',
      changes: { opensAtMs: (NOW + HOUR) / 1000 },
      field: 'opensAtMs',
      text: 'in the past',
    },
    {
      what: 'in the year 5138',
      changes: { opensAtMs: 100_000_000_000_000 },
      field: 'opensAtMs',
      text: 'more than 30 days',
    },
    {
      what: 'not a number',
      changes: { opensAtMs: Number.NaN },
      field: 'opensAtMs',
      text: 'must be a time',
    },
    {
      what: 'without a price guard',
      changes: { maxPrice: null },
      field: 'maxPrice',
      text: 'is needed',
    },
    {
      what: 'with a guard of zero',
      changes: { maxPrice: '0.000' },
      field: 'maxPrice',
      text: 'above 0',
    },
    {
      what: 'with a guard that is no number',
      changes: { maxPrice: '1e-3' },
      field: 'maxPrice',
      text: 'plain decimal',
    },
    {
      what: 'above the limit of a trade',
      changes: { quoteAmount: '200.01' },
      field: 'quoteAmount',
      text: 'maxQuotePerTrade',
    },
    { what: 'below zero', changes: { quoteAmount: '-5' }, field: 'quoteAmount', text: 'above 0' },
    {
      what: 'in a quote nobody trades',
      changes: { quote: asset('BRL') },
      field: 'quote',
      text: 'is not traded',
    },
  ])('$what is refused with the reason', ({ changes, field, text }) => {
    const found = problems(changes);
    expect(found).toMatchObject([{ field }]);
    expect(found[0]?.problem).toContain(text);
  });

  test('is told everything that is wrong at once', () => {
    expect(problems({ opensAtMs: NOW, maxPrice: null, quoteAmount: '0' })).toHaveLength(3);
  });
});

describe('its terms', () => {
  test('replace the budget, and never loosen a price guard', () => {
    const guarded = { ...options, entry: { ...options.entry, maxPrice: '1' } };
    const terms = { maxPrice: '2', quoteAmount: '150' };
    expect(withTerms(guarded, terms)).toMatchObject({
      quoteAmount: '150',
      entry: { maxPrice: '1' },
    });
    expect(withTerms(options, terms).entry.maxPrice).toBe('2');
    expect(withTerms(options, null)).toBe(options);
    expect(lower('0.10', '0.2')).toBe('0.10');
    expect(lower(null, null)).toBeNull();
  });
});
