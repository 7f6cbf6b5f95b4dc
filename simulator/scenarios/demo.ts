import type { Planned } from '../clock.ts';
import { cancelOrder } from '../venue/place-order.ts';
import { listingPlan, type ListingPlan } from '../markets/listing-plan.ts';
import type { Market } from '../markets/market.ts';
import type { Venue } from '../venue/venue.ts';
import { figures } from './figures.ts';
import { coinName } from './names.ts';
import { hashText, randomFrom } from './random.ts';

const firstAfterMs = 5_000;
const everyMs = 90_000;
const jitterMs = 10_000;
const leadMs = 30_000;
/** The record of a pair appears a little after its announcement. */
const visibleAfterMs = 2_000;
const lifeMs = 45 * 60_000;
/** A pair that an account still holds stays on, up to this age. */
const heldLifeMs = 6 * 3_600_000;
const shownAfterRetiringMs = 5 * 60_000;

/** Four winners, four losers and two flat ones in ten; the first to be seen is a winner. */
const kinds: readonly ('winner' | 'loser' | 'flat')[] = [
  'winner',
  'loser',
  'flat',
  'winner',
  'loser',
  'winner',
  'loser',
  'flat',
  'winner',
  'loser',
];

/** Announces a made-up coin every 90 s or so, opens it 30 s later, and takes old ones away. */
export class Demo {
  readonly #venue: Venue;
  readonly #added: (market: Market) => void;
  #planned: Planned | null = null;

  /** `added` hears of each new market. */
  constructor(venue: Venue, added: (market: Market) => void) {
    this.#venue = venue;
    this.#added = added;
  }

  start(): void {
    const nowMs = this.#venue.clock.nowMs();
    const pending = [...this.#venue.markets()].some((m) => (m.plan.opensAtMs ?? 0) > nowMs);
    const planned = pending ? this.#venue.scenario.nextAnnounceMs : null;
    const latestMs = nowMs + everyMs + jitterMs;
    this.#plan(Math.min(Math.max(planned ?? 0, nowMs + firstAfterMs), latestMs));
  }

  stop(): void {
    this.#planned?.cancel();
    this.#planned = null;
  }

  #plan(atMs: number): void {
    this.#planned = this.#venue.clock.at(atMs, () => {
      this.#retire();
      this.#announce();
    });
  }

  #announce(): void {
    const { seed, namesUsed, nameOffset } = this.#venue.scenario;
    const nowMs = this.#venue.clock.nowMs();
    const random = randomFrom(hashText(`${seed} ${namesUsed}`));
    const nextAnnounceMs = nowMs + everyMs + Math.round((random() - 0.5) * jitterMs);
    this.#venue.keepScenario({ namesUsed: namesUsed + 1, nextAnnounceMs });
    const plan = demoPlan({ number: namesUsed, nameOffset, seed, nowMs, random });
    this.#added(this.#venue.addMarket(plan, true));
    this.#plan(nextAnnounceMs);
  }

  /** Old pairs go: first their record says offline, then it disappears. */
  #retire(): void {
    const nowMs = this.#venue.clock.nowMs();
    for (const market of this.#venue.markets()) {
      const { retiresAtMs, opensAtMs, symbol } = market.plan;
      if (retiresAtMs === null || opensAtMs === null) continue;
      const ending = retiresAtMs - nowMs < everyMs * 2 && retiresAtMs > nowMs;
      if (ending && this.#isHeld(market) && nowMs - opensAtMs < heldLifeMs) {
        this.#venue.changePlan(market, { retiresAtMs: retiresAtMs + lifeMs });
      } else if (nowMs > retiresAtMs) {
        this.#cancelOrders(symbol);
        if (nowMs > retiresAtMs + shownAfterRetiringMs) this.#venue.removeMarket(symbol);
      }
    }
  }

  #isHeld(market: Market): boolean {
    const { baseAsset } = market.plan;
    return [...this.#venue.accounts()].some((account) => {
      const balance = account.balances.get(baseAsset);
      return balance !== undefined && balance.free + balance.locked > 0n;
    });
  }

  #cancelOrders(symbol: string): void {
    for (const account of this.#venue.accounts()) {
      for (const order of this.#venue.orders.open(account.name)) {
        if (order.symbol === symbol) cancelOrder(this.#venue, order);
      }
    }
  }
}

interface DemoChoice {
  readonly number: number;
  readonly nameOffset: number;
  readonly seed: string;
  readonly nowMs: number;
  readonly random: () => number;
}

function demoPlan({ number, nameOffset, seed, nowMs, random }: DemoChoice): ListingPlan {
  const { ticker, fullName } = coinName(number, nameOffset);
  const opensAtMs = Math.ceil((nowMs + leadMs) / 1000) * 1000;
  const reference = figures.openPrices[Math.floor(random() * figures.openPrices.length)] ?? '0.01';
  const firstPrice = (Number(reference) * (0.9 + random())).toPrecision(4);
  const decimals = Math.max(4, 4 - Math.floor(Math.log10(Number(firstPrice))));
  return listingPlan({
    symbol: `${ticker}USDT`,
    baseAsset: ticker,
    fullName,
    announceAtMs: nowMs,
    announcedOpensAtMs: opensAtMs,
    visibleAtMs: nowMs + visibleAfterMs,
    opensAtMs,
    retiresAtMs: opensAtMs + lifeMs,
    firstPrice: Number(firstPrice).toFixed(decimals),
    path: { kind: kinds[number % kinds.length] ?? 'flat' },
    pathSeed: `${seed} ${ticker}`,
    pricePlaces: decimals,
    levelQuote: 150 + Math.round(random() * 250),
    marketOrders: random() < 0.5 ? 'refused' : 'canceled',
  });
}
