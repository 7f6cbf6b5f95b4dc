import type { Planned } from '../clock.ts';
import type { Market } from '../markets/market.ts';
import type { Venue } from '../venue/venue.ts';

/** So long after its opening a market is kept going even if nobody looks. */
const youngSeconds = 150;
const lookAgainMs = 1_000;

/**
 * Keeps the other traders acting in time where somebody may notice: young listings, watched
 * markets, markets with an account's order in the book. All others are caught up when asked for.
 */
export class Driver {
  readonly #venue: Venue;
  readonly #isWatched: (symbol: string) => boolean;
  readonly #openings = new Set<Planned>();
  #live: Market[] = [];
  #lookedMs = 0;
  #next: Planned | null = null;
  #stopped = false;

  constructor(venue: Venue, isWatched: (symbol: string) => boolean) {
    this.#venue = venue;
    this.#isWatched = isWatched;
  }

  start(): void {
    const nowMs = this.#venue.clock.nowMs();
    for (const market of this.#venue.markets()) {
      if ((market.plan.opensAtMs ?? 0) > nowMs) this.expect(market);
    }
    this.poke();
  }

  /** Wakes up exactly at the opening of a market. */
  expect(market: Market): void {
    const { opensAtMs } = market.plan;
    if (opensAtMs === null) return;
    const planned = this.#venue.clock.at(opensAtMs, () => {
      this.#openings.delete(planned);
      this.poke();
    });
    this.#openings.add(planned);
  }

  /** Looks anew which markets matter, and goes on. */
  poke(): void {
    this.#lookedMs = 0;
    this.#drive();
  }

  stop(): void {
    this.#stopped = true;
    this.#next?.cancel();
    for (const planned of this.#openings) planned.cancel();
  }

  #drive(): void {
    if (this.#stopped) return;
    const nowMs = this.#venue.clock.nowMs();
    if (nowMs - this.#lookedMs >= lookAgainMs || nowMs < this.#lookedMs) this.#look(nowMs);
    let nextMs = nowMs + lookAgainMs;
    for (const market of this.#live) {
      market.advance(nowMs);
      nextMs = Math.min(nextMs, market.nextTickMs());
    }
    this.#next?.cancel();
    this.#next = this.#venue.clock.at(Math.max(nextMs, nowMs + 1), () => this.#drive());
  }

  #look(nowMs: number): void {
    this.#lookedMs = nowMs;
    const ordered = new Set<string>();
    for (const account of this.#venue.accounts()) {
      for (const order of this.#venue.orders.open(account.name)) ordered.add(order.symbol);
    }
    this.#live = [...this.#venue.markets()].filter((market) => {
      if (!market.isOpen(nowMs) || !market.plan.traders) return false;
      const { symbol } = market.plan;
      const young = market.secondsOpen(nowMs) < youngSeconds;
      return young || this.#isWatched(symbol) || ordered.has(symbol);
    });
  }
}
