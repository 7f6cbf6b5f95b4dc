import { weights, type Weight } from './weights.ts';

type Model = 'shared300' | 'perEndpoint500';

/** Which process calls. One account has one budget: the roles share it. */
export type Role = 'alone' | 'monitor' | 'worker';

/** What an account may send, and among how many it is divided. */
export interface OrderLimits {
  /** Orders and cancels of the whole account per second. */
  readonly orderRate: number;
  /** How many of those entries must leave to exits and cancels. */
  readonly exitReserve: number;
  /** Processes of this role that are alive: they share the role's part evenly. */
  readonly sharers: number;
}

export interface BudgetSettings extends OrderLimits {
  /**
   * Two models are published, and which one holds is not known. `shared300`: 300 per 10 s for all
   * calls of an address, raised weights. `perEndpoint500`: 500 per 10 s for each call. `learn`: the
   * second, until a 429 that it does not explain shows that it is the first.
   */
  readonly model: Model | 'learn';
  readonly role: Role;
  /** All calls of the account per second; heeded in `shared300`. Orders keep their part of it. */
  readonly callRate: number;
}

/** 20 calls and 12 orders a second: official page as of 2026-04. */
export const usualBudget: BudgetSettings = {
  model: 'learn',
  role: 'alone',
  orderRate: 10,
  exitReserve: 3,
  sharers: 1,
  callRate: 20,
};

/** A call that wants to be sent. `first`: exits and cancels, which may use the reserve. */
export interface Wanted {
  readonly method: string;
  readonly path: string;
  readonly first: boolean;
}

/** Why a call must wait, and for how long. */
export interface Hold {
  readonly ms: number;
  readonly because: string;
}

export interface BudgetState {
  /** The model that is kept to now. */
  readonly model: Model;
  /** All calls are stopped until then, this host's epoch ms; null when they are not. */
  readonly bannedUntilMs: number | null;
  /** Weight used in the last 10 s, and what this process may use. */
  readonly weight: { readonly used: number; readonly most: number };
  /** `entriesMost`: without the reserve for exits. */
  readonly orders: {
    readonly used: number;
    readonly most: number;
    readonly entriesMost: number;
  };
}

/** Keeps this process within its part of what the exchange allows. In memory: one per process. */
export interface RequestBudget {
  /** Books the call and answers null, or books nothing and answers how long to wait. */
  take(wanted: Wanted): Hold | null;
  /** Heeds an answer that told us to slow down. Null: it did not say for how long. */
  slowDown(call: Wanted, status: number, retryAfterMs: number | null): void;
  /** Stops every call until then, this host's epoch ms: another process was banned, or a former one. */
  stopUntil(epochMs: number): void;
  /** Keeps to other limits from the next call on. What was sent before still counts. */
  limitTo(limits: OrderLimits): void;
  state(): BudgetState;
}

// Monitors race at openings, workers guard and sell; both roles have exits in their part.
const PART: Readonly<Record<Role, number>> = { alone: 1, monitor: 0.6, worker: 0.4 };
/** What polls may use of the weight: a sale must be able to ask for balance, book and order. */
const POLLS_PART = 0.7;
/** The scope of all calls together. */
const SHARED = 'all';
const WINDOW_MS = 10_000;
/** A second, and how far apart two requests may arrive that left together. */
const ORDERS_SPAN_MS = 1200;
const MOST = { shared300: 300, perEndpoint500: 500 } as const;
/** A 429 without Retry-After: the orders per second are counted anew by then. */
const SLOW_DOWN_MS = 1000;
/** The FAQ's advice for an address that was banned; bans last 2 minutes to 3 days. */
const BAN_MS = 600_000;
/** A denial by the firewall or a closed feature; asking again soon prolongs it. */
const DENIED_MS = 10_000;

/** Use within a sliding span; the exchange's window may begin anywhere. */
class Meter {
  most: number;
  spanMs: number;
  private uses: { readonly atMs: number; readonly weight: number }[] = [];

  constructor(most: number, spanMs: number) {
    this.most = most;
    this.spanMs = spanMs;
  }

  used(nowMs: number): number {
    this.uses = this.uses.filter((use) => use.atMs > nowMs - this.spanMs);
    return this.uses.reduce((sum, use) => sum + use.weight, 0);
  }

  /** How long until `weight` fits under `most`; 0 when it does. More than all of it fits alone. */
  waitMs(weight: number, most: number, nowMs: number): number {
    let over = this.used(nowMs) + weight - most;
    for (const use of this.uses) {
      if (over <= 0) break;
      over -= use.weight;
      if (over <= 0) return use.atMs + this.spanMs - nowMs;
    }
    return over > 0 && this.uses.length > 0 ? this.spanMs : 0;
  }

  add(weight: number, nowMs: number): void {
    this.used(nowMs); // forgets what is over: a meter that nobody asks must not grow
    this.uses.push({ atMs: nowMs, weight });
  }
}

export const createRequestBudget = (
  settings: BudgetSettings,
  nowMs: () => number = () => performance.now(),
): RequestBudget => new SharedBudget(settings, nowMs);

class SharedBudget implements RequestBudget {
  private model: Model;
  private readonly learns: boolean;
  private readonly nowMs: () => number;
  private readonly role: Role;
  private readonly callRate: number;
  private part = 1;
  private readonly meters = new Map<string, Meter>();
  private readonly orders = new Meter(1, ORDERS_SPAN_MS);
  private readonly reads = new Meter(1, ORDERS_SPAN_MS);
  private entriesMost = 1;
  /** Calls that were told to slow down, by scope; monotonic ms. */
  private readonly heldUntil = new Map<string, { readonly atMs: number; readonly why: string }>();
  private bannedUntil: number | null = null;

  constructor(settings: BudgetSettings, nowMs: () => number) {
    this.learns = settings.model === 'learn';
    this.model = settings.model === 'learn' ? 'perEndpoint500' : settings.model;
    this.nowMs = nowMs;
    this.role = settings.role;
    this.callRate = settings.callRate;
    this.limitTo(settings);
  }

  limitTo({ orderRate, exitReserve, sharers }: OrderLimits): void {
    this.part = PART[this.role] / Math.max(1, sharers);
    perSecond(this.orders, orderRate * this.part);
    perSecond(this.reads, Math.max(1, this.callRate - orderRate) * this.part);
    const reserve = Math.ceil(exitReserve * this.part);
    this.entriesMost = Math.max(1, this.orders.most - reserve);
    for (const [scope, meter] of this.meters)
      meter.most = MOST[scope === SHARED ? 'shared300' : 'perEndpoint500'] * this.part;
  }

  take(wanted: Wanted): Hold | null {
    const now = this.nowMs();
    const weight = weightOf(wanted);
    const holds = [this.ban(now), this.held(wanted, now)];
    if (weight.order === true) holds.push(this.orderHold(wanted, now));
    // An order is never held back by what reads have used up: it has its own limit.
    else holds.push(this.weightHold(wanted, weight, now), this.readHold(weight, now));
    const longest = holds.reduce((a, b) => ((b?.ms ?? 0) > (a?.ms ?? 0) ? b : a), null);
    if (longest !== null) return longest;
    // Booked in both models: the one that is learned must know what was used before.
    this.meter('shared300', wanted).add(weight.raised, now);
    this.meter('perEndpoint500', wanted).add(weight.documented, now);
    (weight.order === true ? this.orders : this.reads).add(1, now);
    return null;
  }

  stopUntil(epochMs: number): void {
    const leftMs = epochMs - Date.now();
    if (leftMs > 0) this.bannedUntil = Math.max(this.bannedUntil ?? 0, this.nowMs() + leftMs);
  }

  slowDown(call: Wanted, status: number, retryAfterMs: number | null): void {
    const now = this.nowMs();
    if (status === 418) {
      this.bannedUntil = Math.max(this.bannedUntil ?? 0, now + (retryAfterMs ?? BAN_MS));
      return;
    }
    const isOrder = weightOf(call).order === true;
    if (status === 429 && !isOrder && this.learns) this.model = 'shared300';
    // A denied order says nothing about the next one; whether to try is not ours to decide.
    if (status === 403 && isOrder) return;
    const ms = retryAfterMs ?? (status === 429 || status === 510 ? SLOW_DOWN_MS : DENIED_MS);
    const why = `the exchange answered ${status}`;
    this.heldUntil.set(this.scopeOf(call, isOrder), { atMs: now + ms, why });
  }

  state(): BudgetState {
    const now = this.nowMs();
    const isShared = this.model === 'shared300';
    const meters = [...this.meters].filter(([scope]) => (scope === SHARED) === isShared);
    const used = meters.map(([, meter]) => meter.used(now));
    const ban = this.ban(now);
    return {
      model: this.model,
      bannedUntilMs: ban === null ? null : Date.now() + ban.ms,
      weight: { used: Math.max(0, ...used), most: MOST[this.model] * this.part },
      orders: {
        used: this.orders.used(now),
        most: this.orders.most,
        entriesMost: this.entriesMost,
      },
    };
  }

  private ban(now: number): Hold | null {
    if (this.bannedUntil === null || this.bannedUntil <= now) return null;
    return { ms: this.bannedUntil - now, because: 'the exchange has banned this address (418)' };
  }

  private held(wanted: Wanted, now: number): Hold | null {
    const held = this.heldUntil.get(this.scopeOf(wanted, weightOf(wanted).order === true));
    return held === undefined ? null : hold(held.atMs - now, held.why);
  }

  private orderHold(wanted: Wanted, now: number): Hold | null {
    const most = wanted.first ? this.orders.most : this.entriesMost;
    return hold(this.orders.waitMs(1, most, now), `${most} orders per second are sent already`);
  }

  /** Calls per second are metered by those who meter all calls together. */
  private readHold(weight: Weight, now: number): Hold | null {
    if (this.model !== 'shared300') return null;
    const most = weight.poll === true ? this.reads.most * POLLS_PART : this.reads.most;
    return hold(
      this.reads.waitMs(1, Math.max(1, most), now),
      `${this.reads.most} calls per second are sent already`,
    );
  }

  private weightHold(wanted: Wanted, weight: Weight, now: number): Hold | null {
    const meter = this.meter(this.model, wanted);
    const cost = this.model === 'shared300' ? weight.raised : weight.documented;
    const most = weight.poll === true ? meter.most * POLLS_PART : meter.most;
    return hold(meter.waitMs(cost, most, now), 'our own weight budget is used up');
  }

  /** What the exchange meters together. Orders and cancels are one scope in both models. */
  private scopeOf(call: Wanted, isOrder: boolean): string {
    if (isOrder) return 'orders';
    return this.model === 'shared300' ? 'reads' : `${call.method} ${call.path}`;
  }

  private meter(model: Model, call: Wanted): Meter {
    const scope = model === 'shared300' ? SHARED : `${call.method} ${call.path}`;
    const known = this.meters.get(scope);
    if (known !== undefined) return known;
    const made = new Meter(MOST[model] * this.part, WINDOW_MS);
    this.meters.set(scope, made);
    return made;
  }
}

/** Less than one a second is one in a longer span. */
const perSecond = (meter: Meter, rate: number): void => {
  meter.most = Math.max(1, Math.floor(rate + 1e-9)); // 10 x 0.6 / 3 is a little under 2
  meter.spanMs = ORDERS_SPAN_MS * Math.max(1, 1 / rate);
};

const hold = (ms: number, because: string): Hold | null => (ms > 0 ? { ms, because } : null);

/** A call that is missing in the table costs as much as the dearest. */
const UNKNOWN: Weight = { documented: 40, raised: 40 };

const weightOf = (call: Wanted): Weight => weights[`${call.method} ${call.path}`] ?? UNKNOWN;
