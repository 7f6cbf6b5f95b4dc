import { fromNumber, stepOf, type Fixed } from '../matching/fixed.ts';
import {
  matchIncoming,
  type Execution,
  type Incoming,
  type MatchResult,
} from '../matching/match.ts';
import { OrderBook, type Side } from '../matching/order-book.ts';
import { pricePath, type PricePath } from '../scenarios/price-path.ts';
import { hashText, randomFrom } from '../scenarios/random.ts';
import { runTick } from '../scenarios/traders.ts';
import { CandleBook } from './candles.ts';
import type { ListingPlan } from './listing-plan.ts';
import { secondsOfTick, tickAt } from './tick-times.ts';

/** A public trade as everybody sees it. */
export interface Print {
  readonly price: Fixed;
  readonly quantity: Fixed;
  /** Side of the order that took. */
  readonly takerSide: Side;
  readonly timeMs: number;
  readonly tradeId: string;
}

/** An account's resting order met an incoming one. */
export interface MakerExecution {
  readonly at: Market;
  readonly execution: Execution;
  readonly print: Print;
  readonly takerOwner: string | null;
}

/** What a market tells the venue. */
export interface MarketHooks {
  tradeId(timeMs: number): string;
  /** An account's resting order was executed; called once per execution, before `printed`. */
  makerExecuted(event: MakerExecution): void;
  printed(market: Market, print: Print): void;
}

const printsMax = 600;
/** A market that slept longer than this is set up afresh around its path, not caught up. */
const catchUpTicksMax = 120;
const ticksAfterSleep = 12;
const lookedAtMs = 10_000;

/** One pair: its book, its trades, and the other traders who keep it alive. */
export class Market {
  plan: ListingPlan;
  readonly book: OrderBook;
  readonly candles: CandleBook;
  readonly prints: Print[] = [];
  readonly path: PricePath;
  readonly firstPrice: number;
  readonly priceStep: Fixed;
  readonly quantityStep: Fixed;
  lastPrice: Fixed | null = null;
  /** When an order last entered the book, for the streams. */
  lastOrderMs = 0;
  readonly #hooks: MarketHooks;
  /** Version of a book in which nothing has happened. */
  readonly firstVersion: number;
  readonly #seed: number;
  #tick = -1;
  #nowMs = 0;
  #nextSynthetic = 0;

  constructor(plan: ListingPlan, hooks: MarketHooks) {
    this.plan = plan;
    this.#hooks = hooks;
    this.#seed = hashText(plan.pathSeed);
    this.firstVersion = this.#seed;
    this.book = new OrderBook(this.firstVersion);
    this.path = pricePath(plan.path, plan.pathSeed);
    this.firstPrice = Number(plan.firstPrice);
    this.priceStep = stepOf(plan.pricePlaces);
    this.quantityStep = stepOf(plan.quantityPlaces);
    this.candles = new CandleBook(this);
  }

  /** Whether the pair has opened and has not been taken off. */
  isOpen(nowMs: number): boolean {
    const { opensAtMs, retiresAtMs, status } = this.plan;
    if (opensAtMs === null || nowMs < opensAtMs || status !== '1') return false;
    return retiresAtMs === null || nowMs < retiresAtMs;
  }

  secondsOpen(timeMs: number): number {
    return (timeMs - (this.plan.opensAtMs ?? timeMs)) / 1000;
  }

  /** Lets the other traders act up to `nowMs`; cheap when there is nothing to do. */
  advance(nowMs: number): void {
    if (!this.isOpen(nowMs)) return;
    const due = tickAt(this.secondsOpen(nowMs));
    if (due - this.#tick > catchUpTicksMax) this.#wake(due, nowMs);
    while (this.#tick < due) {
      this.#tick += 1;
      this.#runTick(this.#tick);
    }
    this.#nowMs = nowMs;
  }

  /** When the other traders act next. */
  nextTickMs(): number {
    return (this.plan.opensAtMs ?? 0) + secondsOfTick(this.#tick + 1) * 1000;
  }

  /** Executes an order against the book and prints the trades; books nothing itself. */
  execute(incoming: Incoming, nowMs: number): MatchResult & { readonly prints: readonly Print[] } {
    this.lastOrderMs = nowMs;
    const result = matchIncoming(this.book, incoming);
    const prints = result.executions.map((execution) => this.#print(execution, incoming, nowMs));
    return { ...result, prints };
  }

  /** Whether somebody asked about this market lately. */
  isWatchedClosely(nowMs: number): boolean {
    return nowMs - this.#nowMs < lookedAtMs;
  }

  /** Price that the path has now, for markets that nobody looks at closely. */
  quickPrice(nowMs: number): Fixed {
    if (this.lastPrice !== null && this.isWatchedClosely(nowMs)) return this.lastPrice;
    return this.pathPrice(nowMs);
  }

  pathPrice(timeMs: number): Fixed {
    const seconds = Math.floor(this.secondsOpen(timeMs) / 5) * 5;
    const price = this.firstPrice * this.path.multipleAt(Math.max(0, seconds));
    const rounded = fromNumber(price, this.plan.pricePlaces);
    return rounded > 0n ? rounded : this.priceStep;
  }

  /** Adds an order of the other traders. */
  quote(side: Side, price: Fixed, quantity: Fixed): void {
    this.#nextSynthetic += 1;
    const id = `~${this.#nextSynthetic}`;
    this.book.add({ id, owner: null, side, price, remaining: quantity });
  }

  #runTick(index: number): void {
    const seconds = secondsOfTick(index);
    const timeMs = Math.round((this.plan.opensAtMs ?? 0) + seconds * 1000);
    this.#nowMs = timeMs;
    if (!this.plan.traders) return;
    runTick(this, { index, seconds, timeMs, random: randomFrom(this.#seed + index * 31) });
  }

  #wake(due: number, nowMs: number): void {
    for (const order of this.book.orders()) {
      if (order.owner === null) this.book.remove(order.id);
    }
    this.#tick = Math.max(-1, due - ticksAfterSleep);
    if (this.#tick > 0) {
      this.lastPrice = this.pathPrice(nowMs - ticksAfterSleep * 1000);
      this.candles.wakeUp(nowMs);
    }
  }

  #print(execution: Execution, incoming: Incoming, nowMs: number): Print {
    const print: Print = {
      price: execution.price,
      quantity: execution.quantity,
      takerSide: incoming.side,
      timeMs: nowMs,
      tradeId: this.#hooks.tradeId(nowMs),
    };
    this.lastPrice = print.price;
    this.prints.push(print);
    if (this.prints.length > printsMax * 1.5) this.prints.splice(0, this.prints.length - printsMax);
    this.candles.record(print);
    if (execution.maker.owner !== null) {
      this.#hooks.makerExecuted({ at: this, execution, print, takerOwner: incoming.owner });
    }
    this.#hooks.printed(this, print);
    return print;
  }
}
