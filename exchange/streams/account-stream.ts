import { compare } from '#domain/amount.ts';
import type { StreamState } from '#domain/market.ts';
import { isFinal, type OrderReport } from '#domain/order.ts';
import type { ListenKeyCalls } from '../client.ts';
import {
  balanceIn,
  fillIn,
  orderIn,
  type AccountFill,
  type BalanceChange,
} from './account-events.ts';
import { connect, type Connection } from './connection.ts';
import { decodeFrame } from './frames.ts';
import { createListenKey, type HeldKey } from './listen-key.ts';

/** What a watcher of the account hears. Be quick: calls come from the stream's own event loop. */
export interface AccountListener {
  /** Only news: a report that is older than one heard before, or repeats it, is left out. */
  onOrder(report: OrderReport): void;
  /** Each execution once. */
  onFill(fill: AccountFill): void;
  onBalance(change: BalanceChange): void;
  /** After every connect: what happened before was not heard, so ask by REST. */
  onConnected(): void;
  onState(state: StreamState): void;
}

/** Orders, executions and balances of the account as they happen: a hint beside REST, no proof. */
export interface AccountStream {
  /** `live` only when all three channels are accepted. */
  state(): StreamState;
  /** Since the last message of any kind, ms; null before the first. */
  ageMs(): number | null;
  /** Frames that could not be read so far. */
  malformed(): number;
  close(): Promise<void>;
}

export interface AccountStreamSettings {
  readonly wsUrl: string;
  readonly listenKeys: ListenKeyCalls;
  readonly listener: AccountListener;
  /** How often the key is looked after; a test makes it short. */
  readonly keyCheckMs?: number;
}

const CHANNELS = [
  'spot@private.orders.v3.api.pb',
  'spot@private.deals.v3.api.pb',
  'spot@private.account.v3.api.pb',
] as const;

/** Orders and executions remembered to tell news from repetition; more than a day of trading. */
const REMEMBERED_MAX = 5000;

/** Connects at once and for ever, until it is closed; needs keys that may make listen keys. */
export const createAccountStream = (settings: AccountStreamSettings): AccountStream =>
  new KeyedStream(settings);

class KeyedStream implements AccountStream {
  private readonly listener: AccountListener;
  private readonly key: HeldKey;
  private readonly connection: Connection;
  private readonly orders = new Map<string, OrderReport>();
  private readonly fills = new Set<string>();
  private readonly balancesAtMs = new Map<string, number>();
  private told: StreamState = 'connecting';
  private unreadable = 0;

  constructor({ wsUrl, listenKeys, listener, keyCheckMs }: AccountStreamSettings) {
    this.listener = listener;
    this.key = createListenKey(listenKeys, {
      onDead: () => this.connection.reconnect(),
      ...(keyCheckMs === undefined ? {} : { checkMs: keyCheckMs }),
    });
    this.connection = connect({
      url: async () => `${wsUrl}?listenKey=${await this.key.get()}`,
      onFrame: (bytes) => this.hear(bytes),
      onState: () => this.tellState(),
      onRefused: () => undefined, // asked again by the connection; the state says that it is not live
      onReady: () => {
        this.key.works();
        this.tellState();
        listener.onConnected();
      },
    });
    for (const channel of CHANNELS) this.connection.subscribe(channel);
  }

  state(): StreamState {
    const state = this.connection.state();
    return state === 'live' && !this.connection.isReady() ? 'connecting' : state;
  }

  ageMs(): number | null {
    return this.connection.ageMs();
  }

  malformed(): number {
    return this.unreadable;
  }

  async close(): Promise<void> {
    await this.connection.close();
    await this.key.close();
  }

  private tellState(): void {
    const state = this.state();
    if (state === this.told) return;
    this.told = state;
    this.listener.onState(state);
  }

  private hear(bytes: Uint8Array): void {
    try {
      const frame = decodeFrame(bytes);
      const order = orderIn(frame);
      const fill = fillIn(frame);
      const balance = balanceIn(frame);
      if (order !== null && this.isNews(order)) this.listener.onOrder(order);
      if (fill !== null && this.isFirst(fill.tradeId)) this.listener.onFill(fill);
      if (balance !== null && this.isNotOlder(balance)) this.listener.onBalance(balance);
    } catch {
      this.unreadable += 1; // odd data is counted; it never stops the stream
    }
  }

  private isNews(report: OrderReport): boolean {
    const known = this.orders.get(report.exchangeOrderId);
    if (known !== undefined && !isLater(report, known)) return false;
    this.orders.set(report.exchangeOrderId, report);
    forgetOldest(this.orders);
    return true;
  }

  private isNotOlder({ asset, atMs }: BalanceChange): boolean {
    if (atMs < (this.balancesAtMs.get(asset) ?? 0)) return false;
    this.balancesAtMs.set(asset, atMs);
    return true;
  }

  private isFirst(tradeId: string): boolean {
    if (this.fills.has(tradeId)) return false;
    this.fills.add(tradeId);
    forgetOldest(this.fills);
    return true;
  }
}

/** Private events may come twice or out of order: only more executed, or an end, is news. */
const isLater = (report: OrderReport, known: OrderReport): boolean =>
  compare(report.executed, known.executed) > 0 ||
  (isFinal(report.status) &&
    !isFinal(known.status) &&
    compare(report.executed, known.executed) === 0);

const forgetOldest = (memory: Map<string, unknown> | Set<string>): void => {
  const oldest = memory.keys().next().value;
  if (memory.size > REMEMBERED_MAX && oldest !== undefined) memory.delete(oldest);
};
