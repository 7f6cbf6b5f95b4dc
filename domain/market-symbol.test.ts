import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asset, marketSymbol } from './market-symbol.ts';
import { thrownBy } from './testing.ts';

describe('names of pairs', () => {
  test.each([
    'ABCUSDT',
    '币安人生USDT',
    'GOLD(XAUT)USDT',
    'US500(1)USDT',
    'aBCUSDT',
    '1000X',
    'A',
    'A_B-C.D',
  ])('takes %s unchanged', (name) => {
    expect(marketSymbol(name)).toBe(name);
    expect(asset(name)).toBe(name);
  });

  test.each([
    ['nothing', ''],
    ['a slash', 'A/B'],
    ['a space', 'A B'],
    ['a space that is not ASCII', 'A\u3000B'],
    ['a line end', 'A_B\n'],
    ['a NUL', 'A\u0000'],
    ['a mark that turns text around', 'A\u202EB'],
    ['a mark without width', 'A\u200BB'],
    ['half a character', 'A\uD83D'],
    ['a query', 'A?b=c'],
    ['another parameter', 'A&side=SELL'],
  ])('refuses %s', (_, name) => {
    expect(() => marketSymbol(name)).toThrow(/1 to 40 characters/);
    expect(() => asset(name)).toThrow(RangeError);
  });

  test('counts a Chinese or paired character as one', () => {
    expect(marketSymbol('币'.repeat(40))).toHaveLength(40);
    expect(() => marketSymbol('币'.repeat(41))).toThrow(RangeError);
    expect(asset('𠮷'.repeat(40))).toHaveLength(80);
    expect(() => asset('𠮷'.repeat(41))).toThrow(RangeError);
  });

  test('a name is taken or refused in one short sentence, whatever arrives', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom('A', '币', ' ', '/', '&', '\n', '(', '\uD800') }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const refusal = thrownBy(() => marketSymbol(text));
        const harmless = !/[\s/\\,&?#=@"'<>`|;:\p{C}]/u.test(text);
        const length = Array.from(text).length;
        expect(refusal === null).toBe(harmless && length >= 1 && length <= 40);
        expect(refusal === null || refusal instanceof RangeError).toBe(true);
        expect(String(refusal).length).toBeLessThan(600);
      }),
    );
  });

  test('an endless name is not repeated in full', () => {
    const refusal = thrownBy(() => marketSymbol('A'.repeat(1_000_000)));
    expect(refusal).toBeInstanceOf(RangeError);
    expect(String(refusal).length).toBeLessThan(300);
  });
});
