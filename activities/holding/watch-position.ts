import type { Price } from '#domain/amount.ts';
import type { BookTop } from '#domain/market.ts';
import { createBell } from '../bell.ts';
import { createCandleRecorder } from '../candle-recorder.ts';
import type { ActivityDeps } from '../deps.ts';
import type { HoldRequest } from './hold-until-exit.ts';

/** Whether the guard sees: `asking` means the stream is silent and REST answers. */
export type GuardState = 'live' | 'asking' | 'stale';

export interface PositionWatch {
  /** Latest best bid, fresh or not; null before the first. */
  bid(): Price | null;
  /** The best bid if it may be acted on: fresh, and after a gap the second fresh book. */
  actionableBid(): Price | null;
  state(): GuardState;
  /** When the latest book arrived, epoch ms of this host. */
  freshAtMs(): number;
  next(ms: number): Promise<void>;
  storeCandles(): Promise<void>;
  close(): Promise<void>;
}

/** While the stream is silent REST is asked this often. */
const ASK_EVERY_MS = 1500;
/** Fresh books needed after a gap before one is acted on. */
const BOOKS_AFTER_GAP = 2;

/** Watches the best bid of a held pair: by stream, and by REST while the stream is silent. */
export const watchPosition = (
  deps: ActivityDeps,
  request: Pick<HoldRequest, 'symbol' | 'listingId' | 'stalePrice'>,
): PositionWatch => {
  const recorder = createCandleRecorder(deps.db, request.listingId);
  const staleMs = request.stalePrice * 1000;
  let top: BookTop | null = null;
  let byRest = false;
  let freshBooks = 0;
  const bell = createBell();
  const hear = (next: BookTop, rest: boolean) => {
    const gap = top === null || next.receivedAtMs - top.receivedAtMs > staleMs;
    freshBooks = gap ? 1 : freshBooks + 1;
    top = next;
    byRest = rest;
    bell.ring();
  };
  const unwatch = deps.stream.watch(request.symbol, {
    onDeal: (deal) => recorder.add(deal),
    onBook: (next) => hear(next, false),
    onState: bell.ring,
  });
  const ageMs = () => (top === null ? Infinity : deps.clock.now() - top.receivedAtMs);
  const ask = async () => {
    try {
      hear(await deps.exchange.bookTop(request.symbol), deps.stream.state() !== 'live');
    } catch (error) {
      deps.log.debug({ error, symbol: request.symbol }, 'No book by REST');
    }
  };
  const asking = setInterval(() => {
    // A quiet market sends no books: the same price asked for again is fresh evidence.
    if (ageMs() < ASK_EVERY_MS) return;
    void ask();
  }, ASK_EVERY_MS);
  return {
    bid: () => top?.bid?.price ?? null,
    actionableBid: () =>
      ageMs() > staleMs || freshBooks < BOOKS_AFTER_GAP ? null : (top?.bid?.price ?? null),
    state: () => (ageMs() > staleMs ? 'stale' : byRest ? 'asking' : 'live'),
    freshAtMs: () => top?.receivedAtMs ?? 0,
    next: bell.next,
    storeCandles: () => recorder.flush(),
    close: async () => {
      unwatch();
      clearInterval(asking);
      await recorder.flush().catch((error: unknown) => {
        deps.log.warn({ error, symbol: request.symbol }, 'The last candles were not stored');
      });
    },
  };
};
