import type { Clock } from '../clock.ts';
import type { Changes, VenueListener } from './changes.ts';
import { defaultAccount, fromAccountRecord, toAccountRecord, type Account } from './account.ts';
import { Ids, shapeOrderId } from './ids.ts';
import {
  memoryJournal,
  type ClockSetting,
  type Entry,
  type Journal,
  type ScenarioState,
} from './journal.ts';
import type { ListingPlan } from '../markets/listing-plan.ts';
import { Market } from '../markets/market.ts';
import { OrderStore } from './order-store.ts';
import {
  fromFillRecord,
  fromOrderRecord,
  isOpenOrder,
  remainingOf,
  toFillRecord,
  toOrderRecord,
} from './order.ts';
import { settleMaker } from './settle.ts';
import { defaultSwitches, restoredSwitches, type Switches } from './switches.ts';

/** The exchange without its wires: markets, accounts, orders. */
export class Venue {
  readonly clock: Clock;
  readonly orders = new OrderStore();
  readonly ids = new Ids();
  /** Kept for the clock, whose error outlives a restart. */
  clockSetting: ClockSetting | null = null;
  switches: Switches = defaultSwitches();
  journal: Journal = memoryJournal;
  scenario: ScenarioState;
  listener: VenueListener | null = null;
  readonly #markets = new Map<string, Market>();
  readonly #accounts = new Map<string, Account>();
  /** Plans that an operator or a scenario made; a baseline pair is made anew at each start. */
  readonly #kept = new Set<string>();

  constructor(clock: Clock, scenario: ScenarioState) {
    this.clock = clock;
    this.scenario = scenario;
    this.putAccount(defaultAccount());
  }

  market(symbol: string): Market | null {
    return this.#markets.get(symbol) ?? null;
  }

  markets(): Iterable<Market> {
    return this.#markets.values();
  }

  /** The market, after the other traders have acted up to now. */
  freshMarket(symbol: string): Market | null {
    const market = this.market(symbol);
    market?.advance(this.clock.nowMs());
    return market;
  }

  /** Adds a pair; `kept` ones survive a restart. Replaces a plan of the same name. */
  addMarket(plan: ListingPlan, kept: boolean): Market {
    const market = new Market(plan, {
      tradeId: (timeMs) => this.ids.next(timeMs),
      makerExecuted: (event) => settleMaker(this, event),
      printed: (at, print) => this.listener?.printed(at, print),
    });
    this.#markets.set(plan.symbol, market);
    if (kept) {
      this.#kept.add(plan.symbol);
      this.journal.append({ listings: [plan] });
    }
    return market;
  }

  /** Changes a plan, keeping book and trades. */
  changePlan(market: Market, change: Partial<ListingPlan>): void {
    market.plan = { ...market.plan, ...change };
    if (this.#kept.has(market.plan.symbol)) this.journal.append({ listings: [market.plan] });
  }

  removeMarket(symbol: string): void {
    this.#markets.delete(symbol);
    if (this.#kept.delete(symbol)) this.journal.append({ removedListings: [symbol] });
  }

  accountByKey(apiKey: string): Account | null {
    return this.#accounts.get(apiKey) ?? null;
  }

  account(name: string): Account | null {
    for (const account of this.#accounts.values()) if (account.name === name) return account;
    return null;
  }

  accounts(): Iterable<Account> {
    return this.#accounts.values();
  }

  putAccount(account: Account): void {
    this.#accounts.set(account.apiKey, account);
    this.journal.append({ accounts: [toAccountRecord(account)] });
  }

  newOrderId(account: Account): string {
    const number = this.ids.next(this.clock.nowMs());
    return shapeOrderId(number, account.suffix, this.switches.orderIdShape);
  }

  /** Keeps what an operation changed; called before its answer leaves. */
  commit(changes: Changes): void {
    if (changes.orders.size + changes.fills.length + changes.accounts.size === 0) return;
    this.journal.append({
      accounts: [...changes.accounts].map(toAccountRecord),
      orders: [...changes.orders].map(toOrderRecord),
      fills: changes.fills.map(toFillRecord),
    });
  }

  keepScenario(change: Partial<ScenarioState>): void {
    this.scenario = { ...this.scenario, ...change };
    this.journal.append({ scenario: this.scenario });
  }

  setSwitches(switches: Switches): void {
    this.switches = switches;
    this.journal.append({ switches });
  }

  keepClock(clock: ClockSetting): void {
    this.clockSetting = clock;
    this.journal.append({ clock });
  }

  /** The whole kept state as one entry. */
  snapshot(): Entry {
    return {
      accounts: [...this.accounts()].map(toAccountRecord),
      orders: [...this.orders.all()].map(toOrderRecord),
      fills: this.orders.fills().map(toFillRecord),
      listings: [...this.#kept].flatMap((symbol) => this.market(symbol)?.plan ?? []),
      switches: this.switches,
      ...(this.clockSetting === null ? {} : { clock: this.clockSetting }),
      scenario: this.scenario,
    };
  }

  /** Applies kept entries, oldest first, before anything listens. */
  restore(entries: readonly Entry[]): void {
    const fills = new Set<string>();
    for (const entry of entries) {
      for (const record of entry.accounts ?? []) this.putAccount(fromAccountRecord(record));
      for (const record of entry.orders ?? []) this.orders.put(fromOrderRecord(record));
      for (const record of entry.fills ?? []) {
        if (fills.has(`${record.account} ${record.id} ${record.orderId}`)) continue;
        fills.add(`${record.account} ${record.id} ${record.orderId}`);
        this.orders.addFill(fromFillRecord(record));
        this.ids.seen(record.id);
      }
      for (const plan of entry.listings ?? []) this.addMarket(plan, true);
      for (const symbol of entry.removedListings ?? []) this.removeMarket(symbol);
      if (entry.scenario !== undefined) this.scenario = entry.scenario;
      if (entry.switches !== undefined) this.switches = restoredSwitches(entry.switches);
      this.clockSetting = entry.clock ?? this.clockSetting;
    }
    for (const order of this.orders.all()) this.ids.seen(order.orderId);
  }

  /** Puts restored open orders back into the books; to be called when all markets exist. */
  rest(): void {
    for (const order of this.orders.all()) {
      if (!isOpenOrder(order)) continue;
      const { orderId: id, account: owner, side, price } = order;
      const book = this.market(order.symbol)?.book;
      book?.add({ id, owner, side, price, remaining: remainingOf(order) });
    }
  }

  /** Accounts, orders, fills and listings as at a first start; the names used stay used. */
  reset(): void {
    this.orders.clear();
    this.#accounts.clear();
    this.#markets.clear();
    this.#kept.clear();
    this.switches = defaultSwitches();
    this.clockSetting = null;
    this.scenario = { ...this.scenario, nextAnnounceMs: null };
    this.putAccount(defaultAccount());
  }
}
