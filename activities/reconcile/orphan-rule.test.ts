import { describe, expect, test } from 'vitest';
import { price, quantity, quoteAmount } from '#domain/amount.ts';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import type { ExchangeOrderId, OrderReport, OrderStatus } from '#domain/order.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import type { RecordedTrade } from '#prisma/orphans.ts';
import { isOrphan, isSellable, unexplained } from './orphan-rule.ts';
import { ownOrderId, type OwnOrderId } from './own-order-id.ts';

const ID = 'ab12-listing00001-e-1';
const own = (): OwnOrderId => {
  const read = ownOrderId(ID, 'ab12');
  if (read === null) throw new Error('not ours');
  return read;
};

const report = (status: OrderStatus, executed: string): OrderReport => ({
  symbol: marketSymbol('ABCUSDT'),
  exchangeOrderId: 'C02__1' as ExchangeOrderId,
  clientOrderId: own().clientOrderId,
  side: 'buy',
  status,
  price: price('1'),
  quantity: quantity('10'),
  executed: quantity(executed),
  executedQuote: quoteAmount(executed),
  createdAtMs: 0,
});

const trade = (phase: string, permit: string | null, executed: string | null): RecordedTrade => ({
  listingId: 'listing00001',
  base: 'ABC',
  phase,
  permits: new Map(permit === null ? [] : [['entry', permit]]),
  executed: new Map(executed === null ? [] : [[ID, quantity(executed)]]),
});

interface Case {
  readonly status: OrderStatus;
  /** At the exchange. */
  readonly executed: string;
  readonly phase: string;
  readonly permit: string | null;
  /** Executed, as the record has it; null: it has no such order. */
  readonly recorded: string | null;
  readonly orphan: boolean;
}

describe('an order of ours', () => {
  test.each<Case>([
    {
      status: 'filled',
      executed: '10',
      phase: 'closed',
      permit: 'closed',
      recorded: '10',
      orphan: false,
    },
    {
      status: 'filled',
      executed: '10',
      phase: 'closed',
      permit: 'closed',
      recorded: '0',
      orphan: true,
    },
    {
      status: 'filled',
      executed: '10',
      phase: 'closed',
      permit: 'closed',
      recorded: null,
      orphan: true,
    },
    {
      status: 'partlyCanceled',
      executed: '4',
      phase: 'closed',
      permit: 'closed',
      recorded: '3',
      orphan: true,
    },
    {
      status: 'canceled',
      executed: '0',
      phase: 'closed',
      permit: 'closed',
      recorded: null,
      orphan: false,
    },
    {
      status: 'canceled',
      executed: '0',
      phase: 'closed',
      permit: 'closed',
      recorded: '0',
      orphan: false,
    },
    {
      status: 'new',
      executed: '0',
      phase: 'closed',
      permit: 'closed',
      recorded: '0',
      orphan: true,
    },
    {
      status: 'partlyFilled',
      executed: '3',
      phase: 'closed',
      permit: 'closed',
      recorded: '3',
      orphan: true,
    },
    {
      status: 'new',
      executed: '0',
      phase: 'buying',
      permit: 'taken',
      recorded: '0',
      orphan: false,
    },
    {
      status: 'filled',
      executed: '10',
      phase: 'unresolved',
      permit: 'taken',
      recorded: '0',
      orphan: false,
    },
    {
      status: 'filled',
      executed: '10',
      phase: 'holding',
      permit: 'closed',
      recorded: null,
      orphan: true,
    },
    {
      status: 'filled',
      executed: '10',
      phase: 'holding',
      permit: 'closed',
      recorded: '10',
      orphan: false,
    },
    {
      status: 'filled',
      executed: '10',
      phase: 'armed',
      permit: 'free',
      recorded: null,
      orphan: true,
    },
    {
      status: 'filled',
      executed: '10',
      phase: 'closed',
      permit: 'taken',
      recorded: null,
      orphan: true,
    },
    {
      status: 'filled',
      executed: '10',
      phase: 'closed',
      permit: null,
      recorded: null,
      orphan: true,
    },
  ])(
    '$status $executed at the exchange; trade $phase, permit $permit, recorded $recorded: $orphan',
    ({ status, executed, phase, permit, recorded, orphan }) => {
      const result = isOrphan(report(status, executed), own(), trade(phase, permit, recorded));
      expect(result).toBe(orphan);
    },
  );

  test('is an orphan when the record has no such trade', () => {
    expect(isOrphan(report('filled', '10'), own(), null)).toBe(true);
    expect(isOrphan(report('canceled', '0'), own(), null)).toBe(false);
  });
});

const rules = {
  quantityDecimals: 2,
  minQuantity: quantity('0.5'),
  minNotional: quoteAmount('5'),
  maxNotional: quoteAmount('1000'),
} as SymbolRules; // what a size is judged by

describe('coins', () => {
  test.each([
    ['0', '1', false],
    ['0.001', '100000', false],
    ['4.99', '1', false],
    ['5', '1', true],
    ['0.4', '100', false],
    ['2000', '1', true],
    ['0.5', null, true],
    ['0.49', null, false],
  ])('%s at a bid of %s: can be sold is %s', (size, bid, sellable) => {
    expect(isSellable(quantity(size), rules, bid === null ? null : price(bid))).toBe(sellable);
  });

  test('of a pair without a record are taken for sellable', () => {
    expect(isSellable(quantity('0.00000001'), null, null)).toBe(true);
    expect(isSellable(quantity('0'), null, null)).toBe(false);
  });

  test.each([
    { total: '10', before: '0', held: '0', rest: '10' },
    { total: '10', before: '4', held: '6', rest: '0' },
    { total: '10.5', before: '4', held: '6', rest: '0.5' },
    { total: '3', before: '4', held: '6', rest: '0' },
  ])('of $total with $before from before and $held held, $rest are unexplained', (each) => {
    const coin = {
      asset: asset('ABC'),
      symbol: marketSymbol('ABCUSDT'),
      listingId: 'listing00001',
      ownedBefore: quantity(each.before),
      held: quantity(each.held),
    };
    expect(unexplained(quantity(each.total), coin)).toBe(each.rest);
  });
});
