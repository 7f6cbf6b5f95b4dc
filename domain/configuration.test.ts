import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { demoOptions, exitOptions, exitProblems, tradingOptions } from './configuration.ts';

interface Described {
  readonly type?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly reason?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
}

/** Every option as it is described: by path, without the groups; `*` stands for a row of a list. */
const describedOptions = (of: Described, path = ''): readonly (readonly [string, Described])[] => {
  const value = of.anyOf?.find(({ type }) => type !== 'null') ?? of;
  const inner = Object.entries(value.properties ?? value.items?.properties ?? {});
  const under = inner.flatMap(([name, each]) => {
    const row = value.items === undefined ? '' : '*.';
    return describedOptions(each, `${path}${path === '' ? '' : '.'}${row}${name}`);
  });
  // A group that may be none, and a list, are options of their own.
  const isOption = inner.length === 0 || of.anyOf !== undefined || value.items !== undefined;
  return isOption ? [[path, { ...value, ...of }], ...under] : under;
};

/** Paths of everything that is wrong; an unknown key is named with the path it stands at. */
const pathsOf = (input: object): string[] =>
  (tradingOptions.safeParse(input).error?.issues ?? []).flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => [...issue.path, key].join('.'))
      : [issue.path.join('.')],
  );
const problemsOf = (changes: object): string[] => pathsOf({ ...demoOptions, ...changes });

describe('what a trader reads beside an option', () => {
  const all = describedOptions(z.toJSONSchema(tradingOptions, { io: 'input' }) as Described); // zod's own

  test('is there for each of them: meaning, and why it has this default or none', () => {
    expect(all.length).toBeGreaterThan(50);
    const lacking = all.filter(([, { description, reason }]) => !description || !reason);
    expect(lacking.map(([path]) => path)).toEqual([]);
    const reasons = all.map(([, { reason }]) => reason);
    expect(new Set(reasons).size).toBe(reasons.length);
    expect(reasons.filter((reason) => !/^\p{Lu}.*\.$/u.test(reason ?? ''))).toEqual([]);
  });

  test('names the unit of every number and amount, and of nothing else', () => {
    const isMeasured = ({ type, items, enum: choices }: Described): boolean =>
      ['number', 'integer'].includes(items?.type ?? type ?? '') ||
      (type === 'string' && choices === undefined);
    const wrong = all.filter(([, each]) => isMeasured(each) !== (each.unit !== undefined));
    expect(wrong.map(([path]) => path)).toEqual([]);
  });
});

describe('trading options', () => {
  test('the demo is valid, and defaults are filled in', () => {
    expect(tradingOptions.parse(demoOptions).entry.slippage).toBe(5);
  });

  test('every wrong field is named at once', () => {
    const paths = pathsOf({
      quoteAmount: '0',
      maxQuotePerTrade: '1e3',
      dailySpend: 5,
      maxDrawdown: '-1',
      maxOpenPositions: 0,
      recvWindow: { entry: 1001, exit: 0 },
      unheardOf: 1,
    });
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
    [{ exit: { ladder: [{ gain: 0.2, fraction: 0.1 }] } }, 'exit.ladder.0.gain'],
    [{ exit: { slackSteps: [5, 2] } }, 'exit.slackSteps'],
    [{ exit: { slackSteps: [2, 2] } }, 'exit.slackSteps'],
    [{ quoteAmount: '200', dailySpend: '199' }, 'maxQuotePerTrade'],
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

  test('one malformed amount does not hide that others contradict each other', () => {
    expect(problemsOf({ quoteAmount: '201', dailySpend: '1e3' }).sort()).toEqual([
      'dailySpend',
      'quoteAmount',
    ]);
  });

  test.each([
    [{ qouteAmount: '1' }, 'qouteAmount'],
    [{ entry: { maxprice: '1' } }, 'entry.maxprice'],
    [{ exit: { stopp: 5 } }, 'exit.stopp'],
    [{ exit: { trailing: { arm: 25, distance: 12, from: 1 } } }, 'exit.trailing.from'],
    [{ exit: { ladder: [{ gain: 10, fraction: 0.5, part: 1 }] } }, 'exit.ladder.0.part'],
    [{ cooldown: { stopOuts: 3, minutes: 5, hours: 1 } }, 'cooldown.hours'],
    [{ recvWindow: { entery: 100 } }, 'recvWindow.entery'],
  ])('a misspelt option is named, not ignored: %j', (changes, path) => {
    expect(problemsOf(changes)).toEqual([path]);
  });

  test.each([
    ['0', true],
    ['0.5', true],
    ['999.999', true],
    ['1000', true],
    ['1000.00', true],
    ['1000.01', false],
    ['9999', false],
    ['-1', false],
    ['1e2', false],
  ])('a first trade counts from %s: allowed is %j', (minPrint, allowed) => {
    expect(problemsOf({ entry: { minPrint } })).toEqual(allowed ? [] : ['entry.minPrint']);
  });
});

// Each is wrong by itself, in a field of its own.
const mistakes: Record<string, unknown> = {
  quoteAmount: '-5',
  maxQuotePerTrade: '1,000',
  dailySpend: '1e5',
  dailyLoss: '',
  maxDrawdown: '.5',
  maxOpenPositions: 51,
  maxTradesPerHour: 0,
  'cooldown.stopOuts': 21,
  'cooldown.minutes': 1.5,
  safetyEnabled: 'yes',
  autoTrade: 'always',
  quotes: [],
  minConfidence: 101,
  maxNewPerPoll: 0,
  'entry.mode': 'guess',
  'entry.maxPrice': '0',
  'entry.slippage': 20.1,
  'entry.maxOverFirst': 0.9,
  'entry.minPrint': '1000.1',
  'entry.freshness': 99,
  'entry.window': 901,
  'entry.retryEvery': 79,
  'entry.maxUnfilled': 21,
  'entry.maxReprices': -1,
  'entry.maxSpread': Number.NaN,
  'entry.minAskDepth': 21,
  'recvWindow.entry': 1001,
  'recvWindow.exit': 0,
  orderRate: 13,
  exitReserve: 0,
  'exit.stop': 91,
  'exit.stopConfirm': 2001,
  'exit.trailing': { arm: 25 },
  'exit.breakEven': 6,
  'exit.timeStop': 0,
  'exit.maxHold': 10_081,
  'exit.slackSteps': [],
  'exit.stepEvery': Number.POSITIVE_INFINITY,
  'exit.profitFloor': 11,
  stalePrice: 31,
  blindAlert: 4,
  reconcileEvery: null,
};

/** The demo with some fields made wrong. */
const spoilt = (paths: readonly string[]): object => {
  const options: Record<string, unknown> = structuredClone(demoOptions);
  for (const path of paths) {
    const [first = '', second] = path.split('.');
    const inner = { ...(options[first] as object | undefined) };
    options[first] = second === undefined ? mistakes[path] : { ...inner, [second]: mistakes[path] };
  }
  return options;
};

test('whatever is wrong together, each wrong field is named and no other', () => {
  const some = fc.uniqueArray(fc.constantFrom(...Object.keys(mistakes)), { minLength: 1 });
  fc.assert(
    fc.property(some, (wrong) => {
      const named = pathsOf(spoilt(wrong));
      const atOrBelow = (path: string) =>
        named.some((each) => each === path || each.startsWith(`${path}.`));
      expect(wrong.filter((path) => !atOrBelow(path))).toEqual([]);
      const asked = (path: string) =>
        wrong.some((each) => path === each || path.startsWith(`${each}.`));
      expect(named.filter((path) => !asked(path))).toEqual([]);
    }),
  );
});

test('defaults may be written out: what was read is valid, and reads the same', () => {
  const options = tradingOptions.parse(demoOptions);
  expect(tradingOptions.parse(options)).toEqual(options);
  const { quoteAmount, maxQuotePerTrade, dailySpend, dailyLoss, maxDrawdown } = options;
  const limits = { quoteAmount, maxQuotePerTrade, dailySpend, dailyLoss, maxDrawdown };
  expect(pathsOf(limits)).toEqual([]);
});

test('every spending limit must be chosen: none has a default', () => {
  expect(pathsOf({}).sort()).toEqual([
    'dailyLoss',
    'dailySpend',
    'maxDrawdown',
    'maxQuotePerTrade',
    'quoteAmount',
  ]);
});

test('a ladder that passes never sells more than the position, and each target above the one before', () => {
  const leg = fc.record({
    gain: fc.integer({ min: 1, max: 1000 }).map((tenths) => tenths / 10),
    fraction: fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100),
  });
  fc.assert(
    fc.property(fc.array(leg, { maxLength: 5 }), (ladder) => {
      const passes = exitProblems({ ...exitOptions.parse({}), ladder }).length === 0;
      const hundredths = ladder.reduce((sum, each) => sum + Math.round(each.fraction * 100), 0);
      const rises = ladder.every((each, n) => n === 0 || each.gain > (ladder[n - 1]?.gain ?? 0));
      const aboveFees = ladder.every((each) => each.gain > 0.2);
      expect(passes).toBe(hundredths <= 100 && rises && aboveFees);
    }),
  );
});
