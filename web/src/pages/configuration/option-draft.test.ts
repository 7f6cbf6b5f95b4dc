import { expect, test } from 'vitest';
import { z } from 'zod';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { plainSchema } from '../../api/plain-schema.ts';
import { draftOf, OFF, optionsOf, withRow, type OptionDraft } from './option-draft.ts';
import { optionFields, optionSections, rowFields } from './option-fields.ts';
import { placed, problemsOf, problemsOfDetails } from './option-problems.ts';

// The description that the API gives, made as the API makes it.
const written: unknown = z.toJSONSchema(tradingOptions, { io: 'input' });
const fields = optionFields(plainSchema(written as Parameters<typeof plainSchema>[0])); // zod's own
const demo = tradingOptions.parse(demoOptions);

const draft = (options: object = demo): OptionDraft => {
  const shown = draftOf({ ...options }, fields);
  if (shown.kind === 'unshowable') throw new Error(`${shown.path} cannot be shown`);
  return shown.draft;
};
const typed = (texts: Readonly<Record<string, string>>): OptionDraft => {
  const before = draft();
  return { ...before, texts: { ...before.texts, ...texts } };
};
const readOf = (changed: OptionDraft) => tradingOptions.parse(optionsOf(changed, fields));
const fieldAt = (path: string) => fields.find((field) => field.path === path);

test('every option has one field, in a section of its own kind', () => {
  const leaves = (value: object, before = ''): string[] =>
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? leaves(inner, `${before}${name}.`)
        : [`${before}${name}`],
    );
  const paths = fields.filter(({ kind }) => kind !== 'presence').map(({ path }) => path);
  expect(paths.toSorted()).toEqual(leaves(demo).toSorted());
  expect(optionSections(fields).map(({ name }) => name)).toEqual([
    'Amounts and risk limits',
    'Cooldown',
    'Detection: what may be bought',
    'Entry',
    'Exit',
    'Orders and guards',
    'Dry run',
    'Going live',
  ]);
});

test.each([
  ['quoteAmount', 'amount', 'quote', 'no default: yours to choose'],
  ['entry.slippage', 'number', '%', '0.1 to 20; default 5'],
  ['entry.retryEvery', 'number', 'ms', '80 to 5000; default 100'],
  ['cooldown.minutes', 'number', 'min', '1 to 10080; default 60'],
  ['entry.maxPrice', 'amount', 'per coin', 'empty for none; default none'],
  ['exit.trailing', 'presence', null, 'default arm 25 distance 12'],
  ['recvWindow.exit', 'number', 'ms', '1 to 1000; default 500'],
  ['autoTrade', 'choice', null, 'default armedByHand'],
])('%s is a field for %s in %s that says %s', (...[path, kind, unit, hint]) => {
  expect(fieldAt(path)).toMatchObject({ kind, unit });
  expect(fieldAt(path)?.hint).toContain(hint);
});

test('every field says why its default is what it is, and its unit when it has one', () => {
  const parts = fields.filter(({ kind }) => kind === 'rows').flatMap(rowFields);
  const all = [...fields, ...parts];
  expect(all.filter(({ reason }) => reason === null).map(({ path }) => path)).toEqual([]);
  const measured = all.filter(({ kind }) => ['amount', 'number', 'numbers'].includes(kind));
  expect(measured.filter(({ unit }) => unit === null).map(({ path }) => path)).toEqual([]);
});

test('nothing is changed by being shown', () => {
  expect(optionsOf(draft(), fields)).toEqual(demo);
  expect(problemsOf(draft(), fields)).toEqual({});
});

test('what is typed is what is meant', () => {
  const read = readOf(
    typed({
      quoteAmount: ' 150.50 ',
      'entry.maxPrice': '0.000000120',
      quotes: 'USDT, USDC',
      'exit.slackSteps': '1, 2.5',
      'exit.breakEven': '',
      'exit.trailing': OFF,
      surprises: OFF,
    }),
  );
  expect(read).toMatchObject({
    quoteAmount: '150.50',
    entry: { maxPrice: '0.000000120' },
    quotes: ['USDT', 'USDC'],
    exit: { slackSteps: [1, 2.5], breakEven: null, trailing: null },
    surprises: false,
  });
});

test('a trailing stop that was none shows its default when it is switched on', () => {
  const without = draft({ ...demo, exit: { ...demo.exit, trailing: null } });
  expect(optionsOf(without, fields)).toMatchObject({ exit: { trailing: null } });
  const on = { ...without, texts: { ...without.texts, 'exit.trailing': 'on' } };
  expect(readOf(on).exit.trailing).toEqual({ arm: 25, distance: 12 });
});

test('what is wrong is said with what was typed', () => {
  const changed = typed({
    quoteAmount: '1,000',
    dailySpend: '',
    'exit.stop': '95',
    maxOpenPositions: '2.5',
    'exit.slackSteps': '1, x',
    quotes: ' ',
    'entry.minPrint': '2000',
  });
  expect(problemsOf(withRow(changed, 'exit.ladder'), fields)).toEqual({
    quoteAmount: '"1,000" is not an amount such as 100 or 0.5',
    dailySpend: 'is required',
    'exit.stop': '95 is not 1 to 90',
    maxOpenPositions: '2.5 is not a whole number',
    'exit.slackSteps': '"x" is not a number such as 5 or 0.5',
    quotes: 'name at least one',
    'entry.minPrint': '2000 is too large, or has too many digits',
    'exit.ladder.2.gain': 'is required',
    'exit.ladder.2.fraction': 'is required',
  });
});

test('what cannot be read stays as it was typed', () => {
  expect(optionsOf(typed({ 'exit.stop': 'soon' }), fields)).toMatchObject({
    exit: { stop: 'soon' },
  });
});

test('an option that no field shows is kept, for the API to judge', () => {
  expect(optionsOf(draft({ ...demo, misspelt: 1 }), fields)).toMatchObject({ misspelt: 1 });
});

test.each([
  [{ surprises: 'yes' }, 'surprises'],
  [{ autoTrade: 'sometimes' }, 'autoTrade'],
  [{ exit: { ladder: [{ gain: 1, fraction: 0.5, more: 1 }] } }, 'exit.ladder'],
  [{ exit: { ladder: 'none' } }, 'exit.ladder'],
  [{ quotes: 'USDT' }, 'quotes'],
])('%j is not shown as something else', (changes, path) => {
  expect(draftOf({ ...demo, ...changes }, fields)).toEqual({ kind: 'unshowable', path });
});

test('what the API says stands at its field, the rest beside the button', () => {
  const problems = problemsOfDetails([
    { path: 'options.exit.ladder.0.gain', problem: 'must be above the fees (0.2 %)' },
    { path: 'options.exit.ladder', problem: 'gains must rise from leg to leg' },
    { path: 'options.exit.slackSteps.1', problem: 'too large' },
    { path: 'options.misspelt', problem: 'is not an option' },
  ]);
  expect(placed(problems, fields)).toEqual({
    shown: {
      'exit.ladder.0.gain': 'must be above the fees (0.2 %)',
      'exit.ladder': 'gains must rise from leg to leg',
      'exit.slackSteps': 'too large',
    },
    others: ['misspelt: is not an option'],
  });
});
