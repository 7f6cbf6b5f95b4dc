import { describe, expect, it } from 'vitest';
import { ManualClock } from '../clock.ts';
import { fixed, formatFixed, parseFixed, toNumber } from '../matching/fixed.ts';
import { listingPlan } from '../markets/listing-plan.ts';
import type { Market } from '../markets/market.ts';
import { placeOrder } from '../venue/place-order.ts';
import { Venue } from '../venue/venue.ts';
import type { PathPlan } from './price-path.ts';
import { pricePath } from './price-path.ts';

const openMs = 1_760_000_000_000;

function openedMarket(path: PathPlan): { venue: Venue; market: Market; clock: ManualClock } {
  const clock = new ManualClock(openMs);
  const state = { seed: 'test', namesUsed: 0, nameOffset: 0, nextAnnounceMs: null };
  const venue = new Venue(clock, state);
  const market = venue.addMarket(
    listingPlan({
      symbol: 'AAAUSDT',
      baseAsset: 'AAA',
      opensAtMs: openMs,
      firstPrice: '1.00',
      path,
      pricePlaces: 4,
    }),
    false,
  );
  return { venue, market, clock };
}

describe('the other traders', () => {
  it('print the first trade within tens of milliseconds of the opening', () => {
    const { market } = openedMarket({ kind: 'winner' });
    market.advance(openMs + 100);
    expect((market.prints[0]?.timeMs ?? 0) - openMs).toBe(20);
    expect(market.prints[0]?.takerSide).toBe('BUY');
  });

  it('keep best bid and ask around the path, and never cross them', () => {
    const { market } = openedMarket({ kind: 'winner' });
    for (let ms = 0; ms < 90_000; ms += 250) {
      market.advance(openMs + ms);
      const bid = toNumber(market.book.best('BUY')?.price ?? 0n);
      const ask = toNumber(market.book.best('SELL')?.price ?? 0n);
      const target = market.path.multipleAt(Math.floor(ms / 100) / 10);
      expect(bid).toBeLessThan(ask);
      expect(Math.abs((bid + ask) / 2 / target - 1)).toBeLessThan(0.1);
    }
  });

  it('execute a resting order that the price moves through, at its own price', () => {
    const points = [
      [0, 1],
      [10, 1],
      [20, 0.8],
    ] as const;
    const { venue, market, clock } = openedMarket({ kind: 'custom', points });
    clock.advance(5_000);
    market.advance(clock.nowMs());
    const account = venue.accountByKey('sim-key');
    if (account === null) throw new Error('no account');
    const order = placeOrder(venue, {
      account,
      market,
      request: {
        side: 'BUY',
        type: 'LIMIT',
        price: fixed('0.9'),
        quantity: fixed('150'),
        budget: null,
        clientOrderId: null,
        stpMode: '',
      },
    });
    expect(order.status).toBe('NEW');
    clock.advance(20_000);
    market.advance(clock.nowMs());
    expect(order.status).toBe('FILLED');
    expect(formatFixed(order.quote)).toBe('135');
    expect(venue.orders.fills().every((fill) => fill.isMaker && fill.fee === 0n)).toBe(true);
  });

  it('sleep through hours in which nobody looks, and wake up on the path', () => {
    const { market } = openedMarket({ kind: 'flat' });
    market.advance(openMs + 1_000);
    const laterMs = openMs + 10 * 3_600_000;
    market.advance(laterMs);
    const last = toNumber(market.lastPrice ?? 0n);
    expect(last).toBeGreaterThan(0.95);
    expect(last).toBeLessThan(1.05);
    const candle = market.candles.candle(laterMs - 3_600_000, 3_600_000, laterMs);
    expect(candle?.base).toBeGreaterThan(0n);
  });
});

describe('a price path', () => {
  it('is the same at an instant, whatever was asked before', () => {
    const one = pricePath({ kind: 'winner' }, 'seed');
    const other = pricePath({ kind: 'winner' }, 'seed');
    for (let second = 0; second < 50; second += 1) one.multipleAt(second);
    expect(one.multipleAt(17.3)).toBe(other.multipleAt(17.3));
  });

  it('rises for a winner and falls for a loser within a minute', () => {
    const seeds = Array.from({ length: 200 }, (_, index) => `seed ${index}`);
    const best = (kind: 'winner' | 'loser', seed: string): number =>
      Math.max(...[5, 10, 20, 30, 40].map((s) => pricePath({ kind }, seed).multipleAt(s)));
    const rose = seeds.filter((seed) => best('winner', seed) > 1.3).length;
    const fell = seeds.filter((seed) => pricePath({ kind: 'loser' }, seed).multipleAt(50) < 0.9);
    expect(rose).toBeGreaterThan(140);
    expect(fell.length).toBeGreaterThan(180);
  });
});

describe('a decimal number', () => {
  it.each(['0', '1', '0.5', '123456789.000000000000000001', '0.000000000000000000000001'])(
    'keeps its text: %s',
    (text) => expect(formatFixed(fixed(text))).toBe(text),
  );

  it.each(['', '-1', '1e3', '1.', '.5', '0x1', '1,5', ' 1'])('is not read from %j', (text) =>
    expect(parseFixed(text)).toBeNull(),
  );
});
