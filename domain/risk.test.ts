import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demoOptions, tradingOptions, type TradingOptions } from './configuration.ts';
import { judgeRisk, matchesAny, type RiskFacts, type RiskRule } from './risk.ts';
import { quoteAmount } from './testing.ts';

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

  test.each<[RiskRule, Partial<RiskFacts>]>([
    ['killSwitch', { kill: { level: 'pauseEntries', reason: 'test' } }],
    ['surprises', { announced: false }],
    ['quotes', { quote: 'EUR' }],
    ['bases', { base: 'BTC3L' }],
    ['confidence', { confidence: 59 }],
    ['maxQuotePerTrade', { budget: quoteAmount('200.01') }],
    ['maxOpenPositions', { openPositions: 3 }],
    ['maxTradesPerHour', { tradesThisHour: 10 }],
    ['dailySpend', { spentToday: quoteAmount('900.01') }],
    ['dailyLoss', { lossToday: quoteAmount('50') }],
    ['drawdown', { drawdown: quoteAmount('80') }],
    ['cooldown', { stopOuts: { count: 3, lastAtMs: fine.nowMs - 59 * 60_000 } }],
    ['freeBalance', { freeQuote: quoteAmount('99.99') }],
    ['freeBalance', { reserved: quoteAmount('901') }],
  ])('%s', (rule, facts) => {
    expect(failed(facts)).toEqual([rule]);
  });

  test('automatic trading that is off, or waits for a person', () => {
    expect(failed({}, { ...options, autoTrade: 'off' })).toEqual(['autoTrade']);
    const byHand = { ...options, autoTrade: 'armedByHand' as const };
    expect(failed({}, byHand)).toEqual(['autoTrade']);
    expect(failed({ armedByHand: true }, byHand)).toEqual([]);
  });

  test('a cooldown ends', () => {
    expect(failed({ stopOuts: { count: 3, lastAtMs: fine.nowMs - 60 * 60_000 } })).toEqual([]);
  });

  test('the tenth trade of an hour is the last', () => {
    expect(failed({ tradesThisHour: 9 })).toEqual([]);
    expect(failed({ tradesThisHour: 10 })).toEqual(['maxTradesPerHour']);
  });
});

test('without the rules the switch and the balance still deny', () => {
  const off = { ...options, safetyEnabled: false };
  expect(failed({ openPositions: 99, confidence: 0, announced: false }, off)).toEqual([]);
  expect(failed({ kill: { level: 'halt', reason: 'x' } }, off)).toEqual(['killSwitch']);
  expect(failed({ freeQuote: quoteAmount('1') }, off)).toEqual(['freeBalance']);
});

test('more of anything bad never turns a denial into a permission', () => {
  const amount = fc.integer({ min: 0, max: 2000 });
  fc.assert(
    fc.property(amount, amount, fc.nat(20), fc.nat(20), (spent, loss, open, trades) => {
      const facts = {
        spentToday: quoteAmount(String(spent)),
        lossToday: quoteAmount(String(loss)),
        openPositions: open,
        tradesThisHour: trades,
      };
      const worse = {
        spentToday: quoteAmount(String(spent + 1)),
        lossToday: quoteAmount(String(loss + 1)),
        openPositions: open + 1,
        tradesThisHour: trades + 1,
      };
      expect(failed(worse).length).toBeGreaterThanOrEqual(failed(facts).length);
    }),
  );
});

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
