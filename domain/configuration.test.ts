import { describe, expect, test } from 'vitest';
import { demoOptions, tradingOptions } from './configuration.ts';

const problemsOf = (changes: object): string[] => {
  const parsed = tradingOptions.safeParse({ ...demoOptions, ...changes });
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'));
};

describe('trading options', () => {
  test('the demo is valid, and defaults are filled in', () => {
    expect(tradingOptions.parse(demoOptions).entry.slippage).toBe(5);
  });

  test('every wrong field is named at once', () => {
    const parsed = tradingOptions.safeParse({
      quoteAmount: '0',
      maxQuotePerTrade: '1e3',
      dailySpend: 5,
      maxDrawdown: '-1',
      maxOpenPositions: 0,
      recvWindow: { entry: 1001, exit: 0 },
      unheardOf: 1,
    });
    const paths = parsed.error?.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')],
    );
    expect(new Set(paths)).toEqual(
      new Set([
        'quoteAmount',
        'maxQuotePerTrade',
        'dailySpend',
        'dailyLoss',
        'maxDrawdown',
        'maxOpenPositions',
        'recvWindow.entry',
        'recvWindow.exit',
        'unheardOf',
      ]),
    );
  });

  test.each([
    [{ quoteAmount: '201' }, 'quoteAmount'],
    [{ maxQuotePerTrade: '100001' }, 'maxQuotePerTrade'],
    [{ orderRate: 3, exitReserve: 3 }, 'exitReserve'],
    [{ entry: { mode: 'fixed' } }, 'entry.maxPrice'],
    [
      {
        exit: {
          ladder: [
            { gain: 10, fraction: 0.6 },
            { gain: 20, fraction: 0.6 },
          ],
        },
      },
      'exit.ladder',
    ],
    [
      {
        exit: {
          ladder: [
            { gain: 20, fraction: 0.1 },
            { gain: 10, fraction: 0.1 },
          ],
        },
      },
      'exit.ladder',
    ],
    [{ exit: { ladder: [{ gain: 0.1, fraction: 0.1 }] } }, 'exit.ladder.0.gain'],
    [{ exit: { slackSteps: [5, 2] } }, 'exit.slackSteps'],
    [{ exit: { breakEven: 4 } }, 'exit.breakEven'],
  ])('%j contradicts itself at %s', (changes, path) => {
    expect(problemsOf(changes)).toContain(path);
  });

  test.each(['0', '0.00', '', ' 1', '1.', 'abc', '1'.repeat(30)])(
    'the budget must be decimal text above zero, not %j',
    (quoteAmount) => {
      expect(problemsOf({ quoteAmount })).toContain('quoteAmount');
    },
  );
});
