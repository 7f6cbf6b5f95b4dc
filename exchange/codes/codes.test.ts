import { describe, expect, test } from 'vitest';
import { codeTable, type CodeClass } from './code-table.ts';
import { capInText, classOf } from './codes.ts';

const documented = codeTable.filter((row) => row.source === 'documented');
const observed = codeTable.filter((row) => row.source !== 'documented');

describe('the table', () => {
  test('holds the 93 documented rows and the 11 observed ones, each with source and date', () => {
    expect(documented).toHaveLength(93);
    expect(observed).toHaveLength(11);
    for (const row of codeTable) {
      expect(row.meaning.length).toBeGreaterThan(5);
      expect(row.readOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  test('gives one class to a code, however often it stands there', () => {
    const seen = new Map<number, CodeClass>();
    for (const row of codeTable) {
      expect([row.code, seen.get(row.code) ?? row.class]).toEqual([row.code, row.class]);
      seen.set(row.code, row.class);
    }
    expect(new Set(documented.map((row) => row.code)).size).toBe(documented.length - 2);
  });
});

describe('what a code means for an order', () => {
  test.each<[CodeClass, number[]]>([
    ['doubt', [500, 503, 504, 20002, 730000]],
    ['throttled', [429, 510, 403, 11444]],
    ['clock', [700003, 10073]],
    ['notOpenYet', [10007, 30000, 30001, 30016]],
    ['priceCap', [30010]],
    ['priceBand', [30087]],
    ['marketOrderDisabled', [30018, 30019, 30051, 30041]],
    ['noCounterparty', [30025]],
    ['funds', [30004, 10101, 30005]],
    ['sellingSuspended', [30028]],
    ['account', [30020, 70011, 30027, 30029, 30032, 10098, 60005, 26]],
    ['key', [602, 700001, 700002, 700006, 700007, 700013, 10072, 401, 400]],
    ['unknownOrder', [-2011, -2013, 22222, 30026]],
    ['parameters', [30002, 30003, 10096, 10102, 33333, 44444, 700004, 700005, -1121, 730002]],
  ])('%s', (kind, codes) => {
    for (const code of codes) expect([code, classOf(code)]).toEqual([code, kind]);
  });

  test('a code that nobody has explained is doubt', () => {
    for (const code of [-2010, 1, 30099, 999_999]) expect(classOf(code)).toBe('doubt');
  });
});

describe('the opening cap', () => {
  test.each([
    ['Order price cannot exceed 0.05USDT', '0.05'],
    ['Order price cannot exceed 5USDT', '5'],
    ['order price cannot exceed  12.50 USDC', '12.50'],
    ['no valid trade price', null],
    ['Order price cannot exceed USDT', null],
    ['Order price cannot exceed -5USDT', null],
    [`Order price cannot exceed ${'9'.repeat(60)}USDT`, null],
    ['', null],
  ])('in "%s" is %s', (text, cap) => {
    expect(capInText(text)).toBe(cap);
  });
});
