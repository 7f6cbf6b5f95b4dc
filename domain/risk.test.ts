import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add } from './amount.ts';
import { demoOptions, tradingOptions, type TradingOptions } from './configuration.ts';
import { judgeRisk, matchesAny, type RiskFacts, type RiskRule } from './risk.ts';
import { Exact, quoteAmount } from './testing.ts';

const options: TradingOptions = tradingOptions.parse({
  ...demoOptions,
  quoteAmount: '100',
  maxQuotePerTrade: '200',
  dailySpend: '1000',
  dailyLoss: '50',
  maxDrawdown: '80',
  maxOpenPositions: 3,
  maxTradesPerHour: 10,
  surprises: false,
  cooldown: { stopOuts: 3, minutes: 60 },
});

const fine: RiskFacts = {
  nowMs: 1_000_000_000,
  budget: quoteAmount('100'),
  base: 'ABC',
  quote: 'USDT',
  confidence: 80,
  armedByHand: false,
  announced: true,
  kill: null,
  gate: null,
  openPositions: 0,
  tradesThisHour: 0,
  spentToday: quoteAmount('0'),
  lossToday: quoteAmount('0'),
  drawdown: quoteAmount('0'),
  stopOuts: { count: 0, lastAtMs: null },
  freeQuote: quoteAmount('1000'),
  reserved: quoteAmount('0'),
};

const failed = (facts: Partial<RiskFacts>, by: TradingOptions = options): RiskRule[] =>
  judgeRisk({ ...fine, ...facts }, by)
    .rules.filter((rule) => !rule.passed)
    .map((rule) => rule.rule);

describe('each rule denies by itself', () => {
  test('nothing is wrong with a usual listing, and every rule is listed', () => {
    const verdict = judgeRisk(fine, options);
    expect(verdict.allowed).toBe(true);
    expect(verdict.rules.map((rule) => rule.rule)).toHaveLength(14);
  });

  test.each<[RiskRule, [limit: string, actual: string], Partial<RiskFacts>]>([
    [
      'killSwitch',
      ['off', 'pauseEntries: test'],
      { kill: { level: 'pauseEntries', reason: 'test' } },
    ],
    ['surprises', ['announced only', 'surprise'], { announced: false }],
    ['quotes', ['USDT', 'EUR'], { quote: 'EUR' }],
    ['bases', ['not *3L *3S *5L *5S', 'BTC3L'], { base: 'BTC3L' }],
    ['confidence', ['60', '59'], { confidence: 59 }],
    ['maxQuotePerTrade', ['200', '200.01'], { budget: quoteAmount('200.01') }],
    ['maxOpenPositions', ['3', '4'], { openPositions: 3 }],
    ['maxTradesPerHour', ['10', '11'], { tradesThisHour: 10 }],
    ['dailySpend', ['1000', '1000.01'], { spentToday: quoteAmount('900.01') }],
    ['dailyLoss', ['50', '50'], { lossToday: quoteAmount('50') }],
    ['drawdown', ['80', '80.0'], { drawdown: quoteAmount('80.0') }],
    [
      'cooldown',
      ['3 stop-outs in a row pause for 60 min', '3, 1 min left'],
      { stopOuts: { count: 3, lastAtMs: fine.nowMs - 59 * 60_000 } },
    ],
    ['freeBalance', ['100 USDT', '99.99 USDT'], { freeQuote: quoteAmount('99.99') }],
    ['freeBalance', ['100 USDT', '99 USDT'], { reserved: quoteAmount('901') }],
    ['freeBalance', ['100 USDT', '0 USDT'], { reserved: quoteAmount('1001') }],
  ])('%s: allowed and found are %j', (rule, [limit, actual], facts) => {
    const verdict = judgeRisk({ ...fine, ...facts }, options);
    expect(verdict.allowed).toBe(false);
    const denials = verdict.rules.filter((each) => !each.passed);
    expect(denials).toEqual([{ rule, limit, actual, passed: false }]);
  });

  test.each<[string, Partial<RiskFacts>]>([
    ['the largest budget', { budget: quoteAmount('200.00') }],
    ['the last position', { openPositions: 2 }],
    ['the last trade of the hour', { tradesThisHour: 9 }],
    ['the last of the daily spend', { spentToday: quoteAmount('900') }],
    ['a loss just under the limit', { lossToday: quoteAmount('49.999999') }],
    ['a drawdown just under the limit', { drawdown: quoteAmount('79.999999') }],
    ['two stop-outs', { stopOuts: { count: 2, lastAtMs: fine.nowMs } }],
    ['a cooldown that has ended', { stopOuts: { count: 9, lastAtMs: fine.nowMs - 3_600_000 } }],
    ['the whole free balance', { freeQuote: quoteAmount('100'), reserved: quoteAmount('0') }],
    ['enough confidence', { confidence: 60 }],
  ])('%s is allowed', (_, facts) => {
    expect(failed(facts)).toEqual([]);
  });

  test('automatic trading that is off, or waits for a person', () => {
    expect(failed({}, { ...options, autoTrade: 'off' })).toEqual(['autoTrade']);
    const byHand = { ...options, autoTrade: 'armedByHand' as const };
    expect(failed({}, byHand)).toEqual(['autoTrade']);
    expect(failed({ armedByHand: true }, byHand)).toEqual([]);
  });

  test('only the coins that are asked for, and never the denied ones', () => {
    const only = { ...options, allowBases: ['AB*', 'BTC3L'] };
    expect(failed({ base: 'ABC' }, only)).toEqual([]);
    expect(failed({ base: 'XABC' }, only)).toEqual(['bases']);
    expect(failed({ base: 'BTC3L' }, only)).toEqual(['bases']);
  });

  test('a verdict says which coins are bought', () => {
    const limitOf = (changes: Partial<TradingOptions>) =>
      judgeRisk(fine, { ...options, ...changes }).rules.find((each) => each.rule === 'bases')
        ?.limit;
    expect(limitOf({ allowBases: ['AB*', 'C'], denyBases: ['*3L'] })).toBe('only AB* C, not *3L');
    expect(limitOf({ allowBases: ['C'], denyBases: [] })).toBe('only C');
    expect(limitOf({ allowBases: [], denyBases: [] })).toBe('any');
  });
});

test('without the rules the switch and the balance still deny', () => {
  const off = { ...options, safetyEnabled: false };
  expect(failed({ openPositions: 99, confidence: 0, announced: false }, off)).toEqual([]);
  expect(failed({ kill: { level: 'halt', reason: 'x' } }, off)).toEqual(['killSwitch']);
  expect(failed({ freeQuote: quoteAmount('1') }, off)).toEqual(['freeBalance']);
});

test('without the rules nothing is bought where nothing may be bought by itself', () => {
  const off = { ...options, safetyEnabled: false, autoTrade: 'off' as const };
  expect(failed({ armedByHand: true }, off)).toEqual(['autoTrade']);
});

describe('with real money', () => {
  test('the live gate denies while it is shut, and is listed when it is open', () => {
    expect(failed({ gate: { problem: 'The confirmation has expired.' } })).toEqual(['liveGate']);
    const { rules } = judgeRisk({ ...fine, gate: { problem: null } }, options);
    expect(rules).toContainEqual({
      rule: 'liveGate',
      limit: 'open',
      actual: 'open',
      passed: true,
    });
  });

  test('the rules cannot be switched off', () => {
    const off = { ...options, safetyEnabled: false };
    expect(failed({ gate: { problem: null }, openPositions: 99 }, off)).toEqual([
      'maxOpenPositions',
    ]);
  });
});

describe('whatever the ledger knows', () => {
  const amount = fc
    .integer({ min: 1, max: 200_000 })
    .map((cents) => quoteAmount((cents / 100).toFixed(2)));
  const anyFacts: fc.Arbitrary<RiskFacts> = fc.record({
    nowMs: fc.constant(fine.nowMs),
    gate: fc.constant(null),
    budget: amount,
    base: fc.constantFrom('ABC', 'BTC3L'),
    quote: fc.constantFrom('USDT', 'EUR'),
    confidence: fc.integer({ min: 0, max: 100 }),
    armedByHand: fc.boolean(),
    announced: fc.boolean(),
    kill: fc.constantFrom(null, { level: 'halt' as const, reason: 'test' }),
    openPositions: fc.nat(5),
    tradesThisHour: fc.nat(12),
    spentToday: amount,
    lossToday: amount,
    drawdown: amount,
    stopOuts: fc.record({
      count: fc.nat(5),
      lastAtMs: fc.nat(7_200_000).map((ago) => fine.nowMs - ago),
    }),
    freeQuote: amount,
    reserved: amount,
  });

  test('allowed means that every rule passed, and each has both its numbers', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { allowed, rules } = judgeRisk(facts, options);
        expect(allowed).toBe(rules.every((each) => each.passed));
        expect(new Set(rules.map((each) => each.rule)).size).toBe(14);
        expect(rules.filter((each) => each.limit === '' || each.actual === '')).toEqual([]);
      }),
    );
  });

  test('what is allowed fits every limit at once', () => {
    const close = anyFacts.map((facts) => ({
      ...fine,
      budget: facts.budget,
      spentToday: facts.spentToday,
      freeQuote: facts.freeQuote,
      reserved: facts.reserved,
    }));
    fc.assert(
      fc.property(close, (facts) => {
        const budget = new Exact(facts.budget);
        const fits =
          budget.lte(200) &&
          budget.plus(facts.spentToday).lte(1000) &&
          budget.plus(facts.reserved).lte(facts.freeQuote);
        expect(judgeRisk(facts, options).allowed).toBe(fits);
      }),
    );
  });

  test('worse never turns a rule that denied into one that passes', () => {
    const worse = fc.record({
      spentToday: amount,
      lossToday: amount,
      drawdown: amount,
      reserved: amount,
      openPositions: fc.nat(3),
      tradesThisHour: fc.nat(3),
    });
    fc.assert(
      fc.property(anyFacts, worse, (facts, by) => {
        const then = failed({
          ...facts,
          spentToday: add(facts.spentToday, by.spentToday),
          lossToday: add(facts.lossToday, by.lossToday),
          drawdown: add(facts.drawdown, by.drawdown),
          reserved: add(facts.reserved, by.reserved),
          openPositions: facts.openPositions + by.openPositions,
          tradesThisHour: facts.tradesThisHour + by.tradesThisHour,
        });
        expect(then).toEqual(expect.arrayContaining(failed(facts)));
      }),
    );
  });
});

describe('patterns of names', () => {
  test.each([
    ['BTC3L', ['*3L'], true],
    ['3L', ['*3L'], true],
    ['L', ['*L*L'], false],
    ['ABCDEF', ['A*C*F'], true],
    ['ABC', ['abc'], false],
    ['ABC', [], false],
    ['ABC', ['*'], true],
  ])('%s against %j', (name, patterns, fits) => {
    expect(matchesAny(name, patterns)).toBe(fits);
  });

  test('say the same as the regular expression they stand for', () => {
    const text = (units: string) =>
      fc.string({ unit: fc.constantFrom(...units.split('')), maxLength: 7 });
    fc.assert(
      fc.property(text('AB3'), text('AB3*.'), (name, pattern) => {
        const escaped = pattern.split('*').map((part) => part.replaceAll('.', String.raw`\.`));
        const same = new RegExp(`^${escaped.join('.*')}$`).test(name);
        expect(matchesAny(name, [pattern])).toBe(same);
      }),
      { numRuns: 1000 },
    );
  });
});
