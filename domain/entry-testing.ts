import { fraction } from './amount.ts';
import { tradingOptions, demoOptions, type EntryOptions } from './configuration.ts';
import type { EntryView } from './entry-rule.ts';
import { marketSymbol } from './market-symbol.ts';
import type { BookTop, Deal } from './market.ts';
import { price, quantity, quoteAmount, rulesOf } from './testing.ts';

// Entries to judge, valid by default: a test names only what matters.

const symbol = marketSymbol('ABCUSDT');
export const OPENS = 1_000_000;

export const deal = (at: string, atMs = OPENS): Deal => ({
  symbol,
  price: price(at),
  quantity: quantity('1000'),
  takerSide: 'buy',
  atMs,
  receivedAtMs: atMs,
});

export const book = (bid: string, ask: string): BookTop => ({
  symbol,
  bid: { price: price(bid), quantity: quantity('10') },
  ask: { price: price(ask), quantity: quantity('10') },
  receivedAtMs: OPENS,
});

export const options = (changes: Partial<EntryOptions> = {}): EntryOptions => ({
  ...tradingOptions.parse(demoOptions).entry,
  ...changes,
});

export const view = (changes: Partial<EntryView> = {}): EntryView => ({
  nowMs: OPENS + 10,
  clockErrorMs: 0,
  opensAtMs: OPENS,
  firstPrint: deal('1'),
  tradingSinceMs: OPENS,
  top: book('0.99', '1'),
  lastPrice: price('1'),
  asks: null,
  cap: null,
  needsPrint: false,
  budget: quoteAmount('100'),
  takerFee: fraction('0.0005'),
  rules: rulesOf(),
  options: options(),
  ...changes,
});
