import { describe, expect, test } from 'vitest';
import { aboutPrice, sellsAtOnce } from './exit-effect.ts';
import { draftOf, problemsOfDetails, readDraft, withLeg, type Exits } from './exit-form.ts';

const exits: Exits = {
  ladder: [
    { gain: 30, fraction: 0.07 },
    { gain: 80, fraction: 0.25 },
  ],
  stop: 20,
  stopConfirm: 200,
  trailing: null,
  breakEven: 1,
  timeStop: 30,
  maxHold: 1440,
  slackSteps: [0.5, 2],
  stepEvery: 300,
  profitFloor: 1,
  market: false,
  restingTarget: true,
};
const schema = {
  properties: {
    stop: { type: 'number', minimum: 1, maximum: 90 },
    maxHold: { type: 'integer', minimum: 1, maximum: 10_080 },
    ladder: {
      type: 'array',
      items: { properties: { gain: { type: 'number', minimum: 0.1, maximum: 10_000 } } },
    },
    slackSteps: { type: 'array', items: { type: 'number', minimum: 0, maximum: 90 } },
  },
};

const typed = (numbers: Partial<ReturnType<typeof draftOf>['numbers']>) => {
  const draft = draftOf(exits);
  return { ...draft, numbers: { ...draft.numbers, ...numbers } };
};

test('exits that nobody touched are sent as they were, to the last digit', () => {
  expect(readDraft(draftOf(exits), exits, schema)).toEqual({ kind: 'exits', exits });
});

test('a trailing stop that is switched on is sent with what is typed', () => {
  const draft = {
    ...typed({ 'trailing.arm': '10', 'trailing.distance': '4,5' }),
    isTrailing: true,
  };
  expect(readDraft(draft, exits, schema)).toMatchObject({
    exits: { trailing: { arm: 10, distance: 4.5 } },
  });
});

test('every field that cannot be read is named, with what is allowed', () => {
  const draft = withLeg(typed({ stop: '95', maxHold: '1.5', timeStop: '' }));
  expect(readDraft({ ...draft, slackSteps: '1, x' }, exits, schema)).toEqual({
    kind: 'problems',
    problems: {
      'ladder.2.gain': 'is required',
      'ladder.2.fraction': 'is required',
      stop: 'must be 1 to 90',
      timeStop: 'is required',
      maxHold: 'must be a whole number',
      slackSteps: '"x" is not a number',
    },
  });
});

test('fields of a trailing stop that is off do not count', () => {
  expect(readDraft(typed({ 'trailing.arm': '?' }), exits, schema).kind).toBe('exits');
});

test('problems of the server stand at their fields', () => {
  expect(
    problemsOfDetails([
      { path: 'exits.ladder', problem: 'adds up to 1.4' },
      { path: 'exits.ladder', problem: 'must rise' },
      { path: 'exits.ladder.0.gain', problem: 'must be above the fees' },
    ]),
  ).toEqual({ ladder: 'adds up to 1.4; must rise', 'ladder.0.gain': 'must be above the fees' });
  expect(problemsOfDetails({ phase: 'closed' })).toEqual({});
});

describe('what an edit would do', () => {
  const at = (gainPercent: number) => ({
    bought: '5',
    held: '5',
    guard: { gainPercent } as never,
    stages: { filledAt: '2026-11-21T08:00:00.000Z' } as never,
  });
  const later = new Date('2026-11-21T08:10:00.000Z').getTime();

  test('a stop above the price sells at once', () => {
    expect(sellsAtOnce(typed({ stop: '10' }), at(-12), { exits, nowMs: later })).toEqual([
      'the price is at −12.00 %, below a stop of −10 %',
    ]);
    expect(sellsAtOnce(typed({ stop: '15' }), at(-12), { exits, nowMs: later })).toEqual([]);
  });

  test('a target below the price, and a time that is over, sell at once', () => {
    expect(sellsAtOnce(typed({ maxHold: '10' }), at(31), { exits, nowMs: later })).toHaveLength(2);
  });

  test('a target that was sold already is not sold again', () => {
    const partly = { ...at(31), held: '4.65' };
    expect(sellsAtOnce(draftOf(exits), partly, { exits, nowMs: later })).toEqual([]);
    expect(sellsAtOnce(draftOf(exits), at(31), { exits, nowMs: later })).toHaveLength(1);
  });

  test('before something is held nothing is sold', () => {
    expect(
      sellsAtOnce(typed({ stop: '1' }), { ...at(-50), held: '0' }, { exits, nowMs: later }),
    ).toEqual([]);
  });

  test('a percentage is shown as the price it means', () => {
    expect(aboutPrice('0.0000012', '-20')).toBe('about 0.0₆96');
    expect(aboutPrice(null, '5')).toBeNull();
    expect(aboutPrice('2', 'x')).toBeNull();
  });
});
