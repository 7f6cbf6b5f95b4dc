import { describe, expect, test } from 'vitest';
import { fieldOffset, firstOptions, optionGroups, valueText } from './option-schema.ts';

const schema = {
  properties: {
    quoteAmount: { type: 'string', description: 'budget of one entry, quote' },
    maxOpenPositions: { type: 'integer', minimum: 1, maximum: 50, default: 3 },
    autoTrade: { enum: ['off', 'armedByHand', 'all'], default: 'armedByHand' },
    exit: {
      properties: {
        stop: { type: 'number', minimum: 1, maximum: 90, default: 20, description: 'stop' },
        maxPrice: { type: ['string', 'null'], default: null },
      },
    },
    cooldown: {
      properties: { minutes: { type: 'integer', minimum: 1, maximum: 10_080 } },
      default: { minutes: 60 },
    },
  },
};
const options = {
  quoteAmount: '100',
  maxOpenPositions: 3,
  autoTrade: 'all',
  exit: { stop: 25 },
  cooldown: { minutes: 60 },
};

test('options come in groups, with help and bounds of the schema', () => {
  const [top, exit] = optionGroups(options, schema);
  expect(top?.rows.map((row) => [row.path, row.value, row.bounds, row.isUsual])).toEqual([
    ['quoteAmount', '100', null, false],
    ['maxOpenPositions', '3', '1 to 50', true],
    ['autoTrade', 'all', 'off, armedByHand or all', false],
  ]);
  expect(exit).toMatchObject({
    name: 'exit',
    rows: [{ path: 'exit.stop', value: '25', usual: '20', isUsual: false, help: 'stop' }],
  });
});

test('a default that is written at the group counts', () => {
  expect(optionGroups(options, schema)[2]?.rows[0]).toMatchObject({ usual: '60', isUsual: true });
});

test('without a schema the values are shown all the same', () => {
  expect(optionGroups(options, null)[1]?.rows[0]).toMatchObject({ value: '25', help: null });
});

test('a first configuration has every default, and no amount of its own', () => {
  expect(firstOptions(schema)).toEqual({
    quoteAmount: '',
    maxOpenPositions: 3,
    autoTrade: 'armedByHand',
    exit: { stop: 20, maxPrice: null },
    cooldown: { minutes: 60 },
  });
});

test.each([
  [true, 'on'],
  [null, 'none'],
  [[], 'none'],
  [['USDT', 'USDC'], 'USDT, USDC'],
  [[{ gain: 30, fraction: 0.5 }], 'gain 30 fraction 0.5'],
  ['0.00000001', '0.00000001'],
])('%j reads %s', (value, text) => {
  expect(valueText(value)).toBe(text);
});

describe('the field of an error', () => {
  const text = JSON.stringify({ stop: 1, exit: { ladder: [{ gain: 1 }], stop: 2 } });

  test('is found inside its group', () => {
    expect(text.slice(fieldOffset(text, 'options.exit.stop'))).toBe('"stop":2}}');
  });

  test('is found in a list', () => {
    expect(text.slice(fieldOffset(text, 'options.exit.ladder.0.gain'))).toMatch(/^"gain":1/);
  });

  test('is nowhere when it was not written', () => {
    expect(fieldOffset(text, 'options.entry.slippage')).toBe(-1);
  });
});
