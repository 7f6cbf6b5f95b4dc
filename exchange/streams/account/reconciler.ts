import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { AccountFill, BalanceChange } from './account-events.ts';
import type { AccountMemory } from './account-memory.ts';
import { askMissed, missedFills, type MissedCalls } from './missed.ts';
import type { OrderReport } from '#domain/order.ts';

interface ReconcilerSettings {
  readonly calls: MissedCalls;
  /** Pairs that are traded now: their orders may have begun and ended unheard. */
  readonly symbols: () => Iterable<MarketSymbol>;
  readonly memory: AccountMemory;
  readonly onOrder: (report: OrderReport) => void;
  readonly onFill: (fill: AccountFill) => void;
  readonly onBalance: (change: BalanceChange) => void;
  /** All that was not heard is told. */
  readonly onDone: () => void;
}

/** REST did not answer after a gap: it is asked again. */
const ASK_AGAIN_MS = 500;
/** Silence is noticed late, and REST's times are whole seconds. */
const LOOK_BACK_MS = 60_000;

/** Asks by REST for what a stream did not hear, until it is answered. */
export class Reconciler {
  private readonly settings: ReconcilerSettings;
  private retry: NodeJS.Timeout | undefined;
  /** Counts gaps: what was asked for an earlier one is asked again. */
  private gaps = 0;
  /** Exchange clock, epoch ms; null while everything is heard. */
  private deafSinceMs: number | null = null;

  constructor(settings: ReconcilerSettings) {
    this.settings = settings;
  }

  /** From now on something may be missed. */
  lost(): void {
    this.stop();
    this.deafSinceMs ??= this.settings.calls.clock.exchangeNowMs();
  }

  /** The stream hears again. */
  heard(): void {
    this.stop();
    this.deafSinceMs ??= this.settings.calls.clock.exchangeNowMs();
    void this.ask(this.gaps, this.deafSinceMs);
  }

  stop(): void {
    this.gaps += 1;
    clearTimeout(this.retry);
  }

  private async ask(gap: number, sinceMs: number): Promise<void> {
    const isOld = () => gap !== this.gaps;
    try {
      await this.tell(sinceMs - LOOK_BACK_MS, isOld);
      if (isOld()) return;
      this.deafSinceMs = null;
      this.settings.onDone();
    } catch {
      if (!isOld()) this.retry = setTimeout(() => void this.ask(gap, sinceMs), ASK_AGAIN_MS);
    }
  }

  private async tell(sinceMs: number, isOld: () => boolean): Promise<void> {
    const { calls, symbols, memory, onOrder, onFill, onBalance } = this.settings;
    const gap = { unfinished: memory.unfinished(), assets: memory.assets() };
    const missed = await askMissed(calls, { ...gap, symbols: [...symbols()], sinceMs });
    for (const report of missed.orders) {
      // Before the report, which says that it is over: what fails here is asked for again.
      const fills = memory.wouldBeNews(report) ? await missedFills(calls, report) : [];
      if (isOld()) return;
      for (const fill of fills) if (memory.isFirst(fill.tradeId)) onFill(fill);
      if (memory.isNews(report)) onOrder(report);
    }
    if (isOld()) return;
    for (const change of missed.balances) if (memory.isNotOlder(change)) onBalance(change);
  }
}
