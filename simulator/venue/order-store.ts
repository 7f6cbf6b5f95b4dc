import { isOpenOrder, type Fill, type Order } from './order.ts';

const closedOrdersMax = 50_000;
const fillsMax = 100_000;

/** All orders and fills of all accounts, with the look-ups that the calls need. */
export class OrderStore {
  readonly #orders = new Map<string, Order>();
  readonly #byClientId = new Map<string, Order[]>();
  readonly #open = new Map<string, Set<Order>>();
  #fills: Fill[] = [];

  /** Adds an order, or replaces the one with its id (when a journal is read). */
  put(order: Order): void {
    const known = this.#orders.get(order.orderId);
    if (known !== undefined) this.#forget(known);
    this.#orders.set(order.orderId, order);
    if (order.clientOrderId !== null) {
      const key = clientKey(order.account, order.clientOrderId);
      this.#byClientId.set(key, [...(this.#byClientId.get(key) ?? []), order]);
    }
    this.updated(order);
    if (this.#orders.size > closedOrdersMax) this.#forgetOldest();
  }

  /** To be called when the status of an order may have changed. */
  updated(order: Order): void {
    const open = this.#open.get(order.account) ?? new Set();
    this.#open.set(order.account, open);
    if (isOpenOrder(order)) open.add(order);
    else open.delete(order);
  }

  addFill(fill: Fill): void {
    this.#fills.push(fill);
    if (this.#fills.length > fillsMax * 1.2) this.#fills = this.#fills.slice(-fillsMax);
  }

  get(orderId: string): Order | null {
    return this.#orders.get(orderId) ?? null;
  }

  /** Oldest first; more than one only where the exchange accepts an id twice. */
  byClientId(account: string, clientOrderId: string): readonly Order[] {
    return this.#byClientId.get(clientKey(account, clientOrderId)) ?? [];
  }

  open(account: string): ReadonlySet<Order> {
    return this.#open.get(account) ?? new Set();
  }

  all(): Iterable<Order> {
    return this.#orders.values();
  }

  fills(): readonly Fill[] {
    return this.#fills;
  }

  clear(): void {
    this.#orders.clear();
    this.#byClientId.clear();
    this.#open.clear();
    this.#fills = [];
  }

  #forget(order: Order): void {
    this.#orders.delete(order.orderId);
    this.#open.get(order.account)?.delete(order);
    if (order.clientOrderId === null) return;
    const key = clientKey(order.account, order.clientOrderId);
    const left = (this.#byClientId.get(key) ?? []).filter((other) => other !== order);
    if (left.length === 0) this.#byClientId.delete(key);
    else this.#byClientId.set(key, left);
  }

  #forgetOldest(): void {
    for (const order of this.#orders.values()) {
      if (isOpenOrder(order)) continue;
      this.#forget(order);
      return;
    }
  }
}

const clientKey = (account: string, clientOrderId: string): string => `${account} ${clientOrderId}`;
