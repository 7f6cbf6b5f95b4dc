import type { Fixed } from './fixed.ts';

export type Side = 'BUY' | 'SELL';

/** An order resting in the book. `owner` null: one of the other traders. */
export interface BookOrder {
  readonly id: string;
  readonly owner: string | null;
  readonly side: Side;
  readonly price: Fixed;
  /** Base units still open; changed by the book only. */
  remaining: Fixed;
}

/** All orders at one price, oldest first. */
export interface Level {
  readonly price: Fixed;
  readonly orders: BookOrder[];
  total: Fixed;
}

export const opposite = (side: Side): Side => (side === 'BUY' ? 'SELL' : 'BUY');

/** Price-time priority: the best price first, at one price the oldest order first. */
export class OrderBook {
  /** Rises with every change of a level; the `lastUpdateId` and stream version of the exchange. */
  version: number;
  /** Called after each change of a level, for the depth stream. */
  onLevel: ((side: Side, price: Fixed) => void) | null = null;
  readonly #bids: Level[] = [];
  readonly #asks: Level[] = [];
  readonly #orders = new Map<string, BookOrder>();

  constructor(firstVersion: number) {
    this.version = firstVersion;
  }

  /** Levels of a side, best first. Read only. */
  levels(side: Side): readonly Level[] {
    return side === 'BUY' ? this.#bids : this.#asks;
  }

  best(side: Side): Level | null {
    return this.levels(side)[0] ?? null;
  }

  get(id: string): BookOrder | null {
    return this.#orders.get(id) ?? null;
  }

  orders(): Iterable<BookOrder> {
    return this.#orders.values();
  }

  add(order: BookOrder): void {
    const levels = order.side === 'BUY' ? this.#bids : this.#asks;
    const index = this.#position(order.side, order.price);
    let level = levels[index];
    if (level === undefined || level.price !== order.price) {
      level = { price: order.price, orders: [], total: 0n };
      levels.splice(index, 0, level);
    }
    level.orders.push(order);
    level.total += order.remaining;
    this.#orders.set(order.id, order);
    this.#changed(order.side, order.price);
  }

  /** Takes an order out; null if it does not rest here. */
  remove(id: string): BookOrder | null {
    const order = this.#orders.get(id);
    if (order === undefined) return null;
    this.#take(order, order.remaining, true);
    return order;
  }

  /** Reduces a resting order by an execution; it leaves when nothing remains. */
  fill(order: BookOrder, quantity: Fixed): void {
    const gone = quantity === order.remaining;
    this.#take(order, quantity, gone);
    order.remaining -= quantity;
  }

  #take(order: BookOrder, quantity: Fixed, gone: boolean): void {
    const levels = order.side === 'BUY' ? this.#bids : this.#asks;
    const index = this.#position(order.side, order.price);
    const level = levels[index];
    if (level === undefined) throw new Error(`order ${order.id} is not in its level`);
    level.total -= quantity;
    if (gone) {
      level.orders.splice(level.orders.indexOf(order), 1);
      this.#orders.delete(order.id);
      if (level.orders.length === 0) levels.splice(index, 1);
    }
    this.#changed(order.side, order.price);
  }

  /** Index of the level with that price, or where it belongs. */
  #position(side: Side, price: Fixed): number {
    const levels = side === 'BUY' ? this.#bids : this.#asks;
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = levels[middle]?.price ?? 0n;
      if (side === 'BUY' ? at > price : at < price) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #changed(side: Side, price: Fixed): void {
    this.version += 1;
    this.onLevel?.(side, price);
  }
}
