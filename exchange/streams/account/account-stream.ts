import type { StreamState } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { OrderReport } from '#domain/order.ts';
import type { ListenKeyCalls } from '../../client.ts';
import { connect, type Connection } from '../connection.ts';
import { decodeFrame } from '../frames.ts';
import {
  balanceIn,
  fillIn,
  orderIn,
  type AccountFill,
  type BalanceChange,
} from './account-events.ts';
import { AccountMemory } from './account-memory.ts';
import { createListenKey, type HeldKey } from './listen-key.ts';
import type { MissedCalls } from './missed.ts';
import { Reconciler } from './reconciler.ts';

/** What a watcher of the account hears. Be quick: calls come from the stream's own event loop. */
export interface AccountListener {
  /** Only news: a report that is older than one heard before, or repeats it, is left out. */
  onOrder(report: OrderReport): void;
  /** Each execution once. */
  onFill(fill: AccountFill): void;
  onBalance(change: BalanceChange): void;
  /** After every connect: what happened before was not heard. */
  onConnected(): void;
  /** What was not heard before the last connect was asked for by REST, and told. */
  onReconciled?(): void;
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
  /**
   * Asked after every connect for what was not heard: the client. Without it the listener asks.
   * `symbols` names the pairs that are traded now: their orders may have begun and ended unheard.
   */
  readonly missed?: { readonly calls: MissedCalls; readonly symbols: () => Iterable<MarketSymbol> };
  /** How often the key is looked after, and renewed; a test makes it short. */
  readonly keyCheckMs?: number;
  readonly keyRenewMs?: number;
}

const CHANNELS = [
  'spot@private.orders.v3.api.pb',
  'spot@private.deals.v3.api.pb',
  'spot@private.account.v3.api.pb',
] as const;

/** Connects at once and for ever, until it is closed; needs keys that may make listen keys. */
export const createAccountStream = (settings: AccountStreamSettings): AccountStream =>
  new KeyedStream(settings);

class KeyedStream implements AccountStream {
  private readonly listener: AccountListener;
  private readonly key: HeldKey;
  private readonly connection: Connection;
  private readonly memory = new AccountMemory();
  private readonly reconciler: Reconciler | null;
  private told: StreamState = 'connecting';
  private unreadable = 0;

  constructor(settings: AccountStreamSettings) {
    const { wsUrl, listenKeys, listener, keyCheckMs, keyRenewMs } = settings;
    this.listener = listener;
    this.reconciler = this.reconcilerFor(settings);
    this.key = createListenKey(listenKeys, {
      onDead: () => this.connection.reconnect(),
      ...(keyCheckMs === undefined ? {} : { checkMs: keyCheckMs }),
      ...(keyRenewMs === undefined ? {} : { renewAfterMs: keyRenewMs }),
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
        this.reconciler?.heard();
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
    this.reconciler?.stop();
    await this.connection.close();
    await this.key.close();
  }

  private tellState(): void {
    const state = this.state();
    if (state === this.told) return;
    if (this.told === 'live') this.reconciler?.lost();
    this.told = state;
    this.listener.onState(state);
  }

  private reconcilerFor({ missed, listener }: AccountStreamSettings): Reconciler | null {
    if (missed === undefined) return null;
    return new Reconciler({
      ...missed,
      memory: this.memory,
      onOrder: (report) => listener.onOrder(report),
      onFill: (fill) => listener.onFill(fill),
      onBalance: (change) => listener.onBalance(change),
      onDone: () => listener.onReconciled?.(),
    });
  }

  private hear(bytes: Uint8Array): void {
    try {
      const frame = decodeFrame(bytes);
      const order = orderIn(frame);
      const fill = fillIn(frame);
      const balance = balanceIn(frame);
      if (order !== null && this.memory.isNews(order)) this.listener.onOrder(order);
      if (fill !== null && this.memory.isFirst(fill.tradeId)) this.listener.onFill(fill);
      if (balance !== null && this.memory.isNotOlder(balance)) this.listener.onBalance(balance);
    } catch {
      this.unreadable += 1; // odd data is counted; it never stops the stream
    }
  }
}
