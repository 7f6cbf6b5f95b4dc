import { expect, test } from 'vitest';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import { createPairBook } from './pair-book.ts';

const rules = (base: string, quote: string, status: SymbolRules['status'] = 'online') =>
  ({
    symbol: marketSymbol(`${base}${quote}`),
    base: asset(base),
    quote: asset(quote),
    status,
  }) as SymbolRules; // what else a record holds is not read here

test('a name is explained by the exchange’s records, asked once, and again later', async () => {
  let nowMs = 0;
  const asked: string[] = [];
  const found = new Map<string, SymbolRules>();
  const of = (symbol: string) => {
    asked.push(symbol);
    return Promise.resolve(found.get(symbol) ?? null);
  };
  const book = createPairBook({ of }, { now: () => nowMs });
  const name = marketSymbol('GOLD(XAUT)USDT');
  expect(await book.of(name)).toBeNull();
  expect(await book.of(name), 'not asked again at once').toBeNull();
  expect(asked).toHaveLength(1);
  found.set(name, rules('GOLD(XAUT)', 'USDT'));
  nowMs = 10_001;
  expect(await book.of(name)).toEqual({ base: 'GOLD(XAUT)', quote: 'USDT' });
  expect(book.known(name)).toEqual({ base: 'GOLD(XAUT)', quote: 'USDT' });
  expect(asked).toHaveLength(2);
});

test('pairs of a coin are those of the last whole record', () => {
  const book = createPairBook({ of: () => Promise.resolve(null) }, { now: () => 0 });
  book.rememberAll([rules('ABC', 'USDT'), rules('ABC', 'USDC'), rules('OLD', 'USDT', 'offline')]);
  expect(book.presentOf('ABC')).toEqual(['ABCUSDT', 'ABCUSDC']);
  expect(book.presentOf('OLD')).toEqual([]);
  book.rememberAll([rules('ABC', 'USDC')]);
  expect(book.presentOf('ABC')).toEqual(['ABCUSDC']);
  expect(book.known(marketSymbol('ABCUSDT')), 'its name still means the same').not.toBeNull();
});
